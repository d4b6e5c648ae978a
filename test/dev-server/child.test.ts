import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Child, childEnvironment, type ChildOptions } from '../../src/dev-server/processes/child.ts';
import { ChildOutputs, type Output } from '../../src/dev-server/processes/child-outputs.ts';
import { shellQuote } from '../../src/dev-server/util/shell-quote.ts';
import { isAlive, temporaryFolder } from './support.ts';

describe('the environment of a command', () => {
  it('asks for colours unless it says otherwise', () => {
    expect(childEnvironment({ PATH: '/bin', CARGO_TERM_COLOR: 'never', TERM: 'dumb' })).toEqual({
      PATH: '/bin',
      FORCE_COLOR: '1',
      CLICOLOR_FORCE: '1',
      TERM: 'xterm-256color',
      CARGO_TERM_COLOR: 'never',
      npm_config_color: 'always',
      PY_COLORS: '1',
    });
  });

  it('is left alone when it asks for no colours', () => {
    expect(childEnvironment({ NO_COLOR: '1', TERM: 'dumb' })).toEqual({ NO_COLOR: '1', TERM: 'dumb' });
  });
});

describe('a line for the shell', () => {
  it('is read by a shell as exactly the original words', () => {
    const word = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
        const printed = execFileSync('/bin/sh', ['-c', `for word in ${shellQuote(words)}; do printf '%s\\0' "$word"; done`]);
        expect(printed.toString().split('\0').slice(0, -1)).toEqual(words);
      }),
      { numRuns: 40 },
    );
  });
});

interface Running {
  readonly child: Child;
  /** What it wrote so far, and to which output. */
  readonly written: { text: string; outputs: Output[] };
}

interface RunningOptions extends Partial<ChildOptions> {
  readonly split?: boolean;
}

/** Runs a line for the shell. `onOutput` sees what it writes after it was noted. */
async function running(shell: string, { split = false, onOutput, ...options }: RunningOptions = {}): Promise<Running> {
  const written: Running['written'] = { text: '', outputs: [] };
  const child = new Child({
    command: { shell },
    directory: await temporaryFolder(),
    stdin: 'ignore',
    outputs: await ChildOutputs.open(split),
    onOutput: async (chunk, output) => {
      written.text += chunk.toString();
      written.outputs.push(output);
      await onOutput?.(chunk, output);
    },
    ...options,
  });
  return { child, written };
}

/** The process whose number was written as `pid N`; it is killed with the test. */
async function writtenPid({ written }: Running): Promise<number> {
  const pid = await vi.waitFor(() => Number(/pid (\d+)\n/.exec(written.text)?.[1] ?? expect.fail('no pid yet')), { timeout: 10_000 });
  onTestFinished(() => void execFileSync('/bin/sh', ['-c', `kill -9 ${pid} 2>/dev/null; true`]));
  return pid;
}

describe('a running command', () => {
  it('is read no faster than its output is delivered', async () => {
    let takeOn: () => void = () => undefined;
    const { child, written } = await running('yes | head -c 1000000; echo end >&2', {
      split: true,
      onOutput: async () => {
        if (written.outputs.length === 1) await new Promise<void>((resolve) => (takeOn = resolve));
      },
    });
    const exit = child.exit.then((code) => `ended with ${code}`);
    // The command writes far more than a pipe holds: it cannot end while nothing is taken.
    await vi.waitFor(() => expect(written.outputs).toEqual(['out']), { timeout: 10_000 });
    const held = written.text.length;
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(written.text).toHaveLength(held);
    takeOn();
    expect(await exit).toBe('ended with 0');
    expect(written.text).toHaveLength(1_000_004);
    expect(written.outputs.at(-1)).toBe('err');
  });

  it('is stopped when its output cannot be delivered', async () => {
    const { child } = await running('echo x; sleep 1000', { onOutput: () => Promise.reject(new Error('full')) });
    await expect(child.exit).rejects.toThrow('full');
  });

  it('fails when its folder does not exist', async () => {
    const { child } = await running('true', { directory: '/nowhere/at/all' });
    await expect(child.exit).rejects.toThrow(/ENOENT/);
  });

  it('can open its outputs by name', async () => {
    const { child, written } = await running('echo one > /dev/stderr; echo two > /dev/stdout');
    expect(await child.exit).toBe(0);
    expect(written.text).toBe('one\ntwo\n');
  });

  it.each([false, true])('ends with its code although a child of it holds its outputs (split: %s)', async (split) => {
    const run = await running('sleep 1000 & echo "pid $!"; echo done; exit 7', { split });
    expect(await run.child.exit).toBe(7);
    const pid = await writtenPid(run);
    expect(run.written.text).toBe(`pid ${pid}\ndone\n`);
    expect(await isAlive(pid)).toBe(true);
  });

  it('ends although a child of it writes endlessly', async () => {
    const run = await running('(while :; do echo x; done) & echo "pid $!"; exit 3');
    expect(await run.child.exit).toBe(3);
    expect(await isAlive(await writtenPid(run))).toBe(true);
  });

  it('keeps the exact order of a joint output, and tells separate outputs apart', async () => {
    const script = 'i=0; while [ $i -lt 300 ]; do i=$((i + 1)); echo "out $i"; echo "err $i" >&2; done';
    const one = await running(script);
    await one.child.exit;
    expect(one.written.text).toBe(Array.from({ length: 300 }, (_, index) => `out ${index + 1}\nerr ${index + 1}\n`).join(''));
    expect(new Set(one.written.outputs)).toEqual(new Set(['out']));
    const texts = { out: '', err: '' };
    const two = await running(script, {
      split: true,
      onOutput: async (chunk, output) => void (texts[output] += chunk.toString()),
    });
    await two.child.exit;
    expect(texts.out).toBe(Array.from({ length: 300 }, (_, index) => `out ${index + 1}\n`).join(''));
    expect(texts.err).toBe(Array.from({ length: 300 }, (_, index) => `err ${index + 1}\n`).join(''));
  });

  it('is stopped with everything it started, by force where necessary', async () => {
    const run = await running(`(trap '' TERM; exec >/dev/null 2>&1; while :; do sleep 0.1; done) & echo "pid $!"; wait`);
    const pid = await writtenPid(run);
    run.child.stop();
    expect(await run.child.exit).toBe(143);
    await vi.waitFor(async () => expect(await isAlive(pid)).toBe(false), { timeout: 15_000 });
  });
});
