import { LIMITS } from '../../protocol/limits.ts';
import { parseClientFrame, type ErrorCode } from '../../protocol/messages.ts';
import type { Asked } from '../../protocol/position.ts';
import { readTopic } from '../../protocol/topic.ts';
import type { Signer } from '../signer.ts';

/** What one entry of a frame asks for. Entries are carried out in order. */
export type Request =
  | { readonly kind: 'subscribe'; readonly signed: string; readonly channel: string; readonly asked: Asked }
  | { readonly kind: 'unsubscribe'; readonly channel: string }
  | { readonly kind: 'refuse'; readonly signed: string; readonly code: ErrorCode; readonly message: string };

export interface Received {
  readonly requests: readonly Request[];
  readonly probe: boolean;
}

/** Reads a frame of a client and checks its topics; undefined when the frame as a whole cannot be read. */
export function readFrame(text: string, signer: Signer): Received | undefined {
  const frame = parseClientFrame(text);
  if (frame === undefined) return undefined;
  const requests: Request[] = [];
  for (const signed of frame.unsubscribe) {
    // Whoever holds the socket may end its subscriptions: the channel is all that matters.
    const channel = readTopic(signed)?.channel;
    if (channel !== undefined) requests.push({ kind: 'unsubscribe', channel });
  }
  frame.subscribe.forEach((entry, index) => requests.push(readEntry(entry, index, signer)));
  return { requests, probe: frame.probe };
}

function readEntry(
  { signed, asked }: { readonly signed: string; readonly asked: Asked | undefined },
  index: number,
  signer: Signer,
): Request {
  if (index >= LIMITS.topicsPerFrame) {
    return refuse(signed, 'limit', `A frame subscribes at most ${LIMITS.topicsPerFrame} topics: send the others in another one.`);
  }
  const verdict = signer.verify(signed);
  if (!verdict.ok) return refuse(signed, verdict.code, verdict.message);
  if (asked === undefined) {
    return refuse(signed, 'malformed', 'This is not a position: send EPOCH-OFFSET, -0, a line number, or "" for from now on.');
  }
  return { kind: 'subscribe', signed, channel: verdict.claims.channel, asked };
}

function refuse(signed: string, code: ErrorCode, message: string): Request {
  return { kind: 'refuse', signed, code, message };
}
