import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Signer } from '../../src/server/access/signer.ts';
import { createLogServer, type LogServer } from '../../src/server/create-log-server.ts';
import { MemoryStore } from '../../src/server/stores/memory-store.ts';
import { buildCommand, command, runCommand, temporaryFolder } from './support.ts';

beforeAll(buildCommand, 60_000);

const SECRET = 'the secret of the server elsewhere';
const KEPT_SECRET = 'the secret of this very directory';
const KEPT_TOKEN = 'the-console-token-of-this-directory';

/** A log server of somebody else, below a path of its own, and everything that it is sent besides bodies. */
async function elsewhere(): Promise<{ url: string; logs: LogServer; sent: string[] }> {
  const logs = createLogServer({ store: new MemoryStore(), secrets: [SECRET], basePath: '/deep/logs' });
  const http = createServer();
  const sent: string[] = [];
  logs.attach(http);
  http.on('request', ({ url = '', rawHeaders }) => sent.push([url, ...rawHeaders].join('\n')));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(async () => {
    await logs.close();
    http.close();
    http.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/deep/logs`, logs, sent };
}

/** A directory with a secret and a console token of its own. */
async function directory(): Promise<string> {
  const cwd = await temporaryFolder();
  await mkdir(join(cwd, '.log-stream'), { mode: 0o700 });
  await writeFile(join(cwd, '.log-stream/secret'), KEPT_SECRET, { mode: 0o600 });
  await writeFile(join(cwd, '.log-stream/console-token'), KEPT_TOKEN, { mode: 0o600 });
  return cwd;
}

describe('a server elsewhere', () => {
  it('is written to and watched with a given topic, and gets nothing from the data directory', async () => {
    const { url, logs, sent } = await elsewhere();
    const cwd = await directory();
    const topic = logs.sign('build:1', { write: true });
    const appended = await runCommand(['append', 'build:1', '--url', url, '--topic', topic, '--end', '3'], { cwd }, 'one\ntwo\n');
    expect(appended).toMatchObject({ code: 0, stderr: '' });
    const watched = await runCommand(['watch', 'build:1', '--url', url, '--topic', logs.sign('build:1')], { cwd });
    expect(watched).toMatchObject({ code: 3, stdout: 'one\ntwo\n' });
    expect(sent.length).toBeGreaterThan(1);
    expect(sent.every((request) => request.startsWith('/deep/logs/topics/build%3A1'))).toBe(true);
    expect(sent.join('\n')).not.toMatch(/Console |console-token/u);
    // What it was shown is signed by nobody here.
    const shown = new Set([...sent.join('\n').matchAll(/Bearer (\S+)/gu)].map(([, signed = '']) => signed));
    expect([...shown].map((signed) => new Signer(KEPT_SECRET).verify(signed).ok)).toEqual([...shown].map(() => false));
  });

  it('is written to by run and tail with --topic, LOG_STREAM_TOPIC or LOG_STREAM_SECRET', async () => {
    const { url, logs } = await elsewhere();
    const cwd = await directory();
    const topic = logs.sign('deploy', { write: true });
    const ran = await runCommand(['run', '--url', url, '--topic', topic, '--', 'sh', '-c', 'env; exit 4'], {
      cwd,
      env: { HANDED_ON: topic },
    });
    expect(ran).toMatchObject({ code: 4, stderr: `log-stream: Writing deploy to ${url}\n` });
    expect(ran.stdout).not.toContain(topic);
    expect((await runCommand(['watch', 'deploy', '--url', `${url}/`, '--topic', topic], { cwd })).code).toBe(4);

    const fromEnvironment = await runCommand(['run', '--url', url, '--', 'sh', '-c', 'env'], {
      cwd,
      env: { LOG_STREAM_TOPIC: logs.sign('env', { write: true }) },
    });
    expect(fromEnvironment).toMatchObject({ code: 0, stderr: `log-stream: Writing env to ${url}\n` });
    expect(fromEnvironment.stdout).not.toContain('LOG_STREAM_TOPIC');

    await writeFile(join(cwd, 'a.log'), 'of a file\n');
    const tail = command(['tail', 'a.log', '--channel', 'file', '--url', url, '--end'], { cwd, env: { LOG_STREAM_SECRET: SECRET } });
    await tail.printed(/Writing file to/u);
    const watch = command(['watch', 'file', '--url', url], { cwd, env: { LOG_STREAM_SECRET: SECRET } });
    await watch.printed(/of a file/u);
    tail.child.kill('SIGINT');
    expect(await watch.code()).toBe(0);
  });

  it.each([
    [
      'watch',
      ['watch', 'a', '--url', 'http://127.0.0.1:1'],
      2,
      /Missing topic: give --topic SIGNED, or set LOG_STREAM_TOPIC, or LOG_STREAM_SECRET/u,
    ],
    ['an address that is none', ['watch', 'a', '--url', 'logs.example.com'], 2, /--url takes an address such as https:/u],
    ['a password in it', ['watch', 'a', '--url', 'http://me:secret@localhost'], 2, /without user, query or fragment/u],
    ['two addresses', ['watch', 'a', '--url', 'http://localhost', '--port', '1'], 2, /leave out --port/u],
    ['a token for this machine', ['watch', 'a', '--url', 'http://localhost', '--token', KEPT_TOKEN], 2, /leave out --token/u],
    ['a topic that is none', ['watch', 'a', '--topic', 'eyJ-not-a-topic'], 2, /--topic takes a signed topic/u],
  ])('refuses %s, and says what to write', async (_what, args, code, message) => {
    const ran = await runCommand(args, { cwd: await directory() });
    expect([ran.code, ran.stderr]).toEqual([code, expect.stringMatching(message)]);
    expect(ran.stderr).not.toMatch(/not-a-topic|me:secret/u);
  });

  it('is not used with a topic for another log, or written to with a read-only topic', async () => {
    const { url, logs, sent } = await elsewhere();
    const cwd = await directory();
    const other = await runCommand(['watch', 'a', '--url', url, '--topic', logs.sign('b')], { cwd });
    expect([other.code, other.stderr]).toEqual([1, expect.stringMatching(/The given topic is for the log b, not for a/u)]);
    const reading = await runCommand(['append', 'a', '--url', url, '--topic', logs.sign('a')], { cwd }, 'x\n');
    expect([reading.code, reading.stderr]).toEqual([1, expect.stringMatching(/The given topic is read-only: sign one with --write/u)]);
    expect(sent).toEqual([]);
  });
});
