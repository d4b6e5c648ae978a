import { chmod, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { RedirectFile } from '../../src/dev-server/access/redirect-file.ts';
import { pageUrl } from '../../src/dev-server/commands/channels.ts';
import { canBrowserReadFiles } from '../../src/dev-server/processes/default-browser.ts';
import { proofOf } from '../../src/dev-server/access/console-token.ts';
import { buildCommand, command, CONSOLE_TOKEN, runCommand, serve, temporaryFolder, type CommandProcess } from './support.ts';

beforeAll(buildCommand, 60_000);

const KEPT = { LOG_STREAM_CONSOLE_TOKEN: '' };
const PATIENT = { timeout: 15_000, interval: 20 };

const kept = async (cwd: string): Promise<string> => (await readFile(join(cwd, '.log-stream/console-token'), 'utf8')).trim();

function statusOf(origin: string, token: string): Promise<number> {
  return fetch(`${origin}/console/logs`, { headers: { authorization: `Console ${token}` } }).then(({ status }) => status);
}

describe('the console token', () => {
  it('is made, kept private, and printed at the end of the address', async () => {
    const cwd = await temporaryFolder();
    const { server, origin } = await serve(cwd, ['--store', 'memory:', '--job', 'true'], KEPT);
    const token = await kept(cwd);
    expect(token).toMatch(/^[\w-]{43}$/u);
    expect(server.stdout.trimEnd().split('\n').at(-1)).toMatch(new RegExp(`${origin}/#token=${token}$`, 'u'));
    for (const [path, mode] of [
      ['.log-stream', 0o700],
      ['.log-stream/console-token', 0o600],
      ['.log-stream/secret', 0o600],
    ] as const)
      expect([path, (await stat(join(cwd, path))).mode & 0o777]).toEqual([path, mode]);
    expect(await statusOf(origin, token)).toBe(200);
    server.child.kill('SIGTERM');
    await server.exit;

    const again = await serve(cwd, ['--store', 'memory:'], KEPT);
    expect(again.server.stdout).toContain(`#token=${token}\n`);

    await rm(join(cwd, '.log-stream/console-token'));
    expect(await statusOf(again.origin, token)).toBe(401);
    await vi.waitFor(async () => expect(again.server.stdout).toContain(`#token=${await kept(cwd)}\n`), PATIENT);
    expect(await kept(cwd)).not.toBe(token);
    expect(await statusOf(again.origin, await kept(cwd))).toBe(200);
  });

  it('is taken from the environment and then not stored', async () => {
    const cwd = await temporaryFolder();
    const token = 'from/the+environment=&%';
    const { server, origin } = await serve(cwd, ['--store', 'memory:'], { LOG_STREAM_CONSOLE_TOKEN: ` ${token}\n` });
    expect(server.stdout).toContain(`${origin}/#token=${encodeURIComponent(token)}\n`);
    expect(await statusOf(origin, token)).toBe(200);
    expect(await readdir(join(cwd, '.log-stream'))).not.toContain('console-token');
  });

  it.each([
    ['short', 'short'],
    ['with a blank', 'with a blank inside'],
  ])('is refused when it is %s, with advice on making a good one', async (_what, token) => {
    const { code, stderr } = await runCommand(['serve', '--port', '0'], {
      cwd: await temporaryFolder(),
      env: { LOG_STREAM_CONSOLE_TOKEN: token },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/LOG_STREAM_CONSOLE_TOKEN.*openssl rand -base64 32/u);
    expect(stderr).not.toContain(token);
  });

  it('is not printed where other machines reach the server, since the console is off', async () => {
    const { server } = await serve(await temporaryFolder(), ['--host', '0.0.0.0', '--store', 'memory:']);
    expect(server.stdout).not.toContain('token');
  });

  it('is printed by run and tail only to a terminal', async () => {
    const page = { origin: 'http://127.0.0.1:1', consoleToken: 'a&b' };
    expect(pageUrl(page, 'x/y', true)).toBe('http://127.0.0.1:1/?log=x%2Fy#token=a%26b');
    expect(pageUrl(page, 'x/y', false)).toBe('http://127.0.0.1:1/?log=x%2Fy');
    expect(pageUrl({ ...page, consoleToken: undefined }, 'x', true)).toBe('http://127.0.0.1:1/?log=x');
    const cwd = await temporaryFolder();
    await writeFile(join(cwd, 'a.log'), 'x\n');
    for (const args of [
      ['run', '--port', '0', '--exit', '--', 'true'],
      ['tail', 'a.log', '--port', '0'],
    ]) {
      const running = command(args, { cwd, env: KEPT });
      await running.printed(/\?log=/u);
      running.child.kill('SIGTERM');
      await running.exit;
      expect(running.stdout + running.stderr).not.toContain(await kept(cwd));
      expect(running.stdout + running.stderr).not.toContain('#token');
    }
  });

  it.skipIf(spawnSync('script', ['--version']).status !== 0)('is printed by run to a terminal', async () => {
    const cwd = await temporaryFolder();
    const { port, origin } = await serve(cwd, ['--store', 'memory:'], KEPT);
    const { packageRoot } = await import('../../src/server/util/package-root.ts');
    const cli = join(packageRoot(), 'dist/lib/dev-server/cli.js');
    const line = `'${process.execPath}' '${cli}' run --port ${port} --channel c -- true`;
    const { LOG_STREAM_CONSOLE_TOKEN: _, ...env } = process.env;
    const { stdout } = spawnSync('script', ['-qec', line, '/dev/null'], { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    expect(stdout).toContain(`${origin}/?log=c#token=${await kept(cwd)}`);
  });
});

describe('a command with a server on this machine', () => {
  it('gets topics signed with the token of the directory, --token or the environment, and no other', async () => {
    const cwd = await temporaryFolder();
    // The server has its secret from the environment, so that the directory keeps none.
    const { port } = await serve(cwd, ['--store', 'memory:'], { ...KEPT, LOG_STREAM_SECRET: 'the-secret-of-the-server' });
    const token = await kept(cwd);
    const append = (folder: string, args: readonly string[], env: Record<string, string>): Promise<{ code: number; stderr: string }> =>
      runCommand(['append', 'a', '--port', port, ...args], { cwd: folder, env: { ...KEPT, ...env } }, 'x\n');
    const elsewhere = await temporaryFolder();
    expect(await append(cwd, [], {})).toMatchObject({ code: 0 });
    expect(await append(elsewhere, ['--token', token], {})).toMatchObject({ code: 0 });
    expect(await append(elsewhere, [], { LOG_STREAM_CONSOLE_TOKEN: token })).toMatchObject({ code: 0 });
    for (const [args, env] of [
      [[], {}],
      [['--token', 'another-token-than-that'], {}],
      [[], { LOG_STREAM_CONSOLE_TOKEN: 'another-token-than-that' }],
    ] as const) {
      const refused = await append(elsewhere, args, env);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(/console token.*LOG_STREAM_CONSOLE_TOKEN or --token.*LOG_STREAM_SECRET/u);
    }
  });

  it('sends its token to no other program at that port', async () => {
    const cwd = await temporaryFolder();
    // As a neighbour would do it, whatever it is asked.
    const seen: string[] = [];
    const other = createServer((request: IncomingMessage, response) => {
      seen.push(`${request.url ?? ''} ${JSON.stringify(request.headers)}`);
      if (request.url === '/log-stream/health') response.end('{"ok":true}');
      else if (request.url?.startsWith('/console/proof') === true) response.end(`{"proof":"${proofOf('a guess', 'x', 'y')}"}`);
      else response.writeHead(401).end();
    });
    await once(other.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void other.close());
    const port = String((other.address() as AddressInfo).port);
    await mkdir(join(cwd, '.log-stream'), { mode: 0o700 });
    await writeFile(join(cwd, '.log-stream/console-token'), 'the-token-of-this-directory\n', { mode: 0o600 });
    for (const args of [
      ['append', 'a'],
      ['watch', 'a'],
      ['sign', 'a'],
      ['append', 'a', '--token', 'the-token-that-is-given'],
    ]) {
      expect((await runCommand([...args, '--port', port], { cwd, env: KEPT })).code).toBe(1);
    }
    expect(seen.length).toBeGreaterThan(8);
    expect(seen.join('\n')).not.toMatch(/the-token/u);
  });
});

describe('the browser of --open', () => {
  /** Starts a server whose browser writes down what it was started with. */
  async function opened(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<{ cwd: string; words: string; server: CommandProcess }> {
    const cwd = await temporaryFolder();
    const bin = join(cwd, 'bin');
    await mkdir(bin);
    for (const name of ['xdg-open', 'open'])
      await writeFile(join(bin, name), `#!/bin/sh\nprintf '%s' "$*" > '${cwd}/words.new'\nmv '${cwd}/words.new' '${cwd}/words'\n`, {
        mode: 0o755,
      });
    const path = `${bin}:${process.env['PATH'] ?? ''}`;
    const server = command(['serve', '--port', '0', '--store', 'memory:', '--open', ...args], { cwd, env: { PATH: path, ...env } });
    const words = await vi.waitFor(() => readFile(join(cwd, 'words'), 'utf8'), PATIENT);
    return { cwd, words, server };
  }

  it('is started on a private file that forwards to the address and is removed with the server', async () => {
    const { words, server } = await opened([]);
    expect(words).toMatch(/^file:\/\/\/.*\/\.log-stream\/open-[\w-]+\.html$/u);
    const file = new URL(words);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const [, origin = ''] = await server.printed(/listening on (\S+)\/#/u);
    expect(await readFile(file, 'utf8')).toContain(`content="0; url=${origin}/#token=${CONSOLE_TOKEN}"`);
    server.child.kill('SIGTERM');
    await server.exit;
    await expect(stat(file)).rejects.toThrow(/ENOENT/u);
  });

  it.each<[string, readonly string[], Record<string, string>]>([
    ['it is told to', ['--no-redirect-file'], {}],
    ['the browser is one of Windows', [], { WSL_DISTRO_NAME: 'Debian' }],
    ['the browser is a snap', [], { BROWSER: '/snap/bin/firefox' }],
    ['the browser is of Flatpak', [], { BROWSER: '/var/lib/flatpak/exports/bin/org.mozilla.firefox' }],
  ])('is started on an address with a one-time code when %s', async (_when, args, env) => {
    const { words, server, cwd } = await opened(args, env);
    const [, origin = ''] = await server.printed(/listening on (\S+)\/#/u);
    const [, code = ''] = /^(?:\S+)#code=([\w-]{43})$/u.exec(words) ?? [];
    expect(words).toBe(`${origin}/#code=${code}`);
    expect((await readdir(join(cwd, '.log-stream'))).filter((name) => name.endsWith('.html'))).toEqual([]);
    const trade = (): Promise<Response> =>
      fetch(`${origin}/console/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'log-console-key': 'k'.repeat(43) },
        body: JSON.stringify({ code }),
      });
    expect((await trade()).status).toBe(204);
    expect((await trade()).status).toBe(401);
  });

  it('cannot read files when it is a snap or a Flatpak, however it is linked', async () => {
    const home = await temporaryFolder();
    const bin = join(home, 'bin');
    const applications = join(home, 'share/applications');
    await mkdir(bin);
    await mkdir(applications, { recursive: true });
    await writeFile(join(bin, 'xdg-settings'), `#!/bin/sh\ncat '${home}/default'\n`, { mode: 0o755 });
    const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}`, XDG_DATA_HOME: join(home, 'share'), XDG_DATA_DIRS: '' };
    const withDefault = async (name: string, entry: string): Promise<boolean> => {
      await writeFile(join(home, 'default'), `${name}\n`);
      await writeFile(join(applications, name), entry);
      return canBrowserReadFiles(env);
    };
    expect(await withDefault('firefox.desktop', '[Desktop Entry]\nExec=/usr/bin/firefox %u\n')).toBe(true);
    expect(await withDefault('snap.desktop', '[Desktop Entry]\nExec=env X=1 /snap/bin/firefox %u\n')).toBe(false);
    expect(await withDefault('flat.desktop', '[Desktop Entry]\nExec=/usr/bin/flatpak run org.mozilla.firefox @@u %u @@\n')).toBe(false);
    await mkdir(join(home, 'snapd'));
    await writeFile(join(home, 'snapd/linked.desktop'), '[Desktop Entry]\nExec=firefox\n');
    await symlink(join(home, 'snapd/linked.desktop'), join(applications, 'linked.desktop'));
    await writeFile(join(home, 'default'), 'linked.desktop\n');
    expect(await canBrowserReadFiles(env)).toBe(false);
    await writeFile(join(home, 'default'), '../../etc/passwd\n');
    expect(await canBrowserReadFiles(env)).toBe(true);
    await mkdir(join(home, 'snap/bin'), { recursive: true });
    await writeFile(join(home, 'snap/bin/browser'), '');
    await symlink(join(home, 'snap/bin/browser'), join(bin, 'my-browser'));
    expect(await canBrowserReadFiles({ ...env, BROWSER: 'my-browser %s' })).toBe(false);
    expect(await canBrowserReadFiles({ ...env, BROWSER: 'sh' })).toBe(true);
    expect(await canBrowserReadFiles({ ...env, BROWSER: 'no-such-browser' })).toBe(true);
  });

  it('finds its file for a minute, and no file of a killed server', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'open-left.html'), 'left');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { path } = await RedirectFile.write(folder, 'http://127.0.0.1:1/#token=a"<&b');
    expect(await readFile(path, 'utf8')).toContain('url=http://127.0.0.1:1/#token=a&quot;&lt;&amp;b"');
    expect((await readdir(folder)).length).toBe(1);
    vi.advanceTimersByTime(59_999);
    expect((await readdir(folder)).length).toBe(1);
    vi.advanceTimersByTime(1);
    vi.useRealTimers();
    await vi.waitFor(async () => expect(await readdir(folder)).toEqual([]), PATIENT);
  });
});

describe('a private file', () => {
  it('is reported with a remedy when other users can read it', async () => {
    const cwd = await temporaryFolder();
    const first = await serve(cwd, ['--store', 'memory:'], KEPT);
    expect(first.server.stderr).not.toMatch(/chmod/u);
    first.server.child.kill('SIGTERM');
    await first.server.exit;
    await chmod(join(cwd, '.log-stream'), 0o755);
    await chmod(join(cwd, '.log-stream/secret'), 0o644);
    await chmod(join(cwd, '.log-stream/console-token'), 0o640);
    const { server, port } = await serve(cwd, ['--store', 'memory:'], KEPT);
    for (const [mode, right, name] of [
      ['755', '700', ''],
      ['644', '600', '/secret'],
      ['640', '600', '/console-token'],
    ])
      expect(server.stderr).toMatch(new RegExp(`mode ${mode ?? ''}.*chmod ${right ?? ''} \\S*\\.log-stream${name ?? ''}\\b`, 'u'));
    const signed = await runCommand(['sign', 'a', '--port', port], { cwd, env: KEPT });
    expect(signed).toMatchObject({ code: 0, stderr: expect.stringMatching(/chmod 600 \S*\/secret/u) as string });
  });

  it('has its mode tightened where an earlier version made it readable', async () => {
    const cwd = await temporaryFolder();
    const paths = ['.log-stream/logs', '.log-stream/logs/data.mdb', '.log-stream/logs/lock.mdb', '.log-stream/.gitignore'];
    const first = await serve(cwd);
    first.server.child.kill('SIGTERM');
    await first.server.exit;
    for (const path of paths) await chmod(join(cwd, path), path.endsWith('logs') ? 0o755 : 0o644);
    const { server } = await serve(cwd);
    expect(server.stderr).not.toMatch(/chmod/u);
    for (const path of paths) expect([path, (await stat(join(cwd, path))).mode & 0o077]).toEqual([path, 0]);
  });

  it.skipIf(process.getuid?.() !== 0)('is not believed when another user made it', async () => {
    const cwd = await temporaryFolder();
    const { chown } = await import('node:fs/promises');
    await mkdir(join(cwd, '.log-stream'));
    await writeFile(join(cwd, '.log-stream/console-token'), 'a-token-that-a-neighbour-knows\n', { mode: 0o644 });
    for (const path of ['.log-stream', '.log-stream/console-token']) await chown(join(cwd, path), 12_345, 12_345);
    const { readPrivate } = await import('../../src/dev-server/data/private-file.ts');
    const uid = vi.spyOn(process, 'getuid').mockReturnValue(1_000);
    onTestFinished(() => uid.mockRestore());
    await expect(readPrivate(join(cwd, '.log-stream/console-token'), () => undefined)).rejects.toThrow(/another user \(12345\)/u);
  });
});
