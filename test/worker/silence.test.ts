import { describe, expect, it } from 'vitest';
import { PLATFORM } from '../../src/worker/platform/environment.ts';
import { fetchHistory } from '../../src/worker/http/fetch-history.ts';
import { FETCH_SILENCE } from '../../src/worker/host/session-runner.ts';
import { numbered, startServer } from '../support/server.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { openTab, startSharedWorker } from './support/platform.ts';

describe('a history request', () => {
  it('on a connection that died silently is repeated on another one', async () => {
    const server = await startServer({ heartbeat: 500 });
    const proxy = await TcpProxy.listen(() => server.port);
    await server.append('run:1', numbered(8_000), 0);
    // The same, only sooner.
    startSharedWorker({}, { after: (delay, callback) => PLATFORM.after(delay === FETCH_SILENCE ? 300 : delay, callback) });
    const lines = openTab(`http://127.0.0.1:${proxy.port}/log-stream`).open(server.sign('run:1')).lines();
    for (let offset = 1; offset <= 10; offset += 1) expect((await lines.next()).value).toMatchObject({ offset });
    proxy.lose();
    let last = 10;
    for await (const { offset } of lines) expect(offset).toBe((last += 1));
    expect(last).toBe(8_000);
    await proxy.close();
  });

  it('reports every piece of the answer, so that a slow one is not aborted', async () => {
    const pieces = ['{"epoch":"e",', '"after":0,', '"lines":[[1,"ž"]]}'].map((text) => new TextEncoder().encode(text));
    const [first, second, third] = pieces as [Uint8Array, Uint8Array, Uint8Array];
    // A character cut in two.
    const cut = third.length - 5;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const piece of [first, second, third.subarray(0, cut), third.subarray(cut)]) controller.enqueue(piece);
        controller.close();
      },
    });
    let heard = 0;
    const result = await fetchHistory(
      'http://host/log-stream',
      { id: 1, channel: 'a', topic: 'signed', epoch: 'e', after: 0, limit: 10 },
      () => Promise.resolve(new Response(body)),
      new AbortController().signal,
      () => (heard += 1),
    );
    expect(result).toMatchObject({ kind: 'lines', lines: [[1, 'ž']] });
    expect(heard).toBe(5);
  });
});
