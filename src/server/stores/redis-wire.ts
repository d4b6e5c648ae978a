import { isLine, type Line } from '../../protocol/line.ts';
import {
  NO_LOG,
  type AppendResult,
  type Batch,
  type LogTail,
  type News,
  type ReadRange,
  type ReadResult,
  type Retention,
} from '../store.ts';
import { extraRuns } from './extras.ts';
import { stamp, wellFormed } from './rules.ts';
import { TRIM_SLICE } from './redis-scripts.ts';

/** Lines up to this size travel with the news; of larger ones watchers are only told. */
const INLINE_BYTES = 16 * 1_024;

/** An answer or a message that this version does not understand. */
export class UnexpectedReply extends Error {
  override readonly name = 'UnexpectedReply';
}

export function appendArguments(id: string, batch: Batch): string[] {
  const texts = batch.lines.map(([text]) => wellFormed(text));
  const lengths = texts.map((text) => Buffer.byteLength(text));
  const runs = extraRuns(batch.lines).map(([from, count, extra]) => [from, count, JSON.stringify(extra)]);
  const small = lengths.reduce((sum, length) => sum + length, 0) <= INLINE_BYTES;
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
    small ? JSON.stringify(batch.lines) : '',
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

export function parseAppend(reply: unknown): AppendResult {
  const [status, strings] = list(reply);
  const tail = parseTail(strings);
  switch (status) {
    case 'ok':
      return { ok: true, tail };
    case 'ended':
    case 'moved':
    case 'carry':
      return { ok: false, reason: status, tail };
    default:
      throw new UnexpectedReply('Redis answered an append with something else.');
  }
}

export function parseRead(reply: unknown): ReadResult {
  const [strings, values] = list(reply);
  const tail = parseTail(strings);
  const flat = list(values);
  const lines: Line[] = [];
  for (let at = 0; at < flat.length; at += 3) {
    const extra = flat[at + 2];
    const line: unknown = [Number(flat[at]), flat[at + 1], ...(typeof extra === 'string' && extra !== '' ? [parseJson(extra)] : [])];
    if (!isLine(line)) throw new UnexpectedReply('Redis holds a line that cannot be read.');
    lines.push(line);
  }
  return { tail, lines };
}

export function parseTrim(reply: unknown): { readonly more: boolean; readonly tail: LogTail } {
  const [status, strings] = list(reply);
  return { more: status === 'more', tail: parseTail(strings) };
}

export function parseRemove(reply: unknown): boolean {
  return list(reply)[0] === 'removed';
}

function parseTail(value: unknown): LogTail {
  const [epoch, first, head, end, time, carry] = list(value);
  if (typeof epoch !== 'string' || typeof carry !== 'string' || typeof end !== 'string')
    throw new UnexpectedReply('Redis holds a log that cannot be read.');
  if (epoch === '' && end === '') return NO_LOG;
  return { epoch, first: Number(first), head: Number(head), end: end === '' ? undefined : Number(end), time: Number(time), carry };
}

export function encodePart(writer: string, line: Line | null): string {
  return `p${JSON.stringify([writer, line])}`;
}

/** What a message on the shard channel of a log says. One that cannot be read still says that something happened. */
export function parseNews(message: string): News {
  try {
    if (message.startsWith('p')) return parsePart(message.slice(1));
    if (message.startsWith('l')) return parseLines(message.slice(1));
  } catch (error) {
    if (!(error instanceof UnexpectedReply)) throw error;
  }
  return { kind: 'wake' };
}

function parsePart(json: string): News {
  const [writer, line] = list(parseJson(json));
  if (typeof writer !== 'string' || !(line === null || isLine(line))) throw new UnexpectedReply('A part cannot be read.');
  return { kind: 'part', writer, line };
}

function parseLines(body: string): News {
  const cut = body.indexOf('\n');
  const tail = parseTail(parseJson(body.slice(0, cut)));
  const lines = list(parseJson(body.slice(cut + 1))).map((value) => {
    const [text, extra] = list(value);
    const line: unknown = extra === undefined ? [tail.time, text] : [tail.time, text, extra];
    if (!isLine(line)) throw new UnexpectedReply('News of a line cannot be read.');
    return line;
  });
  return {
    kind: 'lines',
    tail,
    lines: stamp(
      tail.time,
      lines.map(([, text, extra]) => (extra === undefined ? [text] : [text, extra])),
    ),
  };
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new UnexpectedReply('Redis answered with something that is not a list.');
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch (cause) {
    throw new UnexpectedReply('Redis holds JSON that cannot be read.', { cause });
  }
}
