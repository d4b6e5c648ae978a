import { execFile } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { readTopic, type TopicClaims } from '../../src/protocol/topic.ts';
import { shellQuote } from '../../src/dev-server/util/shell-quote.ts';
import { Signer } from '../../src/server/access/signer.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { buildCommand, CLI, command, CONSOLE_TOKEN, fetchAsOwner, runCommand, serve, temporaryFolder, textOf } from './support.ts';

beforeAll(buildCommand, 60_000);

const until = (check: () => Promise<void> | void): Promise<void> => vi.waitFor(check, { timeout: 15_000, interval: 20 });

describe('log-stream', () => {
  it('prints help and its version', async () => {
    const cwd = await temporaryFolder();
    const help = await runCommand(['--help'], { cwd });
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const name of ['serve', 'run', 'tail', 'append', 'watch', 'sign']) {
      expect(help.stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
      const own = await runCommand([name, '--help'], { cwd });
      expect(own.code).toBe(0);
      expect(own.stdout).toMatch(new RegExp(`^Usage: log-stream ${name} `));
      expect(own.stdout).toMatch(/--port N/);
    }
    expect((await runCommand(['--version'], { cwd })).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    [[], /Usage: log-stream COMMAND/],
    [['dance'], /Unknown command "dance"\. Commands: serve, run/],
    [['serve', '--prot', '1'], /Unknown option --prot\. Did you mean --port\?/],
    [['serve', 'x'], /Unexpected argument "x"/],
    [['run', '--port', '1'], /Missing command: put it after --/],
    [['run', 'npm', 'test'], /Unexpected argument/],
    [['watch'], /Missing CHANNEL\./],
    [['watch', 'a b'], /is not a valid channel name/],
    [['append', 'a/../b'], /is not a valid channel name/],
    [['append', 'a', '--end', 'x'], /--end takes a whole number/],
    [['tail', 'f', '--lines', '3', '--from-end'], /--lines cannot be used with --from-end: leave out --from-end/],
    [['sign', 'a', '--ttl', 'soon'], /such as 10m/],
  ])('answers %j with code 2 and says what to write', async (args, message) => {
    const { code, stderr, stdout } = await runCommand(args, { cwd: await temporaryFolder() });
    expect(stderr).toMatch(message);
    expect([code, stdout]).toEqual([2, '']);
  });

  it('says what to do when there is no server, or another program', async () => {
    const cwd = await temporaryFolder();
    const other = createServer((_request, response) => response.end('hello'));
    await once(other.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void other.close());
    const port = String((other.address() as AddressInfo).port);
    for (const args of [
      ['watch', 'a'],
      ['append', 'a'],
      ['run', '--', 'true'],
    ]) {
      const [name = '', ...rest] = args;
      const { code, stderr } = await runCommand([name, '--port', port, ...rest], { cwd });
      expect(stderr).toMatch(/is not log-stream: choose another port/);
      expect(code).toBe(1);
    }
    other.close();
    await once(other, 'close');
    for (const name of ['watch', 'append']) {
      const { code, stderr } = await runCommand([name, 'a', '--port', port], { cwd });
      expect(stderr).toMatch(/Nothing is listening at .*log-stream serve/);
      expect(code).toBe(1);
    }
  });
});

describe('a server that does not answer', () => {
  it.each<[string, (proxy: TcpProxy, isBad: boolean) => void, RegExp]>([
    ['breaks every connection off', (proxy, isBad) => proxy.refuse(isBad), /does not answer \(.*\)\. Waiting until it does\./],
    ['takes its time', (proxy, isBad) => proxy.stall(isBad), /does not answer \(for 5 s\)\. Waiting until it does\./],
  ])('is waited for, and the user told, when it %s', async (_what, weather, said) => {
    const cwd = await temporaryFolder();
    const { port, origin } = await serve(cwd);
    const proxy = await TcpProxy.listen(() => Number(port));
    onTestFinished(() => proxy.close());
    weather(proxy, true);
    const path = join(cwd, 'app.log');
    await writeFile(path, 'from a file\n');
    const server = ['--port', String(proxy.port)];
    const running = command(['run', ...server, '--channel', 'run:1', '--', 'echo', 'from a command'], { cwd });
    const tailing = command(['tail', path, ...server, '--channel', 'tail:1'], { cwd });
    const appending = command(['append', 'append:1', ...server], { cwd });
    appending.child.stdin?.end('from a pipe\n');
    for (const waiting of [running, tailing, appending]) await waiting.printed(said);
    weather(proxy, false);
    expect([await running.code(), await appending.code()]).toEqual([0, 0]);
    expect(await textOf(origin, 'run:1')).toBe('from a command\n');
    expect(await textOf(origin, 'append:1')).toBe('from a pipe\n');
    await until(async () => expect(await textOf(origin, 'tail:1')).toBe('from a file\n'));
    expect(running.stderr.match(/does not answer/g)).toHaveLength(1);
  });
});

describe('log-stream serve', () => {
  it('listens, is healthy, keeps its secret, runs jobs, and ends cleanly on SIGTERM', async () => {
    const cwd = await temporaryFolder();
    const { server, origin } = await serve(cwd, ['--job', 'echo built', '--job', 'echo waiting; sleep 1000']);
    const health = await fetch(`${origin}/log-stream/health`);
    expect(health.status).toBe(200);
    await until(async () => expect(await textOf(origin, 'job/echo-built/1')).toBe('built\n'));
    await until(async () => expect(await textOf(origin, 'job/echo-waiting-sleep-1000/2')).toBe('waiting\n'));
    const secret = await readFile(join(cwd, '.log-stream/secret'), 'utf8');
    expect((await stat(join(cwd, '.log-stream/secret'))).mode & 0o777).toBe(0o600);
    server.child.kill('SIGTERM');
    expect(await server.code()).toBe(0);
    expect(server.stdout).toBe(`log-stream is listening on ${origin}/#token=${CONSOLE_TOKEN}\n`);
    expect(server.stdout + server.stderr).not.toContain(secret.trim());

    const again = await serve(cwd);
    expect(await readFile(join(cwd, '.log-stream/secret'), 'utf8')).toBe(secret);
    const watched = await runCommand(['watch', 'job/echo-waiting-sleep-1000/2', '--port', again.port], { cwd });
    expect(watched).toMatchObject({ code: 143, stdout: 'waiting\n' });
  });

  it('says that another server has its port', async () => {
    const cwd = await temporaryFolder();
    const { port } = await serve(cwd);
    const second = await runCommand(['serve', '--port', port], { cwd: await temporaryFolder() });
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/A log-stream server is already running at .*\. Use it, or choose .*--port/);
  });

  it('says why a store cannot be opened', async () => {
    const cwd = await temporaryFolder();
    const { code, stderr } = await runCommand(['serve', '--port', '0', '--store', 'floppy:a'], { cwd });
    expect(code).toBe(1);
    expect(stderr).toMatch(/cannot be opened.*lmdb:DIR/);
  });

  it('serves the console page under a strict policy, and no other files', async () => {
    const { origin } = await serve(await temporaryFolder(), ['--store', 'memory:']);
    const page = await fetch(`${origin}/`);
    // Without a build there is no page, and the answer says so.
    if (page.status === 503) expect(await page.text()).toMatch(/npm run build/);
    else expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'self'.*require-trusted-types-for 'script'/);
    for (const path of ['/package.json', '/../package.json', '/assets/../../../package.json', '/%2e%2e/package.json']) {
      expect((await fetch(`${origin}${path}`)).status).toBe(404);
    }
  });
});

describe('log-stream append and watch', () => {
  it('append and print lines as they arrive, end the log, and exit with its code', async () => {
    const cwd = await temporaryFolder();
    const { port, origin } = await serve(cwd);
    const watching = command(['watch', 'build:1', '--port', port], { cwd });
    const appending = command(['append', 'build:1', '--port', port, '--end', '4'], { cwd });
    appending.child.stdin?.write('one\n\u001b[31mtwo\u001b[0m\n');
    await watching.printed(/two/);
    appending.child.stdin?.end('three');
    expect(await appending.code()).toBe(0);
    expect(await watching.code()).toBe(4);
    expect(watching.stdout).toBe('one\n\u001b[31mtwo\u001b[0m\nthree\n');
    expect((await runCommand(['watch', 'build:1', '--port', port, '--after', '2'], { cwd })).stdout).toBe('three\n');

    const late = await runCommand(['append', 'build:1', '--port', port], { cwd }, 'late\n');
    expect(late.code).toBe(1);
    expect(late.stderr).toMatch(/has already ended \(code 4\)/);
    expect(await textOf(origin, 'build:1')).toBe('one\n\u001b[31mtwo\u001b[0m\nthree\n');
  });

  it.runIf(process.platform === 'linux')('print only text and colours to a terminal, but everything with --raw or to a pipe', async () => {
    const cwd = await temporaryFolder();
    const { port } = await serve(cwd);
    const log = '\u001b]0;title\u0007\u001b[32mgreen\u001b[0m\u001b]52;c;cm0gLXJmIC8=\u0007\u001b[2J\u0008 text\n';
    await runCommand(['append', 'a', '--port', port, '--end', '0'], { cwd }, log);
    const watched = async (...options: string[]): Promise<string> => {
      const line = shellQuote([process.execPath, CLI, 'watch', 'a', '--port', port, ...options]);
      const { stdout } = await promisify(execFile)('script', ['-qec', line, '/dev/null'], { cwd });
      return stdout.replaceAll('\r\n', '\n');
    };
    expect(await watched()).toBe('\u001b[32mgreen\u001b[0m text\n');
    expect(await watched('--raw')).toBe(log);
    expect((await runCommand(['watch', 'a', '--port', port], { cwd })).stdout).toBe(log);
  });

  it('mark lines as written to stderr', async () => {
    const cwd = await temporaryFolder();
    const { port, origin } = await serve(cwd);
    await runCommand(['append', 'a', '--port', port, '--stderr'], { cwd }, 'bad\n');
    const topic = await (await fetchAsOwner(`${origin}/log-stream/sign?channel=a`)).text();
    const history = await fetch(`${origin}/log-stream/topics/a`, { headers: { authorization: `Bearer ${topic}` } });
    expect(await history.json()).toMatchObject({ lines: [[expect.any(Number), 'bad', { s: 'err' }]] });
  });

  it('neither lose nor repeat lines when the server is killed and restarted', async () => {
    const cwd = await temporaryFolder();
    const first = await serve(cwd);
    let target = Number(first.port);
    const proxy = await TcpProxy.listen(() => target);
    onTestFinished(() => proxy.close());
    const port = String(proxy.port);
    const watching = command(['watch', 'big', '--port', port], { cwd });
    const appending = command(['append', 'big', '--port', port, '--end', '0'], { cwd });
    const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index + 1} ${'x'.repeat(40)}\n`);
    let at = 0;
    const feed = async (to: number): Promise<void> => {
      const { stdin } = appending.child;
      for (; at < to; at += 100) if (stdin?.write(lines.slice(at, at + 100).join('')) === false) await once(stdin, 'drain');
    };
    await feed(2_000);
    await watching.printed(/line 1000 /);
    const feeding = feed(20_000);
    first.server.child.kill('SIGKILL');
    await first.server.exit;
    proxy.cut();
    const second = await serve(cwd);
    target = Number(second.port);
    await feeding;
    appending.child.stdin?.end();
    expect(await appending.code()).toBe(0);
    expect(await watching.code()).toBe(0);
    expect(watching.stdout).toBe(lines.join(''));
  }, 60_000);

  it('use only the secret of the environment where there is one', async () => {
    const cwd = await temporaryFolder();
    const env = { LOG_STREAM_SECRET: 'the secret of today, the one of yesterday' };
    const { port } = await serve(cwd, [], env);
    const old = { LOG_STREAM_SECRET: 'the one of yesterday' };
    expect((await runCommand(['append', 'a', '--port', port, '--end', '0'], { cwd, env: old }, 'x\n')).code).toBe(0);
    const wrong = await runCommand(['watch', 'a', '--port', port], { cwd, env: { LOG_STREAM_SECRET: 'the secret of another' } });
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toMatch(/LOG_STREAM_SECRET/);
  });

  it('end quietly when the reader of watch goes away', async () => {
    const cwd = await temporaryFolder();
    const { port } = await serve(cwd);
    await runCommand(['append', 'a', '--port', port], { cwd }, 'x\n'.repeat(50_000));
    const watching = command(['watch', 'a', '--port', port], { cwd });
    await watching.printed(/x/);
    watching.child.stdout?.destroy();
    await runCommand(['append', 'a', '--port', port], { cwd }, 'more\n');
    expect(await watching.code()).toBe(0);
    expect(watching.stderr).toBe('');
  });
});

describe('log-stream sign', () => {
  it('signs with the secret of the environment or of the folder, else has the server sign', async () => {
    const cwd = await temporaryFolder();
    const env = { LOG_STREAM_SECRET: 'the secret of today, the one of yesterday' };
    const topic = (await runCommand(['sign', 'a:1', '--write', '--ttl', '1h'], { cwd, env })).stdout.trim();
    expect(new Signer(['the secret of today']).verify(topic).ok).toBe(true);
    const claims = readTopic(topic);
    expect(claims).toMatchObject({ channel: 'a:1', write: true });
    expect((claims?.expiresAt ?? 0) - (claims?.issuedAt ?? 0)).toBe(3_600);

    const { port, origin } = await serve(cwd);
    const elsewhere = await temporaryFolder();
    for (const folder of [cwd, elsewhere]) {
      // Elsewhere it is the console token that has it signed.
      const own = (await runCommand(['sign', 'a:1', '--port', port], { cwd: folder })).stdout.trim();
      expect(readTopic(own)).toMatchObject({ write: false });
      expect((await fetch(`${origin}/log-stream/topics/a:1`, { headers: { authorization: `Bearer ${own}` } })).status).toBe(404);
    }
    const removing = (await runCommand(['sign', 'a:1', '--delete', '--ttl', 'never', '--port', port], { cwd: elsewhere })).stdout.trim();
    expect(readTopic(removing)).toMatchObject({ write: false, remove: true, expiresAt: undefined });
    const nothing = await runCommand(['sign', 'a:1', '--port', '1'], { cwd: elsewhere });
    expect(nothing.code).toBe(1);
    expect(nothing.stderr).toMatch(/log-stream serve/);
  });

  it('signs for 24 hours by default, and grants the requested rights', async () => {
    const cwd = await temporaryFolder();
    const env = { LOG_STREAM_SECRET: 'the secret of today' };
    const claimsOf = async (...args: string[]): Promise<TopicClaims | undefined> =>
      readTopic((await runCommand(['sign', ...args], { cwd, env })).stdout.trim());
    const usual = await claimsOf('a:1');
    expect((usual?.expiresAt ?? 0) - (usual?.issuedAt ?? 0)).toBe(86_400);
    expect(usual).toMatchObject({ write: false, remove: false });
    expect(await claimsOf('a:1', '--ttl', 'never', '--delete')).toMatchObject({ expiresAt: undefined, write: false, remove: true });
    expect(await claimsOf('--metrics')).toMatchObject({ channel: 'log-stream/metrics', write: false, remove: false });
  });

  it.each([
    [['sign', 'log-stream/metrics'], /reserved.*log-stream sign --metrics/],
    [['sign', 'log-stream/x'], /reserved/],
    [['append', 'log-stream/x'], /reserved/],
    [['watch', 'log-stream/x'], /reserved/],
    [['sign', '--metrics', 'a'], /Unexpected argument/],
    [['sign', '--metrics', '--write'], /--write/],
    [['sign', 'a', '--ttl', 'forever'], /--ttl takes.*never/],
  ])('refuses %j with code 2', async (args, message) => {
    const { code, stderr } = await runCommand(args, { cwd: await temporaryFolder(), env: { LOG_STREAM_SECRET: 'the secret of today' } });
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it('signs for metrics only with a secret, never by a server', async () => {
    const { code, stderr } = await runCommand(['sign', '--metrics'], { cwd: await temporaryFolder() });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^Missing secret|Missing secret/)]);
  });
});
