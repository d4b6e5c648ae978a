import { join } from 'node:path';
import { readSecrets, SecretError, type Secrets } from '../../protocol/secrets.ts';
import { CommandError } from '../util/errors.ts';
import { keepPrivate, readPrivate, type OnWarning } from './private-file.ts';

/** The secrets in the data directory; undefined when there is none. Throws CommandError for one that cannot be used. */
export async function readSecret(dataDirectory: string, onWarning?: OnWarning): Promise<Secrets | undefined> {
  const path = pathIn(dataDirectory);
  const text = await readPrivate(path, onWarning);
  return text === undefined ? undefined : parseSecrets(path, text);
}

/** The secrets in the data directory, where one is made when there is none. Throws CommandError for one that cannot be used. */
export async function keepSecret(dataDirectory: string, onWarning?: OnWarning): Promise<Secrets> {
  const path = pathIn(dataDirectory);
  return parseSecrets(path, await keepPrivate(path, onWarning));
}

function pathIn(dataDirectory: string): string {
  return join(dataDirectory, 'secret');
}

function parseSecrets(path: string, text: string): Secrets {
  try {
    return readSecrets(text, path);
  } catch (error) {
    if (!(error instanceof SecretError)) throw error;
    throw new CommandError(`${error.message}\nOr remove the file: a new one is made at the next start.`);
  }
}
