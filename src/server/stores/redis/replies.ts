import { isLine, type Line } from '../../../protocol/line.ts';
import {
  NO_LOG,
  type AppendResult,
  type Batch,
  type LogTail,
  type LogEvent,
  type ReadRange,
  type ReadResult,
  type Retention,
} from '../../store.ts';
import { toNewLines, unpackTexts } from '../../lines/packed-lines.ts';
import { wellFormed } from '../store-rules.ts';
import { batchMarks } from './mark-digits.ts';
import { TRIM_SLICE } from './scripts.ts';
import type { SeenTail } from './seen-tails.ts';

/** Batches up to this size are published with their lines; larger ones only wake the watchers. */
const INLINE_BYTES = 16 * 1_024;

/** A reply or a message that this version does not understand. */
export class UnexpectedReplyError extends Error {
  override readonly name = 'UnexpectedReplyError';
}

export function appendArguments(id: string, batch: Batch): string[] {
  const texts = unpackTexts(batch.lines);
  const lengths = texts.map((text) => Buffer.byteLength(text));
  const runs = batch.lines.extras.map(([from, count, extra]) => [from, count, JSON.stringify(extra)]);
  const marks = batchMarks(batch.lines.extras, batch.lines.count);
  const small = batch.lines.bytes <= INLINE_BYTES;
  return [
    id,
    batch.at === undefined ? '' : String(batch.at.offset),
    batch.at?.epoch === undefined ? '' : `=${batch.at.epoch}`,
    String(batch.time),
    batch.carryIn,
    batch.carryOut,
    batch.end === undefined ? '' : String(batch.end),
    lengths.join(),
    texts.join(''),
    JSON.stringify(runs),
    small ? JSON.stringify(toNewLines(batch.lines)) : '',
    batch.groupsIn === undefined ? '' : `=${batch.groupsIn}`,
    batch.groupsOut ?? batch.groupsIn ?? '',
    batch.follows === undefined ? '' : String(batch.follows),
    marks.digits,
    marks.groups,
    marks.isCut ? 'p' : '',
  ];
}

export function readArguments({ after, limit, bytes }: ReadRange): string[] {
  return [after, limit, bytes].map(String);
}

export function trimArguments(retain: Retention, now: number): string[] {
  return [retain.lines, retain.age === undefined ? undefined : now - retain.age, retain.bytes, TRIM_SLICE].map((value) =>
    value === undefined ? '' : String(value),
  );
}

/** The reply of a script. */
export interface RedisReply<T> {
  readonly result: T;
  /** The tail of the log, to be remembered; undefined when the reply has none. */
  readonly seen: SeenTail | undefined;
}

export function parseAppend(reply: unknown): RedisReply<AppendResult> {
  const [status, strings] = list(reply);
  const seen = parseSeen(strings);
  const { tail } = seen;
  switch (status) {
    case 'ok':
      return { result: { ok: true, tail }, seen };
    case 'ended':
    case 'moved':
    case 'carry':
      return { result: { ok: false, reason: status, tail }, seen };
    default:
      throw new UnexpectedReplyError('Redis gave an unknown reply to an append.');
  }
}

export function parseRead(reply: unknown): RedisReply<ReadResult> {
  const [strings, values] = list(reply);
  const seen = parseSeen(strings);
  const flat = list(values);
  const lines: Line[] = [];
  for (let at = 0; at < flat.length; at += 3) {
    const extra = flat[at + 2];
    const line: unknown = [Number(flat[at]), flat[at + 1], ...(typeof extra === 'string' && extra !== '' ? [parseJson(extra)] : [])];
    if (!isLine(line)) throw new UnexpectedReplyError('Redis holds a line that cannot be read.');
    lines.push(line);
  }
  return { result: { tail: seen.tail, lines }, seen };
}

export function parseTrim(reply: unknown): RedisReply<{ readonly more: boolean; readonly tail: LogTail }> {
  const [status, strings] = list(reply);
  const seen = parseSeen(strings);
  return { result: { more: status === 'more', tail: seen.tail }, seen };
}

export function parseRemove(reply: unknown): RedisReply<boolean> {
  return { result: list(reply)[0] === 'removed', seen: undefined };
}

export function parseSeen(strings: unknown): SeenTail {
  const generation = list(strings)[6];
  return { tail: parseTail(strings), generation: typeof generation === 'string' ? generation : '' };
}

function parseTail(value: unknown): LogTail {
  const [epoch, first, head, end, time, carry, , groups] = list(value);
  // A message of an older server has no groups: its watchers read the tail instead.
  if (typeof epoch !== 'string' || typeof carry !== 'string' || typeof end !== 'string' || typeof groups !== 'string')
    throw new UnexpectedReplyError('Redis holds a log that cannot be read.');
  if (epoch === '' && end === '') return NO_LOG;
  return {
    epoch,
    first: Number(first),
    head: Number(head),
    end: end === '' ? undefined : Number(end),
    time: Number(time),
    carry,
    groups,
  };
}

export function encodePart(writer: string, line: Line | null): string {
  return `p${JSON.stringify([writer, line])}`;
}

/** Parses a message on the shard channel of a log. One that cannot be read still means that something changed. */
export function parseNews(message: string): { readonly news: LogEvent; readonly seen: SeenTail | undefined } {
  try {
    if (message.startsWith('p')) return { news: parsePart(message.slice(1)), seen: undefined };
    if (message.startsWith('l')) return parseLines(message.slice(1));
  } catch (error) {
    if (!(error instanceof UnexpectedReplyError)) throw error;
  }
  return { news: { kind: 'changed' }, seen: undefined };
}

function parsePart(json: string): LogEvent {
  const [writer, line] = list(parseJson(json));
  if (typeof writer !== 'string' || !(line === null || isLine(line))) throw new UnexpectedReplyError('An unfinished line cannot be read.');
  return { kind: 'part', writer, line };
}

function parseLines(body: string): { readonly news: LogEvent; readonly seen: SeenTail } {
  const cut = body.indexOf('\n');
  const seen = parseSeen(parseJson(body.slice(0, cut)));
  const { tail } = seen;
  const lines = list(parseJson(body.slice(cut + 1))).map((value) => {
    const [text, extra] = list(value);
    // Servers of an older version publish lone surrogates.
    const kept = typeof text === 'string' ? wellFormed(text) : text;
    const line: unknown = extra === undefined ? [tail.time, kept] : [tail.time, kept, extra];
    if (!isLine(line)) throw new UnexpectedReplyError('A published line cannot be read.');
    return line;
  });
  return { news: { kind: 'lines', tail, lines }, seen };
}

export function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new UnexpectedReplyError('Redis gave a reply that is not a list.');
}

export function parseJson(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch (cause) {
    throw new UnexpectedReplyError('Redis holds JSON that cannot be read.', { cause });
  }
}
