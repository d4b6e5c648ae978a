import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createLogServer, type LogServer } from '../../src/server/create-log-server.ts';
import { SILENT, type Logger } from '../../src/server/log/logger.ts';
import { MemoryStore } from '../../src/server/stores/memory-store.ts';
import { compression, type Middleware } from '../support/compression.ts';
import { SECRET } from '../support/server.ts';
import { WireClient } from '../support/wire-client.ts';
import { ask, open, textsOf, upload } from './http/support.ts';

interface Host {
  readonly logs: LogServer;
  readonly store: MemoryStore;
  readonly port: number;
  path(channel: string, query?: string): string;
}

/** Reads bodies whole, as `express.json()` and its like do. */
const bodyParser: Middleware = (req, _res, next) => {
  req.on('end', next).resume();
};

/** Ways of mounting: a host that has `middleware` of its own before our handler, or behind it. */
const WAYS: readonly (readonly [how: string, mount: (server: Server, logs: LogServer, middleware: Middleware) => void])[] = [
  [
    'attach',
    (server, logs, middleware) => {
      server.on('request', (req: IncomingMessage, res: ServerResponse) => middleware(req, res, () => res.writeHead(404).end()));
      logs.attach(server);
    },
  ],
  [
    'handle',
    (server, logs, middleware) => {
      const listener: RequestListener = (req, res) => middleware(req, res, () => void (logs.handle(req, res) || res.writeHead(404).end()));
      server.on('request', listener);
      server.on('upgrade', (req, socket, head) => void logs.handleUpgrade(req, socket, head));
    },
  ],
];

async function mounted(
  mount: (server: Server, logs: LogServer, middleware: Middleware) => void,
  middleware: Middleware,
  logger: Logger = SILENT,
): Promise<Host> {
  const store = new MemoryStore();
  const logs = createLogServer({ store, secrets: [SECRET], logger });
  const server = createServer();
  mount(server, logs, middleware);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(async () => {
    await logs.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await store.close();
  });
  return {
    logs,
    store,
    port: (server.address() as AddressInfo).port,
    path: (channel, query = '') =>
      `/log-stream/topics/${channel}?topic=${encodeURIComponent(logs.sign(channel, { write: true }))}${query === '' ? '' : `&${query}`}`,
  };
}

const ZIPPED = { 'Accept-Encoding': 'gzip, deflate, br' };

describe.each(WAYS)('mounted with %s, in a host that compresses its answers', (_how, mount) => {
  const start = (): Promise<Host> => mounted(mount, compression({ threshold: 0 }));

  it.each([
    ['events', { Accept: 'text/event-stream' }, ''],
    ['text', { Accept: 'text/plain' }, 'follow=1'],
  ])('%s arrive line by line', async (_, accept, query) => {
    const host = await start();
    const writer = host.logs.writer('run:1');
    await writer.write('one\n');
    const stream = await open(host, host.path('run:1', query), { ...accept, ...ZIPPED });
    expect(stream.response.headers).not.toHaveProperty('content-encoding');
    expect(stream.response.headers).toMatchObject({ 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' });
    await stream.contains('one');
    await writer.write('two\n');
    await stream.contains('two');
    await writer.end(0);
    expect(await stream.ended()).toBe(true);
  });

  it.each(['application/json', 'text/plain'])('history as %s arrives complete, compressed once', async (accept) => {
    const host = await start();
    const writer = host.logs.writer('run:1');
    await writer.write('a line that repeats itself\n'.repeat(2_000));
    await writer.finish();
    const answer = await fetch(`http://127.0.0.1:${host.port}${host.path('run:1', 'limit=2000')}`, { headers: { Accept: accept } });
    expect((await answer.text()).split('a line that repeats itself')).toHaveLength(2_001);
  });

  it('more than fits into the connection is written as it is read, and all of it arrives', async () => {
    const host = await start();
    const writer = host.logs.writer('run:1');
    const text = `${'x'.repeat(999)}\n`;
    for (let block = 0; block < 8; block += 1) await writer.write(text.repeat(1_000));
    await writer.end(0);
    const stream = await open(host, host.path('run:1', 'follow=1'), { Accept: 'text/plain', ...ZIPPED });
    expect(await stream.ended()).toBe(true);
    expect(stream.text.length).toBe(8_000 * text.length);
  });

  it('sockets and appends do as ever', async () => {
    const host = await start();
    const viewer = await WireClient.connect(`ws://127.0.0.1:${host.port}/log-stream`);
    onTestFinished(() => viewer.socket.terminate());
    await viewer.next('hello');
    const put = upload(host, host.path('run:1'));
    put.request.write('one\n');
    await vi.waitFor(async () => expect(await textsOf(host.store, 'run:1')).toEqual(['one']));
    put.request.end('two\n');
    expect((await put.answer).status).toBe(200);
    expect(await textsOf(host.store, 'run:1')).toEqual(['one', 'two']);
  });
});

describe('a host that reads bodies', () => {
  it('keeps none from an append when it is mounted with attach', async () => {
    const host = await mounted(WAYS[0]![1], bodyParser);
    expect((await ask(host, host.path('run:1'), { method: 'POST', body: 'one\n' })).status).toBe(200);
    expect(await textsOf(host.store, 'run:1')).toEqual(['one']);
  });

  it('before it calls handle gets a refusal and a word in the log, not a log without its lines', async () => {
    const errors: Readonly<Record<string, unknown>>[] = [];
    const host = await mounted(WAYS[1]![1], bodyParser, { ...SILENT, error: (facts) => void errors.push(facts) });
    const answer = await ask(host, host.path('run:1', 'end=0'), { method: 'POST', body: 'one\n' });
    expect(answer.status).toBe(500);
    expect(answer.json()).toMatchObject({ detail: expect.stringContaining('before any body parser') });
    expect(errors).toEqual([{ event: 'body-taken' }]);
    expect(await host.store.tail('run:1')).toMatchObject({ head: 0, end: undefined });
  });

  it('may have read an empty one', async () => {
    const host = await mounted(WAYS[1]![1], bodyParser);
    expect((await ask(host, host.path('run:1', 'end=3'), { method: 'POST' })).status).toBe(200);
    expect((await host.store.tail('run:1')).end).toBe(3);
  });
});

describe('a host that passes no upgrades on', () => {
  it('is reported once in the log and in each answer', async () => {
    const warned: Readonly<Record<string, unknown>>[] = [];
    const host = await mounted(
      (server, logs) => server.on('request', (req: IncomingMessage, res: ServerResponse) => void logs.handle(req, res)),
      bodyParser,
      { ...SILENT, warn: (facts) => void warned.push(facts) },
    );
    for (let time = 0; time < 3; time += 1)
      await expect(WireClient.connect(`ws://127.0.0.1:${host.port}/log-stream`)).rejects.toThrow('426');
    expect(warned).toEqual([{ event: 'upgrade-not-passed' }]);
  });
});
