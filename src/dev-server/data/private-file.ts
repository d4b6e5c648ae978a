import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isOpenToOthers } from '../../server/util/file-modes.ts';
import { codeOf, CommandError } from '../util/errors.ts';
import { note } from '../terminal/note.ts';

/** Told what about a file lets others in. */
export type OnWarning = (message: string) => void;

/** What a file that is for its owner alone holds, without blanks around it; undefined when there is none. Throws CommandError. */
export async function readPrivate(path: string, onWarning: OnWarning = note): Promise<string | undefined> {
  let file;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    check(path, await file.stat(), '600', onWarning);
    return (await file.readFile('utf8')).trim();
  } finally {
    await file.close();
  }
}

/** The text that `path` keeps; 32 random bytes, made there, when there is no such file. */
export async function keepPrivate(path: string, onWarning: OnWarning = note): Promise<string> {
  const kept = await readPrivate(path, onWarning);
  if (kept !== undefined) return kept;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(fresh, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 });
  try {
    // A link fails where another process was quicker: then its text counts, and half a file is never read.
    await link(fresh, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await rm(fresh, { force: true });
  }
  return keepPrivate(path, onWarning);
}

/** Makes the data directory, which version control leaves out. Throws CommandError when it belongs to another user. */
export async function makeDataDirectory(path: string, onWarning: OnWarning = note): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  check(path, await stat(path), '700', onWarning);
  await writeFile(join(path, '.gitignore'), '*\n', { mode: 0o600 });
  await tighten(path);
}

/** Earlier versions made these for others to read, which the directory around them forbade. */
async function tighten(path: string): Promise<void> {
  for (const [name, mode] of [
    ['logs', 0o700],
    ['logs/data.mdb', 0o600],
    ['logs/lock.mdb', 0o600],
    ['.gitignore', 0o600],
  ] as const) {
    try {
      await chmod(join(path, name), mode);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'EPERM') throw error;
    }
  }
}

interface Owned {
  readonly uid: number;
  readonly mode: number;
}

/**
 * A file that another user made may hold what that user knows: it is not believed. Root can read everything anyway, and in a
 * container often works on files of somebody else.
 */
function check(path: string, { uid, mode }: Owned, right: '600' | '700', onWarning: OnWarning): void {
  const me = process.getuid?.();
  // Windows has no modes.
  if (me === undefined) return;
  if (uid !== me && uid !== 0 && me !== 0) {
    throw new CommandError(
      `${path} belongs to another user (${uid}), who knows and may change what is in it: work in a directory of your own, or remove it.`,
    );
  }
  if (isOpenToOthers({ mode })) onWarning(`Other users can get at ${path} (mode ${(mode & 0o777).toString(8)}): chmod ${right} ${path}`);
}
