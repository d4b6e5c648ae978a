// The transport in programs of their own, with the real pino and a real server.
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { LEVEL } from '../../../src/protocol/marks/level.ts';
import { SECRET, startServer, type TestServer } from '../../support/server.ts';
import { TcpProxy } from '../../support/tcp-proxy.ts';
import { buildCommand } from '../support.ts';
import { startProgram } from './consumer.ts';

const CHANNEL = 'app:api';

const urlOf = (port: number): string => `http://127.0.0.1:${port}/log-stream`;
const envOf = (port: number): Record<string, string> => ({ LOG_STREAM_SECRET: SECRET, LOG_STREAM_URL: urlOf(port) });

/** A program with a logger in a thread; `options` are those of the transport. */
const program = (code: string, options: object = {}, pinoOptions = '{}'): string => `
import pino from 'pino';
const logger = pino({ base: null, timestamp: false, ...${pinoOptions}, transport: { target: 'log-stream/pino', options: ${JSON.stringify({ channel: CHANNEL, ...options })} } });
${code}`;

async function linesOf(server: TestServer): Promise<[string, number | undefined][]> {
  const { lines } = await server.store.read(CHANNEL, { after: 0, limit: 100_000, bytes: 1e9 });
  return lines.map(([, text, extra]) => [text, extra?.l]);
}

const textsOf = async (server: TestServer): Promise<string[]> => (await linesOf(server)).map(([text]) => text);

const numbered = (count: number): string[] => Array.from({ length: count }, (_, at) => `{"level":30,"msg":"${at}"}`);

describe('log-stream/pino', () => {
  beforeAll(buildCommand);

  it('makes a line of each entry, with its level', async () => {
    const server = await startServer();
    const code = `
for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal']) logger[level]({ level: 'x' }, level + ' é');
logger.silly('custom'); logger.audit('custom'); logger.info('a\\nb');`;
    const { code: exit } = await (
      await startProgram(program(code, {}, "{ level: 'silly', customLevels: { silly: 5, audit: 35 } }"), envOf(server.port))
    ).exit;
    expect(exit).toBe(0);
    const names = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
    expect((await linesOf(server)).map(([text, level]) => [(JSON.parse(text) as { msg: string }).msg, level])).toEqual([
      ...names.map((name) => [`${name} é`, LEVEL[name]]),
      ['custom', LEVEL.trace],
      ['custom', LEVEL.info],
      ['a\nb', LEVEL.info],
    ]);
  });

  it.each([
    ['by itself', ''],
    ['with process.exit()', 'process.exit(0);'],
    ['with an exception', "throw new Error('The program fails.');"],
  ])('loses nothing when the program ends %s', async (_, end) => {
    const server = await startServer();
    const ran = await startProgram(program(`for (let at = 0; at < 20_000; at += 1) logger.info(String(at)); ${end}`), envOf(server.port));
    await ran.exit;
    expect((await textsOf(server)).join('\n')).toBe(numbered(20_000).join('\n'));
  });

  it('has what was written before a flush in the log when that is done', async () => {
    const server = await startServer();
    const ran = await startProgram(
      program("logger.info('0'); logger.flush(() => process.stdout.write('flushed')); setInterval(() => {}, 1_000);"),
      envOf(server.port),
    );
    await ran.printed(/flushed/u);
    expect(await textsOf(server)).toEqual(numbered(1));
  });

  it('ends the log with a code if it is told to, and takes a signed topic', async () => {
    const server = await startServer();
    const topic = server.sign(CHANNEL, { write: true });
    const ran = await startProgram(program("logger.info('0');", { channel: undefined, end: 0, url: urlOf(server.port) }), {
      LOG_STREAM_TOPIC: topic,
    });
    expect([(await ran.exit).code, ran.stderr]).toEqual([0, '']);
    expect([await textsOf(server), (await server.store.tail(CHANNEL)).end]).toEqual([numbered(1), 0]);
  });

  it('holds entries while the server is away, says so, and sends each once when it is back', async () => {
    const server = await startServer();
    let isUp = false;
    const proxy = await TcpProxy.listen(() => (isUp ? server.port : 1));
    const ran = await startProgram(
      program("for (let at = 0; at < 1_000; at += 1) logger.info(String(at)); process.stdin.once('data', () => process.exit(0));"),
      envOf(proxy.port),
    );
    await ran.printed(/isn't accepting lines.*Retrying/u);
    isUp = true;
    await expect.poll(() => textsOf(server), { timeout: 20_000 }).toHaveLength(1_000);
    expect(await textsOf(server)).toEqual(numbered(1_000));
    ran.child.stdin?.write('x');
    expect((await ran.exit).code).toBe(0);
    await proxy.close();
  });

  it('drops entries beyond its bound while the server is away, and says so in the log', async () => {
    const server = await startServer();
    let isUp = false;
    const proxy = await TcpProxy.listen(() => (isUp ? server.port : 1));
    const code = `
for (let at = 0; at < 1_000; at += 1) logger.info(String(at));
process.stdin.once('data', () => { logger.info('after'); process.exit(0); });`;
    const ran = await startProgram(program(code, { bufferBytes: 1_000, closeTimeout: 9_000 }), envOf(proxy.port));
    await ran.printed(/1000 bytes of them are held/u);
    isUp = true;
    await expect.poll(() => textsOf(server), { timeout: 20_000 }).not.toEqual([]);
    ran.child.stdin?.write('x');
    expect((await ran.exit).code).toBe(0);
    const lines = await linesOf(server);
    const kept = lines.slice(0, -2).map(([text]) => text);
    expect(kept).toEqual(numbered(kept.length));
    expect(kept.join('\n').length).toBeLessThan(1_000);
    expect(lines.slice(-2)).toEqual([
      [`log-stream: ${1_000 - kept.length} log entries were dropped here, since the server took none.`, LEVEL.warn],
      ['{"level":30,"msg":"after"}', LEVEL.info],
    ]);
    await proxy.close();
  });

  it('gives up a server that is away when the program ends, and says what is lost', async () => {
    const ran = await startProgram(program("logger.info('0');", { closeTimeout: 300 }), envOf(1));
    expect((await ran.exit).code).toBe(0);
    expect(ran.stderr).toMatch(/took nothing for 300 ms. 23 bytes of log entries are lost/u);
  });

  it('gives up a server that takes its requests and answers none', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void silent.close());
    await once(silent, 'listening');
    const ran = await startProgram(program("logger.info('0');", { closeTimeout: 300 }), envOf((silent.address() as AddressInfo).port));
    expect((await ran.exit).code).toBe(0);
    expect(ran.stderr).toMatch(/took nothing for 300 ms. 23 bytes of log entries are lost/u);
  });

  it('does not fail its program when the log takes no more lines, and says so once', async () => {
    const server = await startServer();
    await server.logs.writer(CHANNEL).end(0);
    const ran = await startProgram(program("for (let at = 0; at < 100; at += 1) logger.info('x');"), envOf(server.port));
    expect((await ran.exit).code).toBe(0);
    expect(ran.stderr.match(/has already ended/gu)).toHaveLength(1);
  });

  it.each([
    [{ channel: undefined }, /Give a signed topic/u],
    [{ secret: 'short' }, /16/u],
    [{ topic: 'nonsense' }, /not a signed topic/u],
    [{ url: 'ftp://x' }, /address of a log-stream server/u],
    [{ bufferBytes: 0 }, /bufferBytes/u],
  ])('says at start what is wrong with %o', async (options, message) => {
    const ran = await startProgram(program("logger.info('0');", options), envOf(1));
    expect((await ran.exit).code).not.toBe(0);
    expect(ran.stderr).toMatch(message);
  });
});
