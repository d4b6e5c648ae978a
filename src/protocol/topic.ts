import { LIMITS } from './limits.ts';

/** The claims of a signed topic. Only a server that verified the signature may trust them. */
export interface TopicClaims {
  readonly channel: string;
  /** Unix seconds. */
  readonly issuedAt: number;
  /** Unix seconds; undefined when the topic does not expire. */
  readonly expiresAt: number | undefined;
  /** It allows appending. */
  readonly write: boolean;
  /** It allows removing the log. */
  readonly remove: boolean;
}

/** The two halves of a signed topic: the base64 text as sent, and the hexadecimal signature of it. */
export interface TopicParts {
  readonly payload: string;
  readonly signature: string;
}

const CHANNEL = /^[A-Za-z0-9:._/@-]+$/u;

/** Whether a text is a valid channel: 1 to 256 characters of `A-Z a-z 0-9 : . _ / @ -`. */
export function isChannel(text: string): boolean {
  return text.length <= LIMITS.channelLength && CHANNEL.test(text);
}

/** Prefix of the channels that are reserved for the server: `sign` refuses them. */
export const RESERVED_PREFIX = 'log-stream/';

/** Splits at the last `--`, since URL-safe base64 may contain `-`. */
export function splitTopic(signed: string): TopicParts | undefined {
  if (signed.length > LIMITS.topicLength) return undefined;
  const at = signed.lastIndexOf('--');
  if (at <= 0) return undefined;
  return { payload: signed.slice(0, at), signature: signed.slice(at + 2) };
}

/**
 * Reads the claims of a signed topic without verifying it: enough for a client to know its channel. Accepts standard and
 * URL-safe base64, with or without padding; undefined if it cannot be read.
 */
export function readTopic(signed: string): TopicClaims | undefined {
  const parts = splitTopic(signed);
  if (parts === undefined) return undefined;
  let claims: unknown;
  try {
    const binary = atob(parts.payload.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    claims = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
  if (typeof claims !== 'object' || claims === null) return undefined;
  const { c: channel, t: issuedAt, x: expiresAt, w: write, d: remove } = claims as Record<string, unknown>;
  if (typeof channel !== 'string' || !isChannel(channel)) return undefined;
  if (typeof issuedAt !== 'number' || !Number.isFinite(issuedAt)) return undefined;
  if (expiresAt !== undefined && (typeof expiresAt !== 'number' || !Number.isFinite(expiresAt))) return undefined;
  return { channel, issuedAt, expiresAt, write: write === 1, remove: remove === 1 };
}
