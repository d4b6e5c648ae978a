import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { describe, expect, it, vi } from 'vitest';
import { Child, childEnvironment, type Output } from '../../src/dev-server/processes/child.ts';
import { shellQuote } from '../../src/dev-server/processes/shell-quote.ts';
import { temporaryFolder } from './support.ts';

describe('the environment of a command', () => {
  it('asks for colours where nothing else is said', () => {
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

  it('is left alone for who wants no colour', () => {
    expect(childEnvironment({ NO_COLOR: '1', TERM: 'dumb' })).toEqual({ NO_COLOR: '1', TERM: 'dumb' });
  });
});

describe('a line for the shell', () => {
  it('gives exactly the words it was made of', () => {
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

describe('a command that runs', () => {
  it('is read on only when its output was taken', async () => {
    const directory = await temporaryFolder();
    let takeOn: () => void = () => undefined;
    let chunks = 0;
    const seen: Output[] = [];
    const child = new Child({
      command: { words: ['sh', '-c', 'yes | head -c 1000000; echo end >&2'] },
      directory,
      stdin: 'ignore',
      onOutput: async (chunk, output) => {
        chunks += chunk.length;
        seen.push(output);
        if (chunks === chunk.length) await new Promise<void>((resolve) => (takeOn = resolve));
      },
    });
    const exit = child.exit.then((code) => `ended with ${code}`);
    // The command writes far more than a pipe holds: it cannot end while nothing is taken.
    await vi.waitFor(() => expect(seen).toEqual(['out']), { timeout: 10_000 });
    const held = chunks;
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(chunks).toBe(held);
    takeOn();
    expect(await exit).toBe('ended with 0');
    expect(chunks).toBe(1_000_004);
    expect(seen.at(-1)).toBe('err');
  });

  it('is stopped when what it writes cannot be taken', async () => {
    const child = new Child({
      command: { shell: 'echo x; sleep 1000' },
      directory: await temporaryFolder(),
      stdin: 'ignore',
      onOutput: () => Promise.reject(new Error('full')),
    });
    await expect(child.exit).rejects.toThrow('full');
  });

  it('fails when its folder is not there', async () => {
    const child = new Child({
      command: { shell: 'true' },
      directory: '/nowhere/at/all',
      stdin: 'ignore',
      onOutput: () => Promise.resolve(),
    });
    await expect(child.exit).rejects.toThrow(/ENOENT/);
  });
});
