import { execFileSync } from 'node:child_process';
import { appendFile, copyFile, mkdir, open, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { followFile } from '../../src/dev-server/follow/file-follower.ts';
import { FilePath } from '../../src/dev-server/follow/file-path.ts';
import { temporaryFolder } from './support.ts';

interface Following {
  readonly path: string;
  readonly troubles: readonly string[];
  /** Everything read so far; a break is its reason in `<>`. */
  readonly read: () => string;
  /** Waits until exactly this was read. */
  readonly reads: (text: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Follows `path`, which holds `content`; undefined: there is no such file. */
async function following(content: string | undefined, lines?: number, given?: string): Promise<Following> {
  const path = given ?? join(await temporaryFolder(), 'app.log');
  if (content !== undefined) await writeFile(path, content);
  const controller = new AbortController();
  const troubles: string[] = [];
  const place = new FilePath(path, (message) => troubles.push(message));
  let text = '';
  const done = followFile({
    file: await place.openFirst(),
    place,
    path,
    lines,
    signal: controller.signal,
    onBytes: async (bytes) => {
      text += bytes.toString();
    },
    onBreak: ({ why }) => {
      text += `<${why}>`;
    },
  });
  const stop = async (): Promise<void> => {
    controller.abort();
    await done;
  };
  onTestFinished(stop);
  return {
    path,
    troubles,
    read: () => text,
    reads: (expected) => vi.waitFor(() => expect(text).toBe(expected), { timeout: 10_000, interval: 10 }),
    stop,
  };
}

/** Truncates and writes as a shell does for `>`, in one turn, so that nothing can be seen in between. */
function redirect(path: string, text: string): void {
  execFileSync('/bin/sh', ['-c', 'printf %s "$1" > "$2"', 'sh', text, path]);
}

describe('following a file', () => {
  it('starts with the first line and follows what is appended, even half a line', async () => {
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
  ])('starts with %s', async (_what, content, lines, expected) => {
    await (await following(content, lines)).reads(expected);
  });

  it('starts at the end when no line is requested', async () => {
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

  it('reads the rest of a renamed file, then the new file', async () => {
    const file = await following('one\n');
    await file.reads('one\n');
    await rename(file.path, `${file.path}.1`);
    await appendFile(`${file.path}.1`, 'last of the old\n');
    await writeFile(file.path, 'first of the new\n');
    await file.reads('one\nlast of the old\n<replaced>first of the new\n');
    await appendFile(file.path, 'more\n');
    await file.reads('one\nlast of the old\n<replaced>first of the new\nmore\n');
  });

  it('keeps following a removed file until there is a new one', async () => {
    const file = await following('one\n');
    await file.reads('one\n');
    await rm(file.path);
    await writeFile(file.path, 'two\n');
    await file.reads('one\n<replaced>two\n');
  });

  it('reports that a rotation cut a line off, so that it does not run into the next', async () => {
    const file = await following('half');
    await file.reads('half');
    await rename(file.path, `${file.path}.1`);
    await writeFile(file.path, 'whole\n');
    await file.reads('half<replaced>whole\n');
  });

  it('starts again when the file was truncated', async () => {
    const file = await following('one\ntwo\nhal');
    await file.reads('one\ntwo\nhal');
    await truncate(file.path, 0);
    await appendFile(file.path, 'new\n');
    await vi.waitFor(() => expect(file.read()).toMatch(/^one\ntwo\nhal<(?:truncated|rewritten)>new\n$/), { timeout: 10_000 });
  });

  it.each([
    ['shorter', 'x\n'],
    ['equally long', 'new 1\nnew 2\n'],
    ['longer', 'new 1\nnew 2\nnew 3\nnew 4\n'],
  ])('starts again when the file was truncated and rewritten at once, %s', async (_what, text) => {
    const file = await following('old 1\nold 2\n');
    await file.reads('old 1\nold 2\n');
    redirect(file.path, text);
    await vi.waitFor(() => expect(file.read()).toMatch(/>[^<]*\n$/), { timeout: 10_000 });
    await appendFile(file.path, 'more\n');
    await vi.waitFor(() => expect(file.read().replaceAll(/<[a-z]+>/g, '|')).toMatch(/more\n$/), { timeout: 10_000 });
    // Where the empty file was seen in between, that is a truncation.
    expect(file.read().replace(/^old 1\nold 2\n<(?:truncated|rewritten)>/, '')).toBe(`${text}more\n`);
  });

  it('starts again when the same text and more is written to a file that was empty in between', async () => {
    const file = await following('one\n');
    await file.reads('one\n');
    await truncate(file.path);
    await file.reads('one\n<truncated>');
    await appendFile(file.path, 'one\ntwo\n');
    await file.reads('one\n<truncated>one\ntwo\n');
  });

  it('starts again when a large file was overwritten in place with the same length', async () => {
    const old = Array.from({ length: 50_000 }, (_, index) => `old line ${String(index).padStart(8, '0')}\n`).join('');
    const file = await following(old);
    await vi.waitFor(() => expect(file.read()).toHaveLength(old.length), { timeout: 10_000 });
    const text = old.replaceAll('old', 'new');
    const handle = await open(file.path, 'r+');
    // One write, so that it cannot be read half done.
    await handle.write(text.slice(0, 4_000), 0);
    await handle.close();
    await vi.waitFor(() => expect(file.read().length).toBeGreaterThan(old.length + text.length), { timeout: 10_000 });
    expect(file.read().slice(old.length)).toBe(`<rewritten>${text.slice(0, 4_000)}${old.slice(4_000)}`);
  });

  it('reads the text that copytruncate moved to a copy', async () => {
    const file = await following('one\n');
    await file.reads('one\n');
    await copyFile(file.path, `${file.path}.1`);
    await appendFile(`${file.path}.1`, 'two\n');
    await truncate(file.path);
    await file.reads('one\ntwo\n<truncated>');
    await appendFile(file.path, 'three\n');
    await file.reads('one\ntwo\n<truncated>three\n');
  });

  it('skips the hole of a writer that did not notice the truncation', async () => {
    const file = await following('');
    const writer = await open(file.path, 'w');
    await writer.write('one\n');
    await file.reads('one\n');
    await truncate(file.path);
    await file.reads('one\n<truncated>');
    await writer.write('two\n');
    await file.reads('one\n<truncated>two\n');
    await writer.close();
  });

  it('starts again with a file that replaced one of the same size and text', async () => {
    const file = await following('same\n');
    await file.reads('same\n');
    await writeFile(`${file.path}.new`, 'same\n');
    await rename(`${file.path}.new`, file.path);
    await file.reads('same\n<replaced>same\n');
  });

  it('follows a link to another file, and back', async () => {
    const folder = await temporaryFolder();
    const current = join(folder, 'current');
    const point = async (to: string): Promise<void> => {
      await symlink(to, `${current}.new`);
      await rename(`${current}.new`, current);
    };
    await writeFile(join(folder, 'a'), 'a1\n');
    await writeFile(join(folder, 'b'), 'b1\n');
    await point('a');
    const file = await following(undefined, undefined, current);
    await file.reads('a1\n');
    await point('b');
    await file.reads('a1\n<replaced>b1\n');
    await appendFile(join(folder, 'a'), 'a2\n');
    await point('a');
    await file.reads('a1\n<replaced>b1\n<replaced>a2\n');
  });

  it('waits for a file whose folder does not exist yet, and starts with its first line', async () => {
    const folder = join(await temporaryFolder(), 'later');
    const file = await following(undefined, 1, join(folder, 'app.log'));
    await mkdir(folder);
    await appendFile(file.path, 'one\ntwo\nthree\n');
    await file.reads('one\ntwo\nthree\n');
    expect(file.troubles).toEqual([]);
  });

  it('keeps waiting while there is a folder instead, and says so once', async () => {
    const file = await following('one\n');
    await file.reads('one\n');
    await rename(file.path, `${file.path}.1`);
    await mkdir(file.path);
    await writeFile(join(file.path, 'x'), '');
    await vi.waitFor(() => expect(file.troubles).toEqual([expect.stringMatching(/app\.log is a folder\. Retrying/)]), {
      timeout: 10_000,
    });
    await rm(file.path, { recursive: true });
    await writeFile(file.path, 'two\n');
    await file.reads('one\n<replaced>two\n');
    expect(file.troubles).toHaveLength(1);
  });

  it('refuses what cannot be followed', async () => {
    const folder = await temporaryFolder();
    const first = (name: string): Promise<unknown> => new FilePath(join(folder, name), () => undefined).openFirst();
    await mkdir(join(folder, 'folder'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    await writeFile(join(folder, 'file'), '');
    await expect(first('folder')).rejects.toThrow(/folder is a folder\./);
    await expect(first('pipe')).rejects.toThrow(/not a regular file.*append CHANNEL/);
    await expect(first('file/x')).rejects.toThrow(/Can't read .*file\/x/);
    expect(await first('nothing')).toBeUndefined();
  });
});
