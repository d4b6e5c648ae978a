import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket as NodeWebSocket } from 'ws';
import type { LogLine, LogStreamClient } from '../../src/worker/api.ts';
import { connect } from '../../src/worker/client.ts';
import { numbered, startServer } from '../support/server.ts';

/** A client as a page without SharedWorker has it: the session runs beside it. */
function pageClient(endpoint: string): LogStreamClient {
  vi.stubGlobal('WebSocket', NodeWebSocket);
  const client = connect({ endpoint });
  onTestFinished(() => {
    client.close();
    vi.unstubAllGlobals();
  });
  return client;
}

async function collect(lines: AsyncIterable<LogLine>, count = Infinity): Promise<LogLine[]> {
  const result: LogLine[] = [];
  for await (const line of lines) {
    result.push(line);
    if (result.length >= count) break;
  }
  return result;
}

describe('the client, with its session in the page', () => {
  it('says that it runs in the page where there is no SharedWorker', async () => {
    const server = await startServer();
    const client = pageClient(server.url);
    expect(client.transport).toBe('connecting');
    await vi.waitFor(() => expect(client.transport).toBe('page'));
    expect((await client.stats()).transport).toBe('page');
  });

  it('reads all of a log that has ended, in order, and then is done', async () => {
    const server = await startServer();
    await server.append('run:1', numbered(3_456), 3);
    const log = pageClient(server.url).open(server.sign('run:1'));
    const lines = await collect(log.lines());
    expect(lines.map(({ text }) => text)).toEqual(numbered(3_456));
    expect(lines.map(({ offset }) => offset)).toEqual(Array.from({ length: 3_456 }, (_, at) => at + 1));
    expect(log.status).toMatchObject({ state: 'ended', end: 3, head: 3_456 });
  });

  it('follows a log without lines, line by line, to its end', async () => {
    const server = await startServer();
    const log = pageClient(server.url).open(server.sign('run:1'));
    const reading = collect(log.lines());
    await vi.waitFor(() => expect(log.status.state).toBe('live'));
    for (let at = 1; at <= 50; at += 1) await server.append('run:1', numbered(1, at), at === 50 ? 0 : undefined);
    expect((await reading).map(({ text }) => text)).toEqual(numbered(50));
  });

  it('returns a range as far as the log has it', async () => {
    const server = await startServer();
    await server.append('run:1', numbered(2_500));
    const log = pageClient(server.url).open(server.sign('run:1'));
    expect((await log.range(990, 1_010)).map(({ text }) => text)).toEqual(numbered(21, 990));
    expect((await log.range(2_499, 9_999)).map(({ offset }) => offset)).toEqual([2_499, 2_500]);
    expect(await log.range(9_000, 9_999)).toEqual([]);
  });

  it('prints every event and effect of the session when debug is on, for all clients of the endpoint', async () => {
    const server = await startServer();
    const printed: string[] = [];
    const debug = vi.spyOn(console, 'debug').mockImplementation((line: string) => void printed.push(line));
    onTestFinished(() => debug.mockRestore());
    const quiet = pageClient(server.url);
    const topic = server.sign('run:1');
    const log = quiet.open(topic);
    await vi.waitFor(() => expect(log.status.state).toBe('live'));
    expect(printed).toEqual([]);
    const client = connect({ endpoint: server.url, debug: true });
    onTestFinished(() => client.close());
    await server.append('run:1', ['a line that nobody else may read']);
    await vi.waitFor(() =>
      expect(printed).toContainEqual(expect.stringMatching(/^log-stream event frame socket=1 msg run:1 \S+ lines=1$/u)),
    );
    expect(printed.join()).not.toContain(topic);
    expect(printed.join()).not.toContain('nobody else');
  });
});
