import { beforeAll, describe, expect, it } from 'vitest';
import { buildCommand, command, fetchAsOwner, isAlive, runCommand, serve, temporaryFolder, textOf } from './support.ts';

beforeAll(buildCommand, 60_000);

describe('log-stream run', () => {
  it('writes to a running server, echoes, and exits with the code of the command', async () => {
    const cwd = await temporaryFolder();
    const { port, origin } = await serve(cwd);
    const script = 'echo "out $FORCE_COLOR"; echo "bad" >&2; printf unfinished; exit 7';
    const ran = await runCommand(['run', '--port', port, '--channel', 'mine:1', '--', 'sh', '-c', script], { cwd });
    expect(ran).toMatchObject({ code: 7, stdout: 'out 1\nbad\nunfinished' });
    expect(ran.stderr).toMatch(/^log-stream: Watch it at http:\/\/127\.0\.0\.1:\d+\/\?log=mine%3A1\n$/);
    expect(await textOf(origin, 'mine:1')).toBe('out 1\nbad\nunfinished\n');
    expect((await runCommand(['watch', 'mine:1', '--port', port], { cwd })).code).toBe(7);
  });

  it('keeps the order of both outputs, or marks stderr with --split, with and without another server', async () => {
    const cwd = await temporaryFolder();
    const { port } = await serve(cwd);
    const script = 'for i in 1 2 3 4 5 6 7 8 9; do echo "out $i"; echo "err $i" >&2; done';
    const both = Array.from({ length: 9 }, (_, index) => [`out ${index + 1}`, `err ${index + 1}`]).flat();
    const one = await runCommand(['run', '--port', port, '--channel', 'one', '--', 'sh', '-c', script], { cwd });
    expect(one.stdout).toBe(both.map((line) => `${line}\n`).join(''));
    const here = await runCommand(['run', '--port', '0', '--exit', '--', 'sh', '-c', script], { cwd: await temporaryFolder() });
    expect(here.stdout).toBe(one.stdout);
    const two = await runCommand(['run', '--port', port, '--channel', 'two', '--split', '--', 'sh', '-c', script], { cwd });
    expect(two.stdout).toBe(both.flatMap((line) => (line.startsWith('out') ? [`${line}\n`] : [])).join(''));
    const linesOf = async (channel: string): Promise<[number, string, { s?: string }?][]> => {
      const topic = (await runCommand(['sign', channel, '--port', port], { cwd })).stdout.trim();
      const history = await fetch(`http://127.0.0.1:${port}/log-stream/topics/${channel}`, {
        headers: { authorization: `Bearer ${topic}` },
      });
      return ((await history.json()) as { lines: [number, string, { s?: string }?][] }).lines;
    };
    expect((await linesOf('one')).map(([, text, extra]) => [text, extra?.s])).toEqual(both.map((line) => [line, undefined]));
    const marked = (await linesOf('two')).map(([, text, extra]) => [text, extra?.s]);
    expect(marked.filter(([, mark]) => mark === 'err').map(([text]) => text)).toEqual(both.filter((line) => line.startsWith('err')));
    expect(marked.filter(([, mark]) => mark !== 'err').map(([text]) => text)).toEqual(both.filter((line) => line.startsWith('out')));
  });

  it('passes on standard input and the unchanged words', async () => {
    const cwd = await temporaryFolder();
    const { port } = await serve(cwd);
    const ran = await runCommand(['run', '--port', port, '--', 'sh', '-c', 'cat; echo "$1|$2"', 'sh', 'a  b', '$HOME'], { cwd }, 'typed\n');
    expect(ran).toMatchObject({ code: 0, stdout: 'typed\na  b|$HOME\n' });
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('stops the command and what it started at %s, and records the signal', async (signal, code) => {
    const cwd = await temporaryFolder();
    const { port, origin } = await serve(cwd);
    const running = command(['run', '--port', port, '--channel', 'c', '--', 'sh', '-c', 'sleep 1000 & echo "pid $!"; wait'], { cwd });
    const [, pid = ''] = await running.printed(/pid (\d+)/);
    running.child.kill(signal);
    expect(await running.code()).toBe(code);
    expect(await isAlive(Number(pid))).toBe(false);
    expect(await textOf(origin, 'c')).toBe(`pid ${pid}\n`);
    expect((await runCommand(['watch', 'c', '--port', port], { cwd })).code).toBe(code);
  });

  it('passes its signal on to the command, which may end in its own way, when it is the server', async () => {
    for (const [script, code] of [
      ['echo ready; sleep 1000', 130],
      ['trap "echo bye; exit 5" INT; echo ready; sleep 1000', 5],
      ['trap "" INT; echo ready; sleep 1000', 143],
    ] as const) {
      const cwd = await temporaryFolder();
      const running = command(['run', '--port', '0', '--', 'sh', '-c', script], { cwd });
      await running.printed(/^ready$/m);
      running.child.kill('SIGINT');
      expect(await running.code()).toBe(code);
    }
  });

  it('kills a command that does not end', async () => {
    const cwd = await temporaryFolder();
    const { port } = await serve(cwd);
    const running = command(['run', '--port', port, '--', 'sh', '-c', 'trap "" TERM; echo ready; while :; do sleep 1; done'], { cwd });
    await running.printed(/^ready$/m);
    running.child.kill('SIGTERM');
    expect(await running.code()).toBe(137);
  });

  it('ends with the command even if its children hold its outputs', async () => {
    const cwd = await temporaryFolder();
    const { port, origin } = await serve(cwd);
    const script = 'sleep 1000 & echo "pid $!"; printf unfinished; exit 3';
    for (const [folder, where] of [
      [cwd, ['--port', port, '--channel', 'held']],
      [await temporaryFolder(), ['--port', '0', '--exit']],
    ] as const) {
      const ran = await runCommand(['run', ...where, '--', 'sh', '-c', script], { cwd: folder });
      const pid = Number(/pid (\d+)/.exec(ran.stdout)?.[1]);
      expect(await isAlive(pid)).toBe(true);
      process.kill(pid);
      expect(ran).toMatchObject({ code: 3, stdout: `pid ${pid}\nunfinished` });
    }
    expect(await textOf(origin, 'held')).toMatch(/^pid \d+\nunfinished\n$/);
    expect((await runCommand(['watch', 'held', '--port', port], { cwd })).code).toBe(3);
  });

  it('exits with 127 for an unknown command', async () => {
    const cwd = await temporaryFolder();
    const { port } = await serve(cwd);
    expect((await runCommand(['run', '--port', port, '--', 'no-such-program-here'], { cwd })).code).toBe(127);
  });

  it('is the server when none runs, and keeps serving until stopped', async () => {
    const cwd = await temporaryFolder();
    const running = command(['run', '--port', '0', '--', 'sh', '-c', 'echo here; exit 3'], { cwd });
    const [, origin = ''] = await running.printed(/Watch it at (http:\/\/[^/]+)\/\?log=/);
    await running.printed(/Exited with code 3\. Still serving at .*; press Ctrl-C/);
    const { logs } = (await (await fetchAsOwner(`${origin}/console/logs`)).json()) as { logs: { channel: string }[] };
    expect(logs).toEqual([expect.objectContaining({ state: 'exited', code: 3, lines: 1, command: "sh -c 'echo here; exit 3'" })]);
    expect(await textOf(origin, logs[0]?.channel ?? '')).toBe('here\n');
    running.child.kill('SIGINT');
    expect(await running.code()).toBe(3);
    expect(running.stdout).toBe('here\n');
  });

  it('writes the end and exits with the command with --exit', async () => {
    const cwd = await temporaryFolder();
    const ran = await runCommand(['run', '--port', '0', '--exit', '--', 'sh', '-c', 'echo here; kill -9 $$'], { cwd });
    expect(ran).toMatchObject({ code: 137, stdout: 'here\n' });
    const { port } = await serve(cwd);
    const channel = /log=([^\s]+)/.exec(ran.stderr)?.[1] ?? '';
    expect(await runCommand(['watch', decodeURIComponent(channel), '--port', port], { cwd })).toMatchObject({
      code: 137,
      stdout: 'here\n',
    });
  });
});
