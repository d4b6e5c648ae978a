import { join } from 'node:path';
import { CommandError } from './cli/errors.ts';
import { keepPrivate, readPrivate, type OnWarning } from './private-file.ts';

/** The secret that the data directory keeps; undefined when it keeps none. */
export async function readSecret(dataDirectory: string, onWarning?: OnWarning): Promise<string | undefined> {
  const path = pathIn(dataDirectory);
  return checked(path, await readPrivate(path, onWarning));
}

/** The secret that the data directory keeps, made there when there is none. */
export async function keepSecret(dataDirectory: string, onWarning?: OnWarning): Promise<string> {
  const path = pathIn(dataDirectory);
  return checked(path, await keepPrivate(path, onWarning));
}

function pathIn(dataDirectory: string): string {
  return join(dataDirectory, 'secret');
}

function checked<T extends string | undefined>(path: string, secret: T): T {
  if (secret === '') throw new CommandError(`The secret in ${path} is empty: remove the file, and a new one is made at the next start.`);
  return secret;
}
