// The transport with the real winston and a real server.
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { beforeAll, describe, expect, it } from 'vitest';
import winston from 'winston';
import { LogStreamTransport, type LogStreamTransportOptions } from '../../../src/dev-server/transports/winston.ts';
import { LEVEL } from '../../../src/protocol/marks/level.ts';
import { SECRET, startServer, type TestServer } from '../../support/server.ts';
import { TcpProxy } from '../../support/tcp-proxy.ts';
import { buildCommand } from '../support.ts';
import { startProgram } from './consumer.ts';

const CHANNEL = 'app:web';
const { combine, colorize, json, printf, simple } = winston.format;

const urlOf = (port: number): string => `http://127.0.0.1:${port}/log-stream`;

function transportTo(server: Pick<TestServer, 'port'>, options: LogStreamTransportOptions = {}): LogStreamTransport {
  return new LogStreamTransport({ url: urlOf(server.port), channel: CHANNEL, secret: SECRET, ...options });
}

/** Ends a logger, and waits until its transport has sent everything. */
async function close(logger: winston.Logger, transport: LogStreamTransport): Promise<void> {
  const closed = once(transport, 'finish');
  logger.end();
  await closed;
}

async function linesOf(server: TestServer): Promise<[string, number | undefined, number | undefined][]> {
  const { lines } = await server.store.read(CHANNEL, { after: 0, limit: 100_000, bytes: 1e9 });
  return lines.map(([, text, extra]) => [text, extra?.l, extra?.k]);
}

describe('log-stream/winston', () => {
  beforeAll(buildCommand);

  it.each([
    ['json', json()],
    ['simple', simple()],
    ['colours', combine(colorize({ all: true }), simple())],
    ['the message alone', printf(({ message }) => String(message))],
  ])('makes a line of each entry, with its level, in a format of %s', async (_, format) => {
    const server = await startServer();
    const transport = transportTo(server, { format });
    const logger = winston.createLogger({ level: 'silly', transports: [transport] });
    const levels = ['error', 'warn', 'info', 'http', 'verbose', 'debug', 'silly'];
    for (const level of levels) logger.log(level, 'happened');
    await close(logger, transport);
    const { error, warn, info, debug, trace } = LEVEL;
    expect((await linesOf(server)).map(([, level]) => level)).toEqual([error, warn, info, debug, trace, debug, trace]);
  });

  it('knows the levels of syslog, and those of your own by what you say they mean', async () => {
    const server = await startServer();
    const transport = transportTo(server, { levels: { audit: 'warn' }, format: printf(({ message }) => String(message)) });
    const levels = { ...winston.config.syslog.levels, audit: 8, other: 9 };
    const logger = winston.createLogger({ level: 'other', levels, transports: [transport] });
    for (const level of Object.keys(levels)) logger.log(level, 'happened');
    await close(logger, transport);
    const { fatal, error, warn, info, debug } = LEVEL;
    expect((await linesOf(server)).map(([, level]) => level)).toEqual([
      fatal,
      fatal,
      fatal,
      error,
      warn,
      info,
      info,
      debug,
      warn,
      undefined,
    ]);
  });

  it('has lines of a stack trace continue their entry', async () => {
    const server = await startServer();
    const transport = transportTo(server, { format: printf(({ message }) => String(message)) });
    const logger = winston.createLogger({ transports: [transport] });
    logger.error('Broken\n    at build (main.js:3:1)');
    logger.info('next');
    await close(logger, transport);
    expect(await linesOf(server)).toEqual([
      ['Broken', LEVEL.error, undefined],
      ['    at build (main.js:3:1)', LEVEL.error, 1],
      ['next', LEVEL.info, undefined],
    ]);
  });

  it('keeps the order of entries whose levels alternate, with and without their text saying so', async () => {
    const server = await startServer();
    const transport = transportTo(server, { format: printf(({ message }) => String(message)) });
    const logger = winston.createLogger({ transports: [transport] });
    for (let at = 0; at < 200; at += 1) logger.log(at % 3 === 0 ? 'error' : 'info', at % 2 === 0 ? `ERROR: ${at}` : `${at}`);
    await transport.flush();
    const lines = await linesOf(server);
    expect(lines.map(([text]) => Number(text.replace('ERROR: ', '')))).toEqual(Array.from({ length: 200 }, (_, at) => at));
    expect(lines.map(([, level]) => level)).toEqual(lines.map((_, at) => (at % 3 === 0 ? LEVEL.error : LEVEL.info)));
    await close(logger, transport);
  });

  it('holds up neither the logger nor its other transports while the server is away', async () => {
    const server = await startServer();
    const proxy = await TcpProxy.listen(() => 1);
    const seen: unknown[] = [];
    const stream = new Writable({
      write(chunk, _, done) {
        seen.push(chunk);
        done();
      },
    });
    const other = new winston.transports.Stream({ stream });
    const transport = transportTo({ port: proxy.port }, { closeTimeout: 50, bufferBytes: 10_000 });
    const logger = winston.createLogger({ transports: [transport, other] });
    for (let at = 0; at < 1_000; at += 1) logger.info('x');
    await expect.poll(() => seen.length).toBe(1_000);
    await close(logger, transport);
    await proxy.close();
    expect(await linesOf(server)).toEqual([]);
  });

  it('sends everything before it is removed, and ends the log if it is told to', async () => {
    const server = await startServer();
    const transport = transportTo(server, { end: 3 });
    const logger = winston.createLogger({ transports: [transport, new winston.transports.Console({ silent: true })] });
    logger.info('last');
    logger.remove(transport);
    await expect.poll(async () => (await server.store.tail(CHANNEL)).end).toBe(3);
    expect((await linesOf(server)).length).toBe(1);
  });

  it.each([
    ['by itself', ''],
    ['with logger.end()', 'logger.end();'],
    ['after a flush, with process.exit()', 'await transport.flush(); process.exit(0);'],
  ])('loses nothing when the program ends %s', async (_, end) => {
    const server = await startServer();
    const code = `
import winston from 'winston';
import { LogStreamTransport } from 'log-stream/winston';
const transport = new LogStreamTransport({ channel: '${CHANNEL}' });
const logger = winston.createLogger({ transports: [transport] });
for (let at = 0; at < 5_000; at += 1) logger.info(String(at));
${end}`;
    const ran = await startProgram(code, { LOG_STREAM_SECRET: SECRET, LOG_STREAM_URL: urlOf(server.port) });
    expect([(await ran.exit).code, ran.stderr]).toEqual([0, '']);
    expect((await linesOf(server)).map(([text]) => (JSON.parse(text) as { message: string }).message)).toEqual(
      Array.from({ length: 5_000 }, (__, at) => String(at)),
    );
  });

  it('lets a program end by itself while the server is away', async () => {
    const code = `
import winston from 'winston';
import { LogStreamTransport } from 'log-stream/winston';
winston.createLogger({ transports: [new LogStreamTransport({ channel: '${CHANNEL}', closeTimeout: 200 })] }).info('x');`;
    const ran = await startProgram(code, { LOG_STREAM_SECRET: SECRET, LOG_STREAM_URL: urlOf(1) });
    expect((await ran.exit).code).toBe(0);
    expect(ran.stderr).toMatch(/bytes of log entries are lost/u);
  });

  it('says at once what is wrong with its options', () => {
    expect(() => new LogStreamTransport({ secret: SECRET })).toThrow(/Give a signed topic/u);
  });
});
