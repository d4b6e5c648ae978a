import { isLine, type Line } from '../../../protocol/line.ts';
import type { NewLine } from '../../store.ts';
import { extraRuns, type ExtraRun } from '../extras.ts';
import { wellFormed } from '../store-rules.ts';

/**
 * A block holds consecutive lines of one time, as stored on disk:
 *
 *     u32 count | u32 bytes of text | u32 bytes of body | u8 flags | 3 × 0 | f64 time | f64 bytes of all text before
 *     body: the texts joined by \n | JSON of the runs of extras
 *
 * all little endian. Where a text itself contains a \n, the body is a JSON array of the texts.
 */
const HEADER = 32;
/** The body is ASCII, which is decoded faster. */
const ASCII = 1;
/** The body is a JSON array of texts. */
const JSON_BODY = 2;

/** A larger batch is stored as several blocks, so that reading one line does not decode much more. */
const BLOCK_BYTES = 128 * 1_024;
const BLOCK_LINES = 4_096;

/** Text is decoded in pieces of this length and up to the end of a line. */
const PIECE_BYTES = 16 * 1_024;
const NEWLINE = 0x0a;

/** The data of one log is damaged; other logs are not affected. */
export class DamagedLogError extends Error {
  override readonly name = 'DamagedLogError';
}

/** The header of a block. */
export interface BlockHeader {
  readonly count: number;
  /** UTF-8 bytes of its texts. */
  readonly bytes: number;
  readonly time: number;
  /** UTF-8 bytes of the texts of all earlier lines of the log, including lines no longer kept. */
  readonly before: number;
}

export interface EncodedBlock {
  readonly count: number;
  readonly bytes: number;
  readonly data: Buffer;
}

/** Encodes lines as consecutive blocks; `before`: bytes of text before the first. */
export function encodeBlocks(lines: readonly NewLine[], time: number, before: number): EncodedBlock[] {
  const blocks: EncodedBlock[] = [];
  let total = before;
  for (let from = 0; from < lines.length;) {
    let to = from;
    for (let length = 0; to < lines.length && to - from < BLOCK_LINES && length < BLOCK_BYTES; to += 1)
      length += lines[to]?.[0].length ?? 0;
    const block = encodeBlock(from === 0 && to === lines.length ? lines : lines.slice(from, to), time, total);
    blocks.push(block);
    total += block.bytes;
    from = to;
  }
  return blocks;
}

function encodeBlock(lines: readonly NewLine[], time: number, before: number): EncodedBlock {
  const count = lines.length;
  const texts = lines.map(([text]) => text);
  const plain = !texts.some((text) => text.includes('\n'));
  const body = plain ? texts.join('\n') : JSON.stringify(texts.map(wellFormed));
  const bodyBytes = Buffer.byteLength(body);
  const bytes = plain ? bodyBytes - (count - 1) : texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const runs = extraRuns(lines);
  const extras = runs.length === 0 ? '' : JSON.stringify(runs);
  const data = Buffer.allocUnsafe(HEADER + bodyBytes + Buffer.byteLength(extras));
  data.writeUInt32LE(count, 0);
  data.writeUInt32LE(bytes, 4);
  data.writeUInt32LE(bodyBytes, 8);
  data.writeUInt32LE((bodyBytes === body.length ? ASCII : 0) | (plain ? 0 : JSON_BODY), 12);
  data.writeDoubleLE(time, 16);
  data.writeDoubleLE(before, 24);
  data.write(body, HEADER, 'utf8');
  data.write(extras, HEADER + bodyBytes, 'utf8');
  return { count, bytes, data };
}

export function blockHeader(data: Buffer): BlockHeader {
  if (data.length < HEADER) throw new DamagedLogError('A block of lines is shorter than its header.');
  return { count: data.readUInt32LE(0), bytes: data.readUInt32LE(4), time: data.readDoubleLE(16), before: data.readDoubleLE(24) };
}

/** Where the parts of a block are. */
export interface BlockLayout {
  readonly count: number;
  readonly time: number;
  readonly bodyStart: number;
  readonly bodyEnd: number;
  readonly isAscii: boolean;
  /** The body is the texts joined by \n; else a JSON array of them. */
  readonly isPlain: boolean;
  /** In order. */
  readonly runs: readonly ExtraRun[];
}

export function layoutOf(data: Buffer): BlockLayout {
  const { count, time } = blockHeader(data);
  const bodyEnd = HEADER + data.readUInt32LE(8);
  // Two lines are separated by at least one byte.
  if (bodyEnd > data.length || count > bodyEnd - HEADER + 1) throw new DamagedLogError('A block of lines is shorter than it says.');
  const flags = data.readUInt32LE(12);
  const runs = bodyEnd === data.length ? [] : parseRuns(data.toString('utf8', bodyEnd), count);
  return { count, time, bodyStart: HEADER, bodyEnd, isAscii: (flags & ASCII) !== 0, isPlain: (flags & JSON_BODY) === 0, runs };
}

/** The lines of a block. */
export function decodeBlock(data: Buffer): Line[] {
  const { count, time, bodyStart, bodyEnd, isAscii, isPlain, runs } = layoutOf(data);
  const encoding = isAscii ? 'latin1' : 'utf8';
  const texts = isPlain ? splitTexts(data, bodyStart, bodyEnd, encoding) : parseTexts(data.toString(encoding, bodyStart, bodyEnd));
  if (texts.length !== count) throw new DamagedLogError('A block of lines contains a different number of lines than it says.');
  const lines = texts.map((text): Line => [time, text]);
  for (const [from, length, extra] of runs) for (let at = from; at < from + length; at += 1) lines[at] = [time, texts[at] ?? '', extra];
  return lines;
}

/** The texts of a plain body, decoded piece by piece: allocating one long string would cost more than decoding it. */
function splitTexts(data: Buffer, start: number, end: number, encoding: 'latin1' | 'utf8'): string[] {
  const texts: string[] = [];
  for (let from = start; from <= end;) {
    const newline = from + PIECE_BYTES < end ? data.indexOf(NEWLINE, from + PIECE_BYTES) : -1;
    const to = newline === -1 || newline > end ? end : newline;
    for (const text of data.toString(encoding, from, to).split('\n')) texts.push(text);
    from = to + 1;
  }
  return texts;
}

/** Parses the runs of extras, which must be in order and within the lines. */
function parseRuns(json: string, count: number): ExtraRun[] {
  const runs: ExtraRun[] = [];
  let end = 0;
  for (const run of parseArray(json)) {
    const [from, length, own] = Array.isArray(run) ? (run as readonly unknown[]) : [];
    const line: unknown = [0, '', own];
    const extra = isLine(line) ? line[2] : undefined;
    if (typeof from !== 'number' || typeof length !== 'number' || extra === undefined || from < end || length < 1 || from + length > count)
      throw new DamagedLogError('The extras of a block of lines cannot be read.');
    runs.push([from, length, extra]);
    end = from + length;
  }
  return runs;
}

function parseTexts(json: string): readonly string[] {
  const texts = parseArray(json);
  if (texts.every((text) => typeof text === 'string')) return texts;
  throw new DamagedLogError('A block of lines contains something that is not a text.');
}

function parseArray(json: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(json);
    if (Array.isArray(value)) return value;
  } catch {
    // Reported below.
  }
  throw new DamagedLogError('A part of a block of lines cannot be read.');
}
