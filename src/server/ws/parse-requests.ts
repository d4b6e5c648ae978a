import { LIMITS } from '../../protocol/limits.ts';
import { parseClientFrame, type ClientFrame, type ErrorCode } from '../../protocol/messages.ts';
import type { RequestedPosition } from '../../protocol/position.ts';
import { readTopic } from '../../protocol/topic.ts';
import type { Signer } from '../access/signer.ts';

/** One entry of a frame. Requests are executed in order. */
export type Request =
  | {
      readonly kind: 'subscribe';
      readonly signed: string;
      readonly channel: string;
      readonly asked: RequestedPosition;
      /** The most lines to be sent at a time, of which only the newest are wanted; undefined for every line. */
      readonly tail: number | undefined;
    }
  | { readonly kind: 'unsubscribe'; readonly channel: string }
  /** Without `signed` it concerns the frame as a whole. */
  | { readonly kind: 'refuse'; readonly signed: string | undefined; readonly code: ErrorCode; readonly message: string };

export interface ParsedFrame {
  readonly requests: readonly Request[];
  readonly isProbe: boolean;
}

/** Parses a client's frame and verifies its topics; undefined when the frame is malformed. */
export function parseRequests(text: string, signer: Signer): ParsedFrame | undefined {
  const frame = parseClientFrame(text);
  if (frame === undefined) return undefined;
  const requests: Request[] = [];
  for (const signed of frame.unsubscribe) {
    // The owner of the socket may end its subscriptions: the signature does not matter, only the channel.
    const channel = readTopic(signed)?.channel;
    if (channel !== undefined) requests.push({ kind: 'unsubscribe', channel });
  }
  const { topicsPerFrame } = LIMITS;
  for (const entry of frame.subscribe.slice(0, topicsPerFrame)) requests.push(readEntry(entry, frame.tail, signer));
  const rest = frame.subscribe.length - topicsPerFrame;
  // One error for all of them: one for each would be many times the size of the frame.
  if (rest > 0) {
    const message = `A frame subscribes at most ${topicsPerFrame} topics: the last ${rest} were ignored. Send them in another frame.`;
    requests.push(refuse(undefined, 'limit', message));
  }
  return { requests, isProbe: frame.probe };
}

function readEntry({ signed, asked }: ClientFrame['subscribe'][number], tail: number | undefined, signer: Signer): Request {
  const verdict = signer.verify(signed);
  if (!verdict.ok) return refuse(signed, verdict.code, verdict.message);
  if (asked === undefined) {
    return refuse(signed, 'malformed', 'This is not a position: send EPOCH-OFFSET, -0, a line number, or "" for new lines only.');
  }
  return { kind: 'subscribe', signed, channel: verdict.claims.channel, asked, tail };
}

function refuse(signed: string | undefined, code: ErrorCode, message: string): Request {
  return { kind: 'refuse', signed, code, message };
}
