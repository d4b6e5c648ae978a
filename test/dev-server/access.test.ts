import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { CODE_LIFE, MAX_CODES, OneTimeCodes } from '../../src/dev-server/access/one-time-codes.ts';
import { SESSION_LIFE, MAX_SESSIONS, Sessions } from '../../src/dev-server/access/sessions.ts';
import { checkToken, proofOf } from '../../src/dev-server/access/console-token.ts';
import type { DevServer } from '../../src/dev-server/server/running-server.ts';
import { isObject, parseEvents } from './events.ts';
import { hasNginx, nginx, plainProxy } from './proxies.ts';
import { CONSOLE_TOKEN, devServer, fetchAsOwner, temporaryFolder } from './support.ts';

const KEY = 'k'.repeat(43);
const PRIVATE = [
  ['GET', '/log-stream/sign?channel=a'],
  ['GET', '/log-stream/sign?channel=a&write=1'],
  ['GET', '/log-stream/metrics'],
  ['GET', '/console/logs'],
  ['GET', '/console/events'],
  ['GET', '/console/session'],
  ['GET', '/console/nothing'],
  ['POST', '/console/jobs'],
  ['POST', '/console/jobs/stop'],
  ['POST', '/console/jobs/restart'],
] as const;

interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

const post = (body: unknown, headers: Record<string, string> = {}): Sent => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

/** Trades a credential; resolves to the status, and to the cookie as a browser sends it back. */
async function trade(
  origin: string,
  credential: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; cookie: string; set: string }> {
  const answer = await fetch(`${origin}/console/session`, post(credential, { 'log-console-key': KEY, ...headers }));
  const set = answer.headers.get('set-cookie') ?? '';
  return { status: answer.status, cookie: set.split(';')[0] ?? '', set };
}

const session = (origin: string, headers: Record<string, string>): Promise<Response> => fetch(`${origin}/console/session`, { headers });

describe('signing, running and listing', () => {
  it.each(PRIVATE)('need the console token: %s %s', async (method, path) => {
    const { origin, jobs } = await devServer();
    const answer = await fetch(`${origin}${path}`, method === 'POST' ? post({ command: 'echo stranger' }) : {});
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).not.toBeNull();
    expect(await answer.text()).not.toContain(CONSOLE_TOKEN);
    expect(jobs.jobs).toEqual([]);
    if (method === 'GET' && !['/console/events', '/console/nothing', '/log-stream/metrics'].includes(path)) {
      expect((await fetchAsOwner(`${origin}${path}`)).ok).toBe(true);
    }
  });

  it.each<[string, (target: string) => Promise<string>]>([
    ['as nginx does by default', plainProxy],
    // Where it is installed; the one above does the same.
    ...(hasNginx ? [['nginx itself', nginx] satisfies [string, typeof nginx]] : []),
  ])('are refused without the token through a proxy that adds no headers: %s', async (_what, open) => {
    const server = await devServer();
    const proxy = await open(server.origin);
    for (const [method, path] of PRIVATE) {
      expect([path, (await fetch(`${proxy}${path}`, method === 'POST' ? post({ command: 'echo stranger' }) : {})).status]).toEqual([
        path,
        401,
      ]);
    }
    expect(server.jobs.jobs).toEqual([]);
    expect((await fetch(`${proxy}/log-stream/health`)).status).toBe(200);
  });

  it('are refused over HTTP/1.0 without any header', async () => {
    const server = await devServer();
    const { connect } = await import('node:net');
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(server.origin).port), '127.0.0.1');
      let text = '';
      socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      socket.on('end', () => resolve(text)).on('error', reject);
      socket.write('GET /console/logs HTTP/1.0\r\n\r\n');
    });
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(answer).toMatch(/--allow-host/);
  });

  it.each([
    ['another token', `Console ${'x'.repeat(CONSOLE_TOKEN.length)}`],
    ['a part of it', `Console ${CONSOLE_TOKEN.slice(0, -1)}`],
    ['more than it', `Console ${CONSOLE_TOKEN}x`],
    ['no token', 'Console'],
    ['an empty token', 'Console '],
    ['another scheme', `Bearer ${CONSOLE_TOKEN}`],
    ['no scheme', CONSOLE_TOKEN],
    ['Basic', `Basic ${Buffer.from(`:${CONSOLE_TOKEN}`).toString('base64')}`],
    ['two tokens', `Console ${CONSOLE_TOKEN}, Console ${CONSOLE_TOKEN}`],
    ['capitals', `Console ${CONSOLE_TOKEN.toUpperCase()}`],
    ['a very long token', `Console ${'x'.repeat(8_000)}`],
  ])('are refused with %s', async (_what, authorization) => {
    const { origin } = await devServer();
    expect((await fetch(`${origin}/console/logs`, { headers: { authorization } })).status).toBe(401);
    expect((await fetch(`${origin}/log-stream/sign?channel=a`, { headers: { authorization } })).status).toBe(401);
  });

  it('take the authorization scheme in any case', async () => {
    const { origin } = await devServer();
    for (const authorization of [`console ${CONSOLE_TOKEN}`, `CONSOLE   ${CONSOLE_TOKEN}`])
      expect((await fetch(`${origin}/console/logs`, { headers: { authorization } })).status).toBe(200);
  });

  it('take no token from the query, which access logs would record', async () => {
    const { origin } = await devServer();
    expect((await fetch(`${origin}/console/logs?token=${CONSOLE_TOKEN}`)).status).toBe(401);
    expect((await fetch(`${origin}/console/logs?topic=${CONSOLE_TOKEN}`)).status).toBe(401);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['a proxy', { via: '1.1 proxy' }, /proxy \(via\)/],
    ['a proxy that says for whom', { 'x-real-ip': '10.0.0.1' }, /proxy \(x-real-ip\)/],
    ['a page of another site', { origin: 'https://evil.example' }, /https:\/\/evil\.example.*--allow-host/],
    ['a page of a neighbour', { 'sec-fetch-site': 'same-site' }, /same-site.*--allow-host/],
  ])('are refused even with the token through %s', async (_what, headers, message) => {
    const { origin } = await devServer();
    for (const path of ['/console/logs', '/console/session', '/console/proof?nonce=0123456789abcdef', '/log-stream/sign?channel=a']) {
      const answer = await fetchAsOwner(`${origin}${path}`, { headers });
      expect([path, answer.status]).toEqual([path, 403]);
      const problem: unknown = await answer.json();
      expect(isObject(problem) ? problem['detail'] : undefined).toMatch(message);
    }
    expect((await trade(origin, { token: CONSOLE_TOKEN }, headers)).status).toBe(403);
  });
});

describe('a browser session', () => {
  it('is granted for the token, and is valid only with both cookie and key', async () => {
    const { origin } = await devServer();
    const { status, cookie, set } = await trade(origin, { token: CONSOLE_TOKEN });
    expect(status).toBe(204);
    expect(set).toMatch(
      new RegExp(`^log-stream-${new URL(origin).port}=[\\w-]{43}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict$`, 'u'),
    );
    expect(set).not.toContain(CONSOLE_TOKEN);
    const headers = { cookie, 'log-console-key': KEY };
    expect((await session(origin, headers)).status).toBe(204);
    expect((await fetch(`${origin}/console/logs`, { headers })).status).toBe(200);
    expect((await session(origin, { cookie })).status).toBe(401);
    expect((await session(origin, { cookie, 'log-console-key': 'l'.repeat(43) })).status).toBe(401);
    expect((await session(origin, { 'log-console-key': KEY })).status).toBe(401);
    expect((await session(origin, { cookie: cookie.replace('=', '=x'), 'log-console-key': KEY })).status).toBe(401);
    // A token that is shown is what counts, also a wrong one.
    expect((await session(origin, { ...headers, authorization: 'Console wrong' })).status).toBe(401);
  });

  it('is found among cookies of the same name that another port of the host set', async () => {
    const { origin } = await devServer();
    const { cookie } = await trade(origin, { token: CONSOLE_TOKEN });
    const name = cookie.split('=')[0] ?? '';
    expect((await session(origin, { cookie: `${name}=evil; other=1; ${cookie}`, 'log-console-key': KEY })).status).toBe(204);
  });

  it('is kept when the token is presented again, so that other tabs keep working', async () => {
    const { origin } = await devServer();
    const { cookie } = await trade(origin, { token: CONSOLE_TOKEN });
    expect(await trade(origin, { token: CONSOLE_TOKEN }, { cookie })).toMatchObject({ status: 204, set: '' });
    // One that is not good is replaced.
    expect((await trade(origin, { token: CONSOLE_TOKEN }, { cookie: `${cookie}x` })).set).not.toBe('');
  });

  it.each<[string, unknown, number]>([
    ['a wrong token', { token: 'x'.repeat(30) }, 401],
    ['an empty token', { token: '' }, 401],
    ['a wrong code', { code: 'x'.repeat(43) }, 401],
    ['the token as a code', { code: CONSOLE_TOKEN }, 401],
    ['a token that is no text', { token: 5 }, 400],
    ['nothing', {}, 400],
    ['a list', [CONSOLE_TOKEN], 400],
    ['too much', { token: 'x'.repeat(5_000) }, 413],
  ])('is not granted for %s', async (_what, credential, status) => {
    const { origin } = await devServer();
    expect(await trade(origin, credential)).toEqual({ status, cookie: '', set: '' });
  });

  it.each([
    ['no key', ''],
    ['a short key', 'short'],
    ['a key of other characters', `${'k'.repeat(40)} `.repeat(2)],
  ])('is not granted with %s', async (_what, key) => {
    const { origin } = await devServer();
    expect((await trade(origin, { token: CONSOLE_TOKEN }, { 'log-console-key': key })).status).toBe(400);
  });

  it('outlives the server and ends with the token', async () => {
    const dataDirectory = await temporaryFolder();
    const start = (port = 0): Promise<DevServer> => devServer({ dataDirectory, port, consoleToken: undefined });
    const first = await start();
    const headers = { 'log-console-key': KEY, cookie: (await trade(first.origin, { token: first.consoleToken })).cookie };
    const files = await readdir(join(dataDirectory, 'console-sessions'));
    expect(files).toHaveLength(1);
    expect(files.join('')).not.toContain(headers.cookie.split('=')[1]);
    for (const [path, mode] of [
      ['console-token', 0o600],
      ['console-sessions', 0o700],
      [`console-sessions/${files[0] ?? ''}`, 0o600],
    ] as const)
      expect([path, (await stat(join(dataDirectory, path))).mode & 0o777]).toEqual([path, mode]);
    await first.close();

    const second = await start(Number(new URL(first.origin).port));
    expect(second.consoleToken).toBe(first.consoleToken);
    expect((await session(second.origin, headers)).status).toBe(204);
    const events = await fetch(`${second.origin}/console/events`, { headers });
    const reading = parseEvents(events);
    expect((await reading.next()).value).toMatchObject({ name: 'all' });

    await rm(join(dataDirectory, 'console-token'));
    expect((await session(second.origin, headers)).status).toBe(401);
    expect((await session(second.origin, { authorization: `Console ${first.consoleToken ?? ''}` })).status).toBe(401);
    expect(second.consoleToken).not.toBe(first.consoleToken);
    expect((await session(second.origin, { authorization: `Console ${second.consoleToken ?? ''}` })).status).toBe(204);
    // What is under way ends too.
    expect((await reading.next()).done).toBe(true);
  }, 40_000);

  it('is shared by two servers on one directory', async () => {
    const dataDirectory = await temporaryFolder();
    const settings = { dataDirectory, consoleToken: undefined };
    const [one, other] = await Promise.all([devServer(settings), devServer(settings)]);
    expect(other.consoleToken).toBe(one.consoleToken);
    const { cookie } = await trade(one.origin, { token: other.consoleToken });
    // Each port has a cookie of its own.
    expect((await session(other.origin, { cookie, 'log-console-key': KEY })).status).toBe(401);
    expect((await session(one.origin, { cookie, 'log-console-key': KEY })).status).toBe(204);
  });

  it('lasts 30 days', async () => {
    let now = 1_700_000_000_000;
    const sessions = new Sessions(await temporaryFolder(), () => now);
    const cookie = await sessions.begin(CONSOLE_TOKEN, KEY);
    expect(SESSION_LIFE).toBe(30 * 86_400_000);
    now += SESSION_LIFE - 1;
    expect(await sessions.isValid(CONSOLE_TOKEN, { cookie, key: KEY })).toBe(true);
    expect(await sessions.isValid('another token', { cookie, key: KEY })).toBe(false);
    now += 1;
    expect(await sessions.isValid(CONSOLE_TOKEN, { cookie, key: KEY })).toBe(false);
  });

  it('replaces the oldest when there are a hundred', async () => {
    let now = 1_700_000_000_000;
    const folder = await temporaryFolder();
    const sessions = new Sessions(folder, () => now);
    const cookies: string[] = [];
    for (let count = 0; count < MAX_SESSIONS; count += 1) {
      now += 1;
      cookies.push(await sessions.begin(CONSOLE_TOKEN, KEY));
    }
    const good = async (): Promise<boolean[]> =>
      Promise.all(cookies.map((cookie) => sessions.isValid(CONSOLE_TOKEN, { cookie, key: KEY })));
    expect((await good()).every(Boolean)).toBe(true);
    now += 1;
    await Promise.all([sessions.begin(CONSOLE_TOKEN, KEY), sessions.begin(CONSOLE_TOKEN, KEY)]);
    expect((await good()).map((isGood, at) => [at, isGood]).filter(([, isGood]) => isGood === false)).toEqual([
      [0, false],
      [1, false],
    ]);
    expect(await readdir(join(folder, 'console-sessions'))).toHaveLength(MAX_SESSIONS);
    // What lies there besides is left alone, and counts for nothing.
    await writeFile(join(folder, 'console-sessions/notes.txt'), 'x');
    expect((await good()).filter(Boolean)).toHaveLength(MAX_SESSIONS - 2);
  });
});

describe('a one-time code', () => {
  it('is valid once', async () => {
    const server = await devServer();
    const code = server.issueCode();
    expect((await trade(server.origin, { code })).status).toBe(204);
    expect((await trade(server.origin, { code })).status).toBe(401);
  });

  it('is valid for a minute', () => {
    let now = 0;
    const codes = new OneTimeCodes(() => now);
    const [one, other] = [codes.issue(), codes.issue()];
    now = CODE_LIFE - 1;
    expect(codes.redeem(one)).toBe(true);
    now = CODE_LIFE;
    expect(codes.redeem(other)).toBe(false);
    expect(CODE_LIFE).toBe(60_000);
  });

  it('replaces the oldest when there are ten', () => {
    const codes = new OneTimeCodes();
    const issued = Array.from({ length: MAX_CODES + 1 }, () => codes.issue());
    expect(issued.map((code) => codes.redeem(code))).toEqual([false, ...Array.from({ length: MAX_CODES }, () => true)]);
  });
});

describe('a console token', () => {
  it.each([
    '',
    'short',
    'fifteen letters',
    'with a blank inside of it',
    'x'.repeat(513),
    'ümläüte-ümläüte-ümläüte',
    'two\nlines-of-a-token',
  ])('must not be %j', (text) => {
    expect(() => checkToken(text, 'LOG_STREAM_CONSOLE_TOKEN')).toThrow(/LOG_STREAM_CONSOLE_TOKEN.*openssl rand/);
  });

  it('may contain the characters of base64 and passwords', () => {
    for (const text of ['0123456789abcdef', 'a+b/c=d&e#f?g%h"i', 'x'.repeat(512)]) expect(checkToken(text, '')).toBe(text);
  });

  it('is sent only after the server proved that it knows it, for the address of the request', async () => {
    const server = await devServer();
    const nonce = '0123456789abcdef0123';
    const answer = await fetch(`${server.origin}/console/proof?nonce=${nonce}`);
    const { host } = new URL(server.origin);
    expect(await answer.json()).toEqual({ proof: proofOf(CONSOLE_TOKEN, host, nonce) });
    expect(proofOf(CONSOLE_TOKEN, '127.0.0.1:1', nonce)).not.toBe(proofOf(CONSOLE_TOKEN, host, nonce));
    for (const bad of ['', 'short', 'x'.repeat(200), 'with%20blank0123456789'])
      expect((await fetch(`${server.origin}/console/proof?nonce=${bad}`)).status).toBe(400);
  });
});

it('answers as soon as it listens', async () => {
  // A store that takes its time to list what there is: nothing of the console is ready before.
  const heard = vi.fn<(status: number) => void>();
  const { Server } = await import('node:http');
  const listen = vi.spyOn(Server.prototype, 'listen').mockImplementation(function (this: InstanceType<typeof Server>, ...args: unknown[]) {
    heard(this.listenerCount('request'));
    listen.mockRestore();
    return Reflect.apply(this.listen, this, args) as InstanceType<typeof Server>;
  });
  await devServer();
  expect(heard).toHaveBeenCalledWith(1);
});
