import { once } from 'node:events';
import http from 'node:http';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { sentence } from '../../src/dev-server/log/pino-logger.ts';
import { Signer } from '../../src/server/access/signer.ts';
import { SECRET } from '../support/server.ts';
import { WireClient } from '../support/wire-client.ts';
import { buildCommand, fetchAsOwner, runCommand, serve, temporaryFolder } from './support.ts';

const PATIENT = { timeout: 20_000, interval: 20 };
const ENV = { LOG_STREAM_SECRET: SECRET };

beforeAll(buildCommand, 60_000);

interface Event {
  readonly level: string;
  readonly event: string;
  readonly msg: string;
}

function eventsIn(stderr: string): Event[] {
  return stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Event);
}

describe('log-stream serve on shutdown', () => {
  it('fails health checks, then disconnects viewers, ends appends at a line, and exits with 0', async () => {
    const { server, port, origin } = await serve(await temporaryFolder(), ['--store', 'memory:', '--drain', '500ms'], ENV);
    const topic = new Signer([SECRET]).sign('run:1', { write: true });
    const viewer = await WireClient.connect(`ws://127.0.0.1:${port}/log-stream`, { patience: 20_000 });
    viewer.subscribe(topic);
    await viewer.next('ack');
    const path = `/log-stream/topics/run:1?topic=${encodeURIComponent(topic)}`;
    const append = http.request({ port, host: '127.0.0.1', path, method: 'PUT' });
    const answered = once(append, 'response') as Promise<[http.IncomingMessage]>;
    append.write('one\ntw');
    await viewer.next('msg');

    server.child.kill('SIGTERM');
    await vi.waitFor(async () => expect((await fetch(`${origin}/log-stream/health`)).status).toBe(503), PATIENT);
    // All else goes on until the load balancers have seen it.
    append.write('o\n');
    expect((await viewer.next('msg')).lines[0]?.[1]).toBe('two');
    append.write('unfinished');
    const bye = await viewer.next('bye');
    expect(bye.retry[1]).toBeGreaterThan(bye.retry[0]);
    expect(await viewer.closed).toMatchObject({ code: 1012 });
    const [response] = await answered;
    expect([response.statusCode, response.headers['retry-after'], response.headers['log-head']]).toEqual([503, '1', '2']);
    response.resume();
    append.destroy();
    expect(await server.code()).toBe(0);
    const events = eventsIn(server.stderr);
    expect(events.map(({ event }) => event)).toEqual(['draining', 'closing', 'closed']);
    for (const { level, msg } of events) expect([level, msg]).toEqual(['info', expect.stringMatching(/\.$/u)]);
  }, 40_000);
});

describe('log-stream serve', () => {
  it('serves metrics for a topic, even on the same machine, or publicly when asked to', async () => {
    const cwd = await temporaryFolder();
    const { origin } = await serve(cwd, ['--store', 'memory:'], ENV);
    expect((await fetch(`${origin}/log-stream/metrics`)).status).toBe(401);
    expect((await fetchAsOwner(`${origin}/log-stream/metrics`)).status).toBe(401);
    const { stdout: topic } = await runCommand(['sign', '--metrics'], { cwd, env: ENV });
    const authorization = `Bearer ${topic.trim()}`;
    const answer = await fetch(`${origin}/log-stream/metrics`, { headers: { authorization } });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    expect(await answer.text()).toContain('\nlog_stream_sockets 0\n');
    expect((await fetch(`${origin}/log-stream/metrics`, { headers: { authorization, 'x-forwarded-for': '10.0.0.1' } })).status).toBe(200);
    const open = await serve(cwd, ['--store', 'memory:', '--public-metrics'], ENV);
    expect((await fetch(`${open.origin}/log-stream/metrics`)).status).toBe(200);
  });

  it('logs at the given level as JSON, and refuses an unknown level', async () => {
    const cwd = await temporaryFolder();
    const { server, origin } = await serve(cwd, ['--store', 'memory:', '--log-level', 'debug'], ENV);
    await fetch(`${origin}/log-stream/topics/run:1?topic=secret--0000`);
    await vi.waitFor(() => expect(server.stderr).toContain('"event":"request"'), PATIENT);
    expect(eventsIn(server.stderr)).toContainEqual(expect.objectContaining({ level: 'debug', path: '/topics/run:1', status: 401 }));
    expect(server.stderr).not.toContain('secret');
    const wrong = await runCommand(['serve', '--log-level', 'loud'], { cwd });
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringMatching(/silent, error, warn, info, debug/u)]);
  });

  it('applies --retain-lines, --retain-bytes and --retain-age', async () => {
    const options = [
      ['--retain-lines', '5'],
      ['--retain-bytes', '30'],
      ['--retain-age', '1s'],
    ];
    const firsts = await Promise.all(
      options.map(async (option) => {
        const { port, origin } = await serve(await temporaryFolder(), ['--store', 'memory:', ...option], ENV);
        const topic = new Signer([SECRET]).sign('run:1', { write: true });
        const viewer = await WireClient.connect(`ws://127.0.0.1:${port}/log-stream`, { patience: 20_000 });
        viewer.subscribe(topic);
        await viewer.next('ack');
        const url = `${origin}/log-stream/topics/run:1?topic=${encodeURIComponent(topic)}`;
        await fetch(url, { method: 'POST', body: 'sixchr\n'.repeat(20) });
        await viewer.next('msg', ({ off }) => off.offset === 20);
        const first = await vi.waitFor(async () => {
          const response = await fetch(url);
          expect(response.status).toBe(410);
          const { headers } = response;
          if (option[0] === '--retain-age') expect(headers.get('log-first')).toBe('21');
          return Number(headers.get('log-first'));
        }, PATIENT);
        // A viewer that asks for what is gone is told where the log begins now.
        viewer.subscribe(topic, 0);
        expect(await viewer.next('ack')).toMatchObject({ st: 'truncated', first });
        await viewer.close();
        return first;
      }),
    );
    expect(firsts).toEqual([16, 16, 21]);
  }, 40_000);

  it('does not start on a data directory in use, and names its user', async () => {
    const cwd = await temporaryFolder();
    const { server } = await serve(cwd);
    const second = await runCommand(['serve', '--port', '0'], { cwd });
    expect([second.code, second.stderr]).toEqual([
      1,
      expect.stringMatching(new RegExp(`process id ${String(server.child.pid)} has been using it since .*another directory.*Redis`, 'u')),
    ]);
  });
});

describe('an event as a sentence', () => {
  it('is its message and its facts', () => {
    const event = {
      level: 'warn',
      time: 'now',
      pid: 1,
      event: 'trim-failed',
      channel: 'run:1',
      err: { message: 'no room' },
      n: 3,
      msg: 'Not trimmed.',
    };
    expect(sentence(JSON.stringify(event))).toBe('Not trimmed. (channel: run:1; no room; n: 3)');
    expect(sentence('{"msg":"Done."}')).toBe('Done.');
  });
});
