import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readSecrets, SecretError, type Secrets } from '../protocol/secrets.ts';
import { codeOf, CommandError } from './cli/errors.ts';

/** The secret that the data directory keeps; undefined when it keeps none. Throws CommandError for one that cannot be used. */
export async function readSecret(dataDirectory: string): Promise<Secrets | undefined> {
  const path = join(dataDirectory, 'secret');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return readSecrets(text, path);
  } catch (error) {
    if (!(error instanceof SecretError)) throw error;
    throw new CommandError(`${error.message}\nOr remove the file: a new one is made at the next start.`);
  }
}

/** The secret that the data directory keeps, made there (32 random bytes, readable by its owner alone) when there is none. */
export async function keepSecret(dataDirectory: string): Promise<Secrets> {
  const kept = await readSecret(dataDirectory);
  if (kept !== undefined) return kept;
  const path = join(dataDirectory, 'secret');
  const fresh = `${path}.${process.pid}`;
  await writeFile(fresh, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'w' });
  try {
    // A link fails where another process was quicker: then its secret counts, and nobody ever reads half a file.
    await link(fresh, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await rm(fresh, { force: true });
  }
  return (await readSecret(dataDirectory)) ?? keepSecret(dataDirectory);
}

/** Makes the data directory, which no version control takes in. */
export async function makeDataDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  await writeFile(join(path, '.gitignore'), '*\n');
}
