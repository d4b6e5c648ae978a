import { LIMITS } from './limits.ts';

/** What a signed topic says. Only a server that verified the signature may believe it. */
export interface TopicClaims {
  readonly channel: string;
  /** Unix seconds. */
  readonly issuedAt: number;
  /** Unix seconds; undefined when the topic does not expire. */
  readonly expiresAt: number | undefined;
  /** Whether it allows appending. */
  readonly write: boolean;
  /** Whether it allows removing the log. */
  readonly remove: boolean;
}

/** The two halves of a signed topic: the base64 text as it was sent, and the hexadecimal signature over it. */
export interface TopicParts {
  readonly payload: string;
  readonly signature: string;
}

const CHANNEL = /^[A-Za-z0-9:._/@-]+$/u;

/** Whether a text can name a channel: 1 to 256 characters of `A-Z a-z 0-9 : . _ / @ -`. */
export function isChannel(text: string): boolean {
  return text.length <= LIMITS.channelLength && CHANNEL.test(text);
}

/** Channels that begin like this are the server's own: no topic is signed for one that somebody named. */
export const RESERVED_PREFIX = 'log-stream/';

/** Splits at the last `--`, since URL-safe base64 may itself hold a `-`. */
export function splitTopic(signed: string): TopicParts | undefined {
  if (signed.length > LIMITS.topicLength) return undefined;
  const at = signed.lastIndexOf('--');
  if (at <= 0) return undefined;
  return { payload: signed.slice(0, at), signature: signed.slice(at + 2) };
}

/**
 * Reads what a signed topic claims without verifying it: enough for a client to know its channel.
 * Standard and URL-safe base64 are accepted, with or without padding; undefined when it cannot be read.
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
