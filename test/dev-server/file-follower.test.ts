import { appendFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { followFile } from '../../src/dev-server/follow/file-follower.ts';
import { temporaryFolder } from './support.ts';

interface Following {
  readonly path: string;
  /** Everything read so far; a break is `|`. */
  readonly read: () => string;
  /** Waits until exactly this was read. */
  readonly reads: (text: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

async function following(content: string, lines?: number): Promise<Following> {
  const path = join(await temporaryFolder(), 'app.log');
  await writeFile(path, content);
  const controller = new AbortController();
  let text = '';
  const done = followFile({
    path,
    lines,
    signal: controller.signal,
    onBytes: async (bytes) => {
      text += bytes.toString();
    },
    onBreak: () => {
      text += '|';
    },
  });
  const stop = async (): Promise<void> => {
    controller.abort();
    await done;
  };
  onTestFinished(stop);
  return {
    path,
    read: () => text,
    reads: (expected) => vi.waitFor(() => expect(text).toBe(expected), { timeout: 5_000, interval: 10 }),
    stop,
  };
}

describe('following a file', () => {
  it('begins with the first line and takes what is appended, also half a line', async () => {
    const file = await following('one\n');
    await file.reads('one\n');
    await appendFile(file.path, 'tw');
    await file.reads('one\ntw');
    await appendFile(file.path, 'o\n');
    await file.reads('one\ntwo\n');
  });

  it.each([
    ['the last two lines', 'a\nb\nc\n', 2, 'b\nc\n'],
    ['a last line without its end', 'a\nb\nc', 2, 'b\nc'],
    ['all when there are fewer', 'a\nb\n', 9, 'a\nb\n'],
    ['empty lines as lines', 'a\n\n\n', 2, '\n\n'],
    ['lines beyond one read', `${'x'.repeat(100_000)}\nb\nc\n`, 3, `${'x'.repeat(100_000)}\nb\nc\n`],
    ['the last of lines longer than one read', `a\n${'x'.repeat(200_000)}\n`, 1, `${'x'.repeat(200_000)}\n`],
  ])('begins with %s', async (_what, content, lines, expected) => {
    await (await following(content, lines)).reads(expected);
  });

  it('begins at the end when no line is asked for', async () => {
    const file = await following('old\n', 0);
    // Once more until it is seen: the first may come before the file is open.
    await vi.waitFor(
      async () => {
        await appendFile(file.path, 'new\n');
        expect(file.read()).toMatch(/new/);
      },
      { timeout: 5_000 },
    );
    expect(file.read()).toMatch(/^(?:new\n)+$/);
  });

  it('reads the rest of a file that was renamed, then the new one of its name', async () => {
    const file = await following('one\n');
    await file.reads('one\n');
    await rename(file.path, `${file.path}.1`);
    await appendFile(`${file.path}.1`, 'last of the old\n');
    await writeFile(file.path, 'first of the new\n');
    await file.reads('one\nlast of the old\nfirst of the new\n');
    await appendFile(file.path, 'more\n');
    await file.reads('one\nlast of the old\nfirst of the new\nmore\n');
  });

  it('follows a file on that was removed until there is another one', async () => {
    const file = await following('one\n');
    await file.reads('one\n');
    await rm(file.path);
    await writeFile(file.path, 'two\n');
    await file.reads('one\ntwo\n');
  });

  it('says that a line was broken off by a rotation, so that it does not run into the next', async () => {
    const file = await following('half');
    await file.reads('half');
    await rename(file.path, `${file.path}.1`);
    await writeFile(file.path, 'whole\n');
    await file.reads('half|whole\n');
  });

  it('begins again when the file was cut', async () => {
    const file = await following('one\ntwo\nhal');
    await file.reads('one\ntwo\nhal');
    await truncate(file.path, 0);
    await appendFile(file.path, 'new\n');
    await file.reads('one\ntwo\nhal|new\n');
  });

  it('says what is wrong with a file that is not there, and with one that is a folder', async () => {
    const folder = await temporaryFolder();
    const options = { lines: undefined, signal: new AbortController().signal, onBytes: async () => {}, onBreak: () => {} };
    await expect(followFile({ ...options, path: join(folder, 'nothing') })).rejects.toThrow(/There is no file/);
    await expect(followFile({ ...options, path: folder })).rejects.toThrow(/not a regular file.*append/);
  });
});
