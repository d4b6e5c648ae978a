import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { OutputPipe } from '../../src/dev-server/processes/output-pipe.ts';

/** A pump whose sink waits until `takeOn` is called. */
function held(pipe: OutputPipe): { readonly text: () => string; readonly takeOn: () => void; readonly pumped: Promise<void> } {
  let text = '';
  let takeOn: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (takeOn = resolve));
  const pumped = pipe.pump(async (chunk) => {
    text += chunk.toString();
    await gate;
  });
  return { text: () => text, takeOn: () => takeOn(), pumped };
}

describe('a pipe from a program', () => {
  it('ends with everything written when its last write end is closed', async () => {
    const pipe = await OutputPipe.open();
    const { text, takeOn, pumped } = held(pipe);
    takeOn();
    writeSync(pipe.writeEnd, 'all of it');
    pipe.handOver();
    await pumped;
    expect(text()).toBe('all of it');
  });

  it.each([
    ['was not read yet', false],
    ['waits to be taken', true],
  ])('delivers everything written before it is finished, even if it %s, while others hold it', async (_what, isHeld) => {
    const pipe = await OutputPipe.open();
    const { text, takeOn, pumped } = held(pipe);
    if (!isHeld) takeOn();
    writeSync(pipe.writeEnd, 'first\n');
    writeSync(pipe.writeEnd, 'x'.repeat(60_000));
    pipe.finish();
    takeOn();
    await pumped;
    expect(text()).toBe(`first\n${'x'.repeat(60_000)}`);
    pipe.handOver();
  });

  it('discards what is written after it is finished', async () => {
    const pipe = await OutputPipe.open();
    const { text, takeOn, pumped } = held(pipe);
    takeOn();
    pipe.finish();
    await pumped;
    // Many times what a pipe holds.
    const writer = spawn('head', ['-c', '2000000', '/dev/zero'], { stdio: ['ignore', pipe.writeEnd, 'inherit'] });
    pipe.handOver();
    expect(await once(writer, 'exit')).toEqual([0, null]);
    expect(text()).toBe('');
  });

  it('reports with advice that it cannot be made in a read-only folder', async () => {
    vi.stubEnv('TMPDIR', '/nowhere/at/all');
    onTestFinished(() => void vi.unstubAllEnvs());
    await expect(OutputPipe.open()).rejects.toThrow(/Can't make a pipe in \/nowhere\/at\/all: .*Set TMPDIR/);
  });

  it('keeps being read when its output cannot be delivered, and rejects', async () => {
    const pipe = await OutputPipe.open();
    const writer = spawn('head', ['-c', '2000000', '/dev/zero'], { stdio: ['ignore', pipe.writeEnd, 'inherit'] });
    pipe.handOver();
    await expect(pipe.pump(() => Promise.reject(new Error('full')))).rejects.toThrow('full');
    expect(await once(writer, 'exit')).toEqual([0, null]);
  });
});
