import { readSecrets, type SecretsInput } from '../../protocol/secrets.ts';
import { parseAddress } from '../../server/stores/redis/address.ts';

/** What a server is told in its environment, and what no program that it starts has to know. */
const OWN_VARIABLES: ReadonlySet<string> = new Set([
  'LOG_STREAM_SECRET',
  'LOG_STREAM_STORE',
  'LOG_STREAM_CONSOLE_TOKEN',
  'LOG_STREAM_TOPIC',
]);
/** A shorter text is in too many others to mean anything there. */
const MIN_SECRET_LENGTH = 8;

/**
 * An environment without what this server keeps to itself: not its own variables, nor another one that holds what is withheld,
 * such as the command line as npm hands it on. What a program prints of its environment is in a log that others read.
 */
export function withoutSecrets(env: NodeJS.ProcessEnv, withheld: readonly string[] = []): NodeJS.ProcessEnv {
  const tells = (value: string): boolean =>
    withheld.some((text) => value === text || (text.length >= MIN_SECRET_LENGTH && value.includes(text)));
  return Object.fromEntries(
    Object.entries(env).filter(([name, value]) => value !== undefined && !OWN_VARIABLES.has(name.toUpperCase()) && !tells(value)),
  );
}

/** What a server was told that nothing in the environment of its children may hold. */
export function secretTextsOf({ secrets, consoleToken, topic, store }: ServerSecrets): readonly string[] {
  return [...textsOf(secrets), ...[consoleToken, topic].filter((text) => text !== undefined), ...secretsOfStore(store)];
}

interface ServerSecrets {
  readonly secrets: SecretsInput | undefined;
  readonly consoleToken?: string | undefined;
  readonly topic?: string | undefined;
  readonly store: string;
}

function textsOf(secrets: SecretsInput | undefined): readonly string[] {
  if (secrets === undefined) return [];
  return readSecrets(secrets, 'the settings').map((secret) => Buffer.from(secret).toString());
}

/** What of the address of a store is not for others: of one that is reached over a network all of it, and its passwords alone. */
function secretsOfStore(url: string): readonly string[] {
  if (!/^rediss?(?:\+sentinel)?:/iu.test(url)) return [];
  const [, asWritten] = /^[^:]+:\/\/[^@/?#:]*:([^@/?#]*)@/u.exec(url) ?? [];
  return [url, asWritten, ...passwordsIn(url)].filter((text): text is string => text !== undefined && text !== '');
}

function passwordsIn(url: string): readonly (string | undefined)[] {
  try {
    const { password, sentinel } = parseAddress(url);
    return [password, sentinel?.password];
  } catch {
    // Who opens the store says what is wrong with its address.
    return [];
  }
}
