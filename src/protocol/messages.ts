import { readLine, readLines, type Line } from './line.ts';
import { LIMITS } from './limits.ts';
import { formatPosition, parseRequestedPosition, parsePosition, type RequestedPosition, type Position } from './position.ts';

/** How a subscription continues; the first of these that applies. */
export type AckState = 'reset' | 'truncated' | 'skipped' | 'ended' | 'live';

export type ErrorCode = 'expired' | 'forbidden' | 'malformed' | 'limit' | 'unavailable';

/** Earliest and latest time to reconnect, in ms from now. */
export type Interval = readonly [min: number, max: number];

export interface Hello {
  readonly e: 'hello';
  readonly v: number;
  readonly hb: number;
  /** What the server can do beyond the required protocol. Names that a client does not know mean nothing to it. */
  readonly has: readonly string[];
}
export interface Ack {
  readonly e: 'ack';
  readonly ch: string;
  readonly off: Position;
  readonly first: number;
  readonly st: AckState;
}
export interface Msg {
  readonly e: 'msg';
  readonly ch: string;
  readonly off: Position;
  readonly lines: readonly Line[];
}
export interface Part {
  readonly e: 'part';
  readonly ch: string;
  readonly off: Position;
  readonly line: Line | null;
}
export interface End {
  readonly e: 'end';
  readonly ch: string;
  readonly off: Position;
  readonly code: number;
}
export interface Err {
  readonly e: 'err';
  readonly topic: string | undefined;
  readonly code: ErrorCode;
  readonly message: string;
}
export interface Heartbeat {
  readonly e: 'hb';
  readonly heads: ReadonlyMap<string, Position>;
}
export interface Bye {
  readonly e: 'bye';
  readonly reason: string;
  readonly retry: Interval;
  readonly again: Interval | undefined;
}

/** A frame from the server, parsed and checked. */
export type ServerFrame = Hello | Ack | Msg | Part | End | Err | Heartbeat | Bye;

/** A frame from a client, parsed and checked. */
export interface ClientFrame {
  /** `asked` is undefined if the position cannot be read: only that topic is refused. */
  readonly subscribe: readonly { readonly signed: string; readonly asked: RequestedPosition | undefined }[];
  /** The subscribed topics want only the newest lines, at most this many at a time; undefined for every line. */
  readonly tail: number | undefined;
  readonly unsubscribe: readonly string[];
  readonly probe: boolean;
}

type Json = Record<string, unknown>;

/** Longest delay of a timer in browsers and Node, ms. */
const MAX_DELAY = 2 ** 31 - 1;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function parseObject(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function position(value: unknown): Position | undefined {
  return typeof value === 'string' ? parsePosition(value) : undefined;
}

function interval(value: unknown): Interval | undefined {
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [min, max] = value as readonly unknown[];
  return isDelay(min) && isDelay(max) && max >= min ? [min, max] : undefined;
}

/** Whether a timer can wait that many ms. JSON may contain `1e999`, which is Infinity; a timer would take that for 1 ms. */
function isDelay(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= MAX_DELAY;
}

const ACK_STATES: ReadonlySet<unknown> = new Set<AckState>(['reset', 'truncated', 'skipped', 'ended', 'live']);
const ERROR_CODES: ReadonlySet<unknown> = new Set<ErrorCode>(['expired', 'forbidden', 'malformed', 'limit', 'unavailable']);

/**
 * Parses a frame from the server. Undefined if it is not a frame, is damaged, or has an `e` that this version does not know:
 * a client ignores those.
 */
export function parseServerFrame(text: string): ServerFrame | undefined {
  const frame = parseObject(text);
  if (frame === undefined) return undefined;
  switch (frame['e']) {
    case 'hello':
      return hello(frame);
    case 'err':
      return err(frame);
    case 'hb':
      return heartbeat(frame);
    case 'bye':
      return bye(frame);
    default:
      return channelFrame(frame);
  }
}

function hello({ v, hb, has }: Json): Hello | undefined {
  if (typeof v !== 'number' || !isDelay(hb) || hb <= 0) return undefined;
  return { e: 'hello', v, hb, has: isTexts(has) ? has : [] };
}

function err({ topic, code, message }: Json): Err | undefined {
  if (!ERROR_CODES.has(code) || (topic !== undefined && typeof topic !== 'string')) return undefined;
  return { e: 'err', topic, code: code as ErrorCode, message: typeof message === 'string' ? message : '' };
}

function heartbeat({ h }: Json): Heartbeat | undefined {
  const heads = new Map<string, Position>();
  if (h !== undefined) {
    if (!isObject(h)) return undefined;
    for (const [channel, value] of Object.entries(h)) {
      const head = position(value);
      if (head !== undefined) heads.set(channel, head);
    }
  }
  return { e: 'hb', heads };
}

function bye({ reason, retry, again }: Json): Bye | undefined {
  const soon = interval(retry);
  if (soon === undefined) return undefined;
  return { e: 'bye', reason: typeof reason === 'string' ? reason : '', retry: soon, again: interval(again) };
}

function channelFrame(frame: Json): Ack | Msg | Part | End | undefined {
  const { e, ch, data } = frame;
  const off = position(frame['off']);
  if (typeof ch !== 'string' || off === undefined) return undefined;
  if (e === 'ack') {
    const { first, st } = frame;
    if (typeof first !== 'number' || !Number.isSafeInteger(first) || first < 1 || !ACK_STATES.has(st)) return undefined;
    return { e, ch, off, first, st: st as AckState };
  }
  if (!isObject(data)) return undefined;
  switch (e) {
    case 'msg': {
      const lines = readLines(data['lines']);
      if (lines === undefined || lines.length === 0 || lines.length > off.offset) return undefined;
      return { e, ch, off, lines };
    }
    case 'part': {
      const line = data['line'] === null ? null : readLine(data['line']);
      return line === undefined ? undefined : { e, ch, off, line };
    }
    case 'end': {
      const { code } = data;
      return typeof code === 'number' && Number.isSafeInteger(code) ? { e, ch, off, code } : undefined;
    }
    default:
      return undefined;
  }
}

/**
 * Parses a frame from a client. Undefined if the frame as a whole cannot be read (not JSON, wrong types); a single topic or
 * position that cannot be read is refused by itself later. Unknown keys are ignored.
 */
export function parseClientFrame(text: string): ClientFrame | undefined {
  const frame = parseObject(text);
  if (frame === undefined) return undefined;
  const { subscribe, tail, unsubscribe, hb } = frame;
  if (subscribe !== undefined && !isObject(subscribe)) return undefined;
  if (tail !== undefined && typeof tail !== 'number') return undefined;
  if (unsubscribe !== undefined && !isTexts(unsubscribe)) return undefined;
  return {
    subscribe: Object.entries(subscribe ?? {}).map(([signed, value]) => ({ signed, asked: parseRequestedPosition(value) })),
    tail: tail === undefined ? undefined : tailLines(tail),
    unsubscribe: unsubscribe ?? [],
    probe: hb !== undefined,
  };
}

/** The number of lines that a tail subscription gets if it asks for `wanted`: the nearest that is allowed. */
export function tailLines(wanted: number): number {
  return Math.min(LIMITS.maxTailLines, Math.max(LIMITS.minTailLines, Math.round(wanted)));
}

/**
 * The frames that subscribe to `topics` (signed topic to position), at most 25 in each. `tail`: how many of the newest lines
 * to be sent at a time; undefined for every line.
 */
export function encodeSubscribe(topics: ReadonlyMap<string, string>, tail?: number): string[] {
  return slices([...topics]).map((slice) => JSON.stringify({ subscribe: Object.fromEntries(slice), tail }));
}

/** The frames that unsubscribe from `topics`, at most 25 in each. */
export function encodeUnsubscribe(topics: readonly string[]): string[] {
  return slices(topics).map((slice) => JSON.stringify({ unsubscribe: slice }));
}

/** Asks the server for the heads of all topics at once. */
export const PROBE = '{"hb":1}';

function slices<T>(items: readonly T[]): T[][] {
  const result: T[][] = [];
  for (let at = 0; at < items.length; at += LIMITS.topicsPerFrame) result.push(items.slice(at, at + LIMITS.topicsPerFrame));
  return result;
}

/** Encodes a frame of the server for the wire. */
export function encodeServerFrame(frame: ServerFrame): string {
  switch (frame.e) {
    case 'hello':
    case 'err':
    case 'bye':
      return JSON.stringify(frame);
    case 'hb':
      return JSON.stringify({
        e: 'hb',
        h: Object.fromEntries([...frame.heads].map(([channel, head]) => [channel, formatPosition(head)])),
      });
    default:
      return JSON.stringify(onWire(frame));
  }
}

function onWire(frame: Ack | Msg | Part | End): Json {
  const { e, ch } = frame;
  const off = formatPosition(frame.off);
  switch (frame.e) {
    case 'ack':
      return { e, ch, off, first: frame.first, st: frame.st };
    case 'msg':
      return { e, ch, off, data: { lines: frame.lines } };
    case 'part':
      return { e, ch, off, data: { line: frame.line } };
    case 'end':
      return { e, ch, off, data: { code: frame.code } };
  }
}
