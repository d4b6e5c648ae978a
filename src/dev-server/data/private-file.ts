import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isOpenToOthers } from '../../server/util/file-modes.ts';
import { codeOf, CommandError } from '../util/errors.ts';
import { note } from '../terminal/note.ts';

/** Called with a warning when other users can read a file. */
export type OnWarning = (message: string) => void;

/** The trimmed text of a file that is private to its owner; undefined when there is none. Throws CommandError. */
export async function readPrivate(path: string, onWarning: OnWarning = note): Promise<string | undefined> {
  let file;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    checkOwner(path, await file.stat(), '600', onWarning);
    return (await file.readFile('utf8')).trim();
  } finally {
    await file.close();
  }
}

/** The text of a private file, which is made with 32 random bytes when it does not exist. Throws CommandError. */
export async function keepPrivate(path: string, onWarning: OnWarning = note): Promise<string> {
  const kept = await readPrivate(path, onWarning);
  if (kept !== undefined) return kept;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(fresh, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 });
  try {
    // A link appears complete or not at all, and fails when another process was quicker: its text counts then.
    await link(fresh, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await rm(fresh, { force: true });
  }
  return keepPrivate(path, onWarning);
}

/** Makes the data directory, and has git ignore it. Throws CommandError when it belongs to another user. */
export async function makeDataDirectory(path: string, onWarning: OnWarning = note): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  checkOwner(path, await stat(path), '700', onWarning);
  await writeFile(join(path, '.gitignore'), '*\n', { mode: 0o600 });
  await tighten(path);
}

/** Earlier versions made these files readable for other users, and relied on the mode of the directory. */
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
 * Refuses files of another user, who knows what is in them. Root is exempt: it can read everything anyway, and in containers often
 * works on files of other users.
 */
function checkOwner(path: string, { uid, mode }: Owned, wantedMode: '600' | '700', onWarning: OnWarning): void {
  const me = process.getuid?.();
  // Windows has no modes.
  if (me === undefined) return;
  if (uid !== me && uid !== 0 && me !== 0) {
    throw new CommandError(
      `${path} belongs to another user (${uid}), who can read and change it. Use a directory of your own, or remove it.`,
    );
  }
  if (isOpenToOthers({ mode }))
    onWarning(`Other users can access ${path} (mode ${(mode & 0o777).toString(8)}): chmod ${wantedMode} ${path}`);
}
