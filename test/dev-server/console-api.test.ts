import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { readTopic } from '../../src/protocol/topic.ts';
import { isObject, parseEvents } from './events.ts';
import { MAX_JOBS } from '../../src/dev-server/jobs/job-history.ts';
import { MAX_RUNNING_JOBS } from '../../src/dev-server/jobs/job-runner.ts';
import { openStore } from '../../src/server/stores/open-store.ts';
import { MemoryStore } from '../../src/server/stores/memory-store.ts';
import { MAX_WATCHERS } from '../../src/dev-server/http/console-api.ts';
import type { DevServer } from '../../src/dev-server/server/running-server.ts';
import { append } from '../support/server.ts';
import { devServer, fetchAsOwner, isAlive, temporaryFolder, textOf } from './support.ts';

interface Listed {
  readonly channel: string;
  readonly command?: string;
  readonly state: string;
  readonly code?: number;
  readonly lines: number;
}

async function list({ origin }: DevServer): Promise<readonly Listed[]> {
  const answer = await fetchAsOwner(`${origin}/console/logs`);
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { logs: Listed[] }).logs;
}

function post({ origin }: DevServer, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetchAsOwner(`${origin}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

async function run(server: DevServer, command: string): Promise<string> {
  const answer = await post(server, '/console/jobs', { command });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { channel: string }).channel;
}

const problem = async (answer: Response): Promise<string> => {
  const body: unknown = await answer.json();
  return `${answer.status} ${isObject(body) ? String(body['detail']) : ''}`;
};

const until = (check: () => Promise<void>): Promise<void> => vi.waitFor(check, { timeout: 15_000, interval: 20 });

describe('running commands from the page', () => {
  it('runs a command into a log of its own, with colours and exit code', async () => {
    const server = await devServer();
    const channel = await run(
      server,
      'echo $FORCE_COLOR $CLICOLOR_FORCE $CARGO_TERM_COLOR $PY_COLORS $npm_config_color; echo oops >&2; exit 3',
    );
    expect(channel).toMatch(/^job\/[\w.-]+\/1$/);
    await until(async () => expect(await list(server)).toEqual([expect.objectContaining({ channel, state: 'exited', code: 3, lines: 2 })]));
    expect((await textOf(server.origin, channel)).split('\n').sort()).toEqual(['', '1 1 always 1 always', 'oops']);
  });

  it('stops a command and everything it started', async () => {
    const server = await devServer();
    const channel = await run(server, 'sleep 1000 & echo $!; sleep 1001');
    await until(async () => expect(await textOf(server.origin, channel)).toMatch(/^\d+\n$/));
    const grandchild = Number(await textOf(server.origin, channel));
    expect((await post(server, '/console/jobs/stop', { channel })).status).toBe(200);
    await until(async () => expect(await list(server)).toEqual([expect.objectContaining({ channel, state: 'stopped', code: 143 })]));
    expect(await isAlive(grandchild)).toBe(false);
    expect(await problem(await post(server, '/console/jobs/stop', { channel }))).toMatch(/^409 .*already finished/);
  });

  it('restarts a command, also edited, into a new log, and stops it first', async () => {
    const server = await devServer();
    const first = await run(server, 'echo one; sleep 1000');
    await until(async () => expect(await textOf(server.origin, first)).toBe('one\n'));
    const answer = await post(server, '/console/jobs/restart', { channel: first, command: 'echo two' });
    const { channel: second } = (await answer.json()) as { channel: string };
    expect(second).not.toBe(first);
    await until(async () => expect((await list(server))[0]).toMatchObject({ channel: second, state: 'exited' }));
    const again = await post(server, '/console/jobs/restart', { channel: second });
    expect(again.status).toBe(201);
    await until(async () =>
      expect((await list(server)).map(({ command, state, code }) => [command, state, code])).toEqual([
        ['echo two', 'exited', 0],
        ['echo two', 'exited', 0],
        ['echo one; sleep 1000', 'stopped', 143],
      ]),
    );
  });

  it("records the shell's message for an unknown command", async () => {
    const server = await devServer();
    const channel = await run(server, 'no-such-program-here');
    await until(async () => expect((await list(server))[0]).toMatchObject({ channel, state: 'exited', code: 127 }));
    expect(await textOf(server.origin, channel)).toMatch(/no-such-program-here.*not found/);
  });

  it.each([
    ['an empty command', '/console/jobs', { command: '  ' }, /^400 Enter a command/],
    ['a command that is no text', '/console/jobs', { command: 5 }, /^400 Missing "command"/],
    ['a command that is too long', '/console/jobs', { command: 'x'.repeat(8_193) }, /^400 .*script/],
    ['a command with a NUL', '/console/jobs', { command: 'a\0b' }, /^400 .*NUL/],
    ['a list for a request', '/console/jobs', [], /^400 .*object/],
    ['a request that is too large', '/console/jobs', { command: 'x'.repeat(60_000) }, /^413/],
    ['a job that is not there', '/console/jobs/stop', { channel: 'x' }, /^404 Unknown job x/],
    ['a restart of what is not there', '/console/jobs/restart', { channel: '__proto__' }, /^404/],
    ['a path that is not there', '/console/nothing', {}, /^404/],
  ])('refuses %s', async (_what, path, body, message) => {
    expect(await problem(await post(await devServer(), path, body))).toMatch(message);
  });

  it('refuses other content types, origins and methods, which foreign pages can send', async () => {
    const server = await devServer();
    const body = JSON.stringify({ command: 'echo pwned' });
    const form = await fetchAsOwner(`${server.origin}/console/jobs`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body });
    expect(await problem(form)).toMatch(/^415 /);
    expect(await problem(await post(server, '/console/jobs', { command: 'x' }, { origin: 'https://evil.example' }))).toMatch(
      /^403 .*another origin/,
    );
    expect(await problem(await post(server, '/console/jobs', { command: 'x' }, { 'x-forwarded-for': '1.2.3.4' }))).toMatch(/^403 .*proxy/);
    expect(await problem(await fetchAsOwner(`${server.origin}/console/jobs`))).toMatch(/^405 /);
    expect((await fetchAsOwner(`${server.origin}/log-stream/sign?channel=x`, { headers: { origin: 'https://evil.example' } })).status).toBe(
      403,
    );
    expect(await list(server)).toEqual([]);
  });

  it('can be turned off, and says so', async () => {
    const server = await devServer({ isRunAllowed: false });
    expect(await problem(await post(server, '/console/jobs', { command: 'echo x' }))).toMatch(/^403 .*--no-run/);
    expect(await (await fetchAsOwner(`${server.origin}/console/logs`)).json()).toMatchObject({ runs: false, logs: [] });
  });

  it('limits the number of running commands', async () => {
    const server = await devServer();
    for (let count = 0; count < MAX_RUNNING_JOBS; count += 1) await run(server, `sleep 1000 # ${count}`);
    expect(await problem(await post(server, '/console/jobs', { command: 'echo one more' }))).toMatch(/^429 .*Stop one first/);
    const [last] = await list(server);
    await post(server, '/console/jobs/stop', { channel: last?.channel });
    await until(async () => expect((await post(server, '/console/jobs', { command: 'echo one more' })).status).toBe(201));
  });

  it('stops jobs and writes their ends when the server closes', async () => {
    const folder = await temporaryFolder();
    const store = `lmdb:${folder}/logs`;
    const server = await devServer({ store, dataDirectory: folder });
    const channel = await run(server, 'echo begun; sleep 1000');
    await until(async () => expect(await textOf(server.origin, channel)).toBe('begun\n'));
    await server.close();
    const kept = await openStore(store);
    expect(await kept.tail(channel)).toMatchObject({ head: 1, end: 143 });
    await kept.close();
  });
});

describe('the list of logs', () => {
  it('survives a restart, and shows which command a crash interrupted', async () => {
    const folder = await temporaryFolder();
    const store = `lmdb:${folder}/logs`;
    const first = await devServer({ store, dataDirectory: folder });
    const done = await run(first, 'echo done');
    await until(async () => expect((await list(first))[0]).toMatchObject({ state: 'exited' }));
    await first.close();
    // As a server leaves it that was killed: a job that runs, a log without an end.
    const book = JSON.parse(await readFile(`${folder}/jobs.json`, 'utf8')) as { jobs: unknown[] };
    const lost = { channel: 'job/lost/9', command: 'make', state: 'running', startedAt: Date.now() };
    const gone = { ...lost, channel: 'job/gone/10' };
    await writeFile(`${folder}/jobs.json`, JSON.stringify({ next: 11, jobs: [lost, gone, ...book.jobs] }));
    const kept = await openStore(store);
    await append(kept, 'job/lost/9', ['half of it']);
    await kept.close();

    const second = await devServer({ store, dataDirectory: folder });
    expect(await list(second)).toEqual([
      expect.objectContaining({ channel: 'job/lost/9', command: 'make', state: 'broken-off', code: 129, lines: 2 }),
      expect.objectContaining({ channel: done, command: 'echo done', state: 'exited', code: 0, lines: 1 }),
    ]);
    expect(await textOf(second.origin, 'job/lost/9')).toMatch(/^half of it\n.*The server stopped while this command was running/);
    expect(await run(second, 'echo next')).toBe('job/echo-next/11');
  });

  it('includes logs of other writers, and drops the oldest jobs beyond its length', async () => {
    const server = await devServer();
    const topic = await (await fetchAsOwner(`${server.origin}/log-stream/sign?channel=build:1&write=1`)).text();
    const appended = await fetch(`${server.origin}/log-stream/topics/build:1?end=4`, {
      method: 'POST',
      headers: { authorization: `Bearer ${topic}` },
      body: 'a\nb\n',
    });
    expect(appended.status).toBe(200);
    expect(await list(server)).toEqual([expect.objectContaining({ channel: 'build:1', state: 'ended', code: 4, lines: 2 })]);
    expect(MAX_JOBS).toBeLessThanOrEqual(200);
  });

  it('is streamed as events: the whole list first, then changes', async () => {
    const server = await devServer();
    await run(server, 'echo one');
    const controller = new AbortController();
    const answer = await fetchAsOwner(`${server.origin}/console/events`, { signal: controller.signal });
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const events = parseEvents(answer);
    const first = await events.next();
    expect(first.value).toMatchObject({ name: 'all', data: { runs: true, logs: [{ command: 'echo one' }] } });
    const second = await run(server, 'echo two; exit 1');
    const states = new Map<unknown, unknown>();
    while (states.get(second) !== 'exited') {
      const { value } = await events.next();
      expect(value).toMatchObject({ name: 'change', data: { gone: [] } });
      if (value !== undefined && isObject(value.data) && Array.isArray(value.data['changed'])) {
        for (const entry of value.data['changed']) if (isObject(entry)) states.set(entry['channel'], entry['state']);
      }
    }
    controller.abort();
  });

  it('limits the number of watchers, and admits another when one has left', async () => {
    const server = await devServer();
    const watch = (): Promise<{ readonly status: number; readonly stop: () => void }> => {
      const controller = new AbortController();
      return fetchAsOwner(`${server.origin}/console/events`, { signal: controller.signal }).then(({ status }) => ({
        status,
        stop: () => controller.abort(),
      }));
    };
    const watchers = await Promise.all(Array.from({ length: MAX_WATCHERS }, watch));
    expect(watchers.every(({ status }) => status === 200)).toBe(true);
    expect((await watch()).status).toBe(503);
    watchers[0]?.stop();
    await until(async () => expect((await watch()).status).toBe(200));
    for (const { stop } of watchers) stop();
  });

  it('is read from the store only while it is watched', async () => {
    const channels = vi.spyOn(MemoryStore.prototype, 'channels');
    const server = await devServer();
    await server.jobs.start({ shell: 'true' }).then(({ done }) => done);
    expect(channels).not.toHaveBeenCalled();
    await list(server);
    expect(channels).toHaveBeenCalledTimes(1);
    channels.mockRestore();
  });
});

describe('signing for users of this machine', () => {
  it('grants reading, and writing on request', async () => {
    const { origin } = await devServer();
    const sign = async (query: string): Promise<string> => (await fetchAsOwner(`${origin}/log-stream/sign?${query}`)).text();
    const append = async (topic: string): Promise<number> =>
      (await fetch(`${origin}/log-stream/topics/a/b:1`, { method: 'POST', headers: { authorization: `Bearer ${topic}` }, body: 'x\n' }))
        .status;
    expect(await append(await sign('channel=a/b:1'))).toBe(403);
    expect(await append(await sign('channel=a/b:1&write=1'))).toBe(200);
    expect(await append(await sign('channel=other&write=1'))).toBe(403);
    expect(await append(await sign('channel=a/b:1&delete=1'))).toBe(403);
    const remove = async (topic: string): Promise<number> =>
      (await fetch(`${origin}/log-stream/topics/a/b:1`, { method: 'DELETE', headers: { authorization: `Bearer ${topic}` } })).status;
    expect(await remove(await sign('channel=a/b:1'))).toBe(403);
    expect(await remove(await sign('channel=a/b:1&delete=1'))).toBe(204);
  });

  it('signs for 24 hours, a requested time, or without expiry', async () => {
    const { origin } = await devServer();
    const lifeOf = async (query: string): Promise<number | undefined> => {
      const claims = readTopic(await (await fetchAsOwner(`${origin}/log-stream/sign?channel=a${query}`)).text());
      return claims?.expiresAt === undefined ? undefined : claims.expiresAt - claims.issuedAt;
    };
    expect(await lifeOf('')).toBe(86_400);
    expect(await lifeOf('&ttl=60')).toBe(60);
    expect(await lifeOf('&ttl=1h30m')).toBe(5_400);
    expect(await lifeOf('&ttl=never')).toBeUndefined();
  });

  it.each([
    ['no channel', '', /^400 Missing or invalid channel/],
    ['a channel that is none', 'channel=a%20b', /^400 Missing or invalid channel/],
    ['a reserved channel', 'channel=log-stream/metrics', /^400 .*reserved/],
    ['any reserved channel', 'channel=log-stream%2Fx', /^400 .*reserved/],
    ['another value of delete', 'channel=a&delete=true', /^400 delete/],
    ['another value of write', 'channel=a&write=yes', /^400 write/],
    ['a time without end', 'channel=a&ttl=x', /^400 ttl/],
    ['no time', 'channel=a&ttl=0', /^400 ttl/],
  ])('refuses %s', async (_what, query, message) => {
    const { origin } = await devServer();
    expect(await problem(await fetchAsOwner(`${origin}/log-stream/sign?${query}`))).toMatch(message);
  });

  it('refuses everything private when other machines can reach the server', async () => {
    const server = await devServer({ host: '0.0.0.0' });
    const address = server.origin.replace('0.0.0.0', '127.0.0.1');
    expect((await fetch(`${address}/log-stream/health`)).status).toBe(200);
    expect(await problem(await fetch(`${address}/log-stream/sign?channel=x`))).toMatch(/^403 .*--host 127\.0\.0\.1/);
    expect(await problem(await fetch(`${address}/console/logs`))).toMatch(/^403 /);
  });
});
