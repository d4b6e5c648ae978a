import { createHmac, timingSafeEqual } from 'node:crypto';
import { readSecrets, type Secrets, type SecretsInput } from '../../protocol/secrets.ts';
import { readTopic, RESERVED_PREFIX, splitTopic, type TopicClaims } from '../../protocol/topic.ts';
import { checkChannel } from './check-channel.ts';
import { VerifiedTopics } from './verified-topics.ts';

/** The reserved channel of topics for reading metrics. */
export const METRICS_CHANNEL = `${RESERVED_PREFIX}metrics`;

/** Topics that stay verified: at most 2 MiB of payloads. */
const REMEMBERED = 1_000;

export interface SignOptions {
  /** The topic may append. @default false */
  readonly write?: boolean;
  /** The topic may remove the log. @default false */
  readonly delete?: boolean;
  /** Seconds until it expires. @default never */
  readonly ttl?: number;
}

export type TopicVerdict =
  | { readonly ok: true; readonly claims: TopicClaims }
  | { readonly ok: false; readonly code: 'malformed' | 'forbidden' | 'expired'; readonly message: string };

/** Signs topics with the first of several secrets and verifies them against all (PROTOCOL.md, section 2). */
export class Signer {
  readonly #secrets: Secrets;
  readonly #verified = new VerifiedTopics(REMEMBERED);

  /** @throws {TypeError} For invalid secrets: the message says how to make a good one. */
  constructor(secrets: SecretsInput) {
    this.#secrets = readSecrets(secrets, 'the option "secrets"');
  }

  /** Throws TypeError for an invalid or reserved channel, and for an invalid `ttl`. */
  sign(channel: string, options: SignOptions = {}): string {
    checkChannel(channel);
    return this.#issue(channel, options);
  }

  /** Signs a topic for reading metrics only. Throws TypeError for an invalid `ttl`. */
  signMetrics({ ttl }: Pick<SignOptions, 'ttl'> = {}): string {
    return this.#issue(METRICS_CHANNEL, ttl === undefined ? {} : { ttl });
  }

  #issue(channel: string, { write = false, delete: remove = false, ttl }: SignOptions): string {
    if (ttl !== undefined && !Number.isFinite(ttl))
      throw new TypeError(`ttl cannot be ${String(ttl)}: it must be a number of seconds. Leave it out for a topic that never expires.`);
    const issuedAt = Math.floor(Date.now() / 1_000);
    const claims = {
      c: channel,
      t: issuedAt,
      ...(ttl === undefined ? {} : { x: issuedAt + ttl }),
      ...(write ? { w: 1 } : {}),
      ...(remove ? { d: 1 } : {}),
    };
    const payload = Buffer.from(JSON.stringify(claims)).toString('base64');
    return `${payload}--${this.#signature(this.#secrets[0], payload).toString('hex')}`;
  }

  /** Checks the signature, then the expiry. `message` never reveals the expected signature. */
  verify(signed: string, now: number = Date.now()): TopicVerdict {
    const signedParts = splitTopic(signed);
    const known = signedParts === undefined ? undefined : this.#verified.get(signedParts.payload);
    const claims = known?.claims ?? readTopic(signed);
    if (signedParts === undefined || claims === undefined) {
      return { ok: false, code: 'malformed', message: 'This is not a signed topic: expected BASE64(JSON)--HEX.' };
    }
    const { payload, signature } = signedParts;
    const expected = known?.expected ?? this.#secrets.map((secret) => this.#signature(secret, payload));
    if (!isAmong(expected, signature)) {
      return { ok: false, code: 'forbidden', message: 'The signature does not match: sign the topic with the secret of this server.' };
    }
    if (known === undefined) this.#verified.set(payload, { claims, expected });
    if (claims.expiresAt !== undefined && claims.expiresAt * 1_000 <= now) {
      return { ok: false, code: 'expired', message: 'This topic has expired: sign it again.' };
    }
    return { ok: true, claims };
  }

  #signature(secret: Uint8Array, payload: string): Buffer {
    return createHmac('sha256', secret).update(payload).digest();
  }
}

/** Compares with every expected signature without stopping early, so that timing reveals nothing. */
function isAmong(expected: readonly Buffer[], signature: string): boolean {
  const given = Buffer.from(/^[0-9a-f]{64}$/iu.test(signature) ? signature : '', 'hex');
  let matches = false;
  for (const one of expected) {
    const comparable = given.length === one.length ? given : Buffer.alloc(one.length);
    if (timingSafeEqual(comparable, one) && given.length === one.length) matches = true;
  }
  return matches;
}
