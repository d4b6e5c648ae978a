import { appendFile, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { buildCommand, command, runCommand, serve, temporaryFolder, textOf } from './support.ts';

beforeAll(buildCommand, 60_000);

const until = (check: () => Promise<void> | void): Promise<void> => vi.waitFor(check, { timeout: 15_000, interval: 20 });

describe('log-stream tail', () => {
  it('follows a file through rotation, and leaves the log open when stopped', async () => {
    const cwd = await temporaryFolder();
    const { port, origin } = await serve(cwd);
    const path = join(cwd, 'app log.txt');
    await writeFile(path, 'one\ntwo\n');
    const tailing = command(['tail', path, '--port', port], { cwd });
    await tailing.printed(/Watch it at .*log=tail%2Fapp-log.txt/);
    await until(async () => expect(await textOf(origin, 'tail/app-log.txt')).toBe('one\ntwo\n'));
    await appendFile(path, 'thr');
    await rename(path, `${path}.1`);
    await writeFile(path, 'four\n');
    await until(async () => expect(await textOf(origin, 'tail/app-log.txt')).toBe('one\ntwo\nthr\nfour\n'));
    tailing.child.kill('SIGINT');
    expect(await tailing.code()).toBe(0);
    await runCommand(['append', 'tail/app-log.txt', '--port', port, '--end', '0'], { cwd }, 'five\n');
    expect(await textOf(origin, 'tail/app-log.txt')).toBe('one\ntwo\nthr\nfour\nfive\n');
  });

  it('ends the log with --end, and is the server when none runs', async () => {
    const cwd = await temporaryFolder();
    await mkdir(join(cwd, 'logs'));
    await writeFile(join(cwd, 'logs/a.log'), '1\n2\n3\n');
    const tailing = command(['tail', 'logs/a.log', '--port', '0', '--lines', '2', '--end', '--channel', 'a:1'], { cwd });
    const [, origin = ''] = await tailing.printed(/Watch it at (http:\/\/[^/]+)\/\?log=a%3A1/);
    await until(async () => expect(await textOf(origin, 'a:1')).toBe('2\n3\n'));
    tailing.child.kill('SIGTERM');
    expect(await tailing.code()).toBe(0);
    const { port } = await serve(cwd);
    expect(await runCommand(['watch', 'a:1', '--port', port], { cwd })).toMatchObject({ code: 0, stdout: '2\n3\n' });
  });

  it('waits for a file that does not exist yet, says so first, and starts with its first line', async () => {
    const cwd = await temporaryFolder();
    const { port, origin } = await serve(cwd);
    const path = join(cwd, 'later', 'app.log');
    const tailing = command(['tail', path, '--port', port, '--from-end', '--channel', 'a'], { cwd });
    await tailing.printed(/Watch it at/);
    expect(tailing.stderr.split('\n')).toEqual([
      `log-stream: ${path} doesn't exist yet. Waiting for it…`,
      expect.stringMatching(/^log-stream: Watch it at .*log=a$/),
      '',
    ]);
    await mkdir(join(cwd, 'later'));
    await writeFile(path, 'one\ntwo\n');
    await until(async () => expect(await textOf(origin, 'a')).toBe('one\ntwo\n'));
    tailing.child.kill('SIGTERM');
    expect(await tailing.code()).toBe(0);
  });

  it('refuses at once what it cannot follow, before it says where to watch it', async () => {
    const cwd = await temporaryFolder();
    const { port } = await serve(cwd);
    const { code, stderr } = await runCommand(['tail', '.', '--port', port], { cwd });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^log-stream: \/\S+ is a folder\.\n$/)]);
  });

  it('reports what happened to the file, and reads all of it again', async () => {
    const cwd = await temporaryFolder();
    const { port, origin } = await serve(cwd);
    const path = join(cwd, 'build.log');
    const build = (run: number, lines: number): string => Array.from({ length: lines }, (_, index) => `${run}: line ${index}\n`).join('');
    await writeFile(path, build(1, 30));
    const tailing = command(['tail', path, '--port', port, '--channel', 'a'], { cwd });
    await until(async () => expect(await textOf(origin, 'a')).toBe(build(1, 30)));
    await writeFile(path, build(2, 45));
    await until(async () => expect(await textOf(origin, 'a')).toBe(build(1, 30) + build(2, 45)));
    await tailing.printed(
      /build\.log was (?:truncated|rewritten)\. Continuing from its start\. Lines written just before that may be lost\./,
    );
  });
});
