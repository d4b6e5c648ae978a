import { readSecrets, type SecretsInput } from '../../protocol/secrets.ts';
import { parseAddress } from '../../server/stores/redis/address.ts';

/** Variables of the server that the programs it starts must not get. */
const OWN_VARIABLES: ReadonlySet<string> = new Set([
  'LOG_STREAM_SECRET',
  'LOG_STREAM_STORE',
  'LOG_STREAM_CONSOLE_TOKEN',
  'LOG_STREAM_TOPIC',
]);
/** Shortest secret that is searched for inside other values; a shorter one would be found by chance. */
const MIN_SECRET_LENGTH = 8;

/**
 * An environment without this server's secrets: neither its own variables, nor others that contain a secret, such as the command
 * line as npm passes it on. A program that prints its environment would print them into a log that others read.
 */
export function withoutSecrets(env: NodeJS.ProcessEnv, withheld: readonly string[] = []): NodeJS.ProcessEnv {
  const isSecret = (value: string): boolean =>
    withheld.some((text) => value === text || (text.length >= MIN_SECRET_LENGTH && value.includes(text)));
  return Object.fromEntries(
    Object.entries(env).filter(([name, value]) => value !== undefined && !OWN_VARIABLES.has(name.toUpperCase()) && !isSecret(value)),
  );
}

/** The secrets of a server, which the environment of its children must not contain. */
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

/** The secrets in the address of a networked store: the whole address, and each password on its own. */
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
    // Opening the store reports a bad address.
    return [];
  }
}
