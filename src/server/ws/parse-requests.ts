import { LIMITS } from '../../protocol/limits.ts';
import { parseClientFrame, type ErrorCode } from '../../protocol/messages.ts';
import type { Asked } from '../../protocol/position.ts';
import { readTopic } from '../../protocol/topic.ts';
import type { Signer } from '../access/signer.ts';

/** What one entry of a frame asks for. Entries are carried out in order. */
export type Request =
  | { readonly kind: 'subscribe'; readonly signed: string; readonly channel: string; readonly asked: Asked }
  | { readonly kind: 'unsubscribe'; readonly channel: string }
  /** Without `signed` it is about the frame. */
  | { readonly kind: 'refuse'; readonly signed: string | undefined; readonly code: ErrorCode; readonly message: string };

export interface ParsedFrame {
  readonly requests: readonly Request[];
  readonly probe: boolean;
}

/** Reads a frame of a client and checks its topics; undefined when the frame as a whole cannot be read. */
export function parseRequests(text: string, signer: Signer): ParsedFrame | undefined {
  const frame = parseClientFrame(text);
  if (frame === undefined) return undefined;
  const requests: Request[] = [];
  for (const signed of frame.unsubscribe) {
    // Whoever holds the socket may end its subscriptions: the channel is all that matters.
    const channel = readTopic(signed)?.channel;
    if (channel !== undefined) requests.push({ kind: 'unsubscribe', channel });
  }
  const { topicsPerFrame } = LIMITS;
  for (const entry of frame.subscribe.slice(0, topicsPerFrame)) requests.push(readEntry(entry, signer));
  const rest = frame.subscribe.length - topicsPerFrame;
  // One answer for all of them: an answer each would be many times the frame.
  if (rest > 0) {
    const message = `A frame subscribes at most ${topicsPerFrame} topics: the last ${rest} were left out. Send them in other frames.`;
    requests.push(refuse(undefined, 'limit', message));
  }
  return { requests, probe: frame.probe };
}

function readEntry({ signed, asked }: { readonly signed: string; readonly asked: Asked | undefined }, signer: Signer): Request {
  const verdict = signer.verify(signed);
  if (!verdict.ok) return refuse(signed, verdict.code, verdict.message);
  if (asked === undefined) {
    return refuse(signed, 'malformed', 'This is not a position: send EPOCH-OFFSET, -0, a line number, or "" for from now on.');
  }
  return { kind: 'subscribe', signed, channel: verdict.claims.channel, asked };
}

function refuse(signed: string | undefined, code: ErrorCode, message: string): Request {
  return { kind: 'refuse', signed, code, message };
}
