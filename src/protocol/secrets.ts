import { LIMITS } from './limits.ts';

/** A secret as a caller gives it: a text holds one or several, split at commas; bytes are always one secret. */
export type SecretInput = string | Uint8Array;

/** Secrets as a caller gives them. The first signs, all verify. */
export type SecretsInput = SecretInput | readonly SecretInput[];

/** Valid secrets, at least one. */
export type Secrets = readonly [Uint8Array, ...Uint8Array[]];

/** A command that makes a good secret on any machine that runs the server. */
export const MAKE_SECRET = `node -p "require('node:crypto').randomBytes(32).toString('hex')"`;

/** A secret cannot sign topics. The message says which one, why, and how to make a good one; it never holds the secret. */
export class SecretError extends TypeError {
  override readonly name = 'SecretError';

  constructor(problem: string) {
    super(`${problem} Make one with: ${MAKE_SECRET}`);
  }
}

/**
 * Reads secrets from an option, the environment, a command line or a file. White space around a text is trimmed. The result
 * can be read again and stays the same.
 *
 * @param where Names the source in messages, e.g. `LOG_STREAM_SECRET`.
 * @throws {SecretError} For anything but text and bytes, and for a secret that is too short.
 */
export function readSecrets(given: unknown, where: string): Secrets {
  const items: readonly unknown[] = Array.isArray(given) ? Array.from<unknown>(given) : [given];
  const split = items.flatMap((item): readonly unknown[] =>
    typeof item === 'string' ? item.split(',').map((text) => text.trim()) : [item],
  );
  const [first, ...others] = split.map((item, index) => check(item, nameOf(index, split.length, where)));
  if (first === undefined) throw new SecretError(`${where} has no secret: at least one is needed to sign topics.`);
  return [first, ...others];
}

function check(item: unknown, name: string): Uint8Array {
  if (typeof item !== 'string' && !(item instanceof Uint8Array)) {
    throw new SecretError(
      `${name} is ${kindOf(item)}; a secret is a text, or bytes.${item === undefined ? ' Is LOG_STREAM_SECRET set?' : ''}`,
    );
  }
  // A copy: the caller may change its bytes later.
  const bytes = typeof item === 'string' ? new TextEncoder().encode(item) : Uint8Array.from(item);
  if (bytes.length >= LIMITS.secretBytes) return bytes;
  const size = bytes.length === 0 ? 'is empty' : `is too short: ${bytes.length} bytes`;
  throw new SecretError(`${name} ${size}; a secret has at least ${LIMITS.secretBytes} bytes.`);
}

function nameOf(index: number, count: number, where: string): string {
  return count === 1 ? `The secret in ${where}` : `Secret ${index + 1} of ${count} in ${where}`;
}

function kindOf(item: unknown): string {
  if (item === undefined || item === null) return String(item);
  return typeof item === 'object' ? 'an object' : `a ${typeof item}`;
}
