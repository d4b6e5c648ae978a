import { isAscii } from 'node:buffer';
import { isLine, type Line } from '../../../protocol/line.ts';
import { endsInPiece, type ExtraRun } from '../../lines/extra-runs.ts';
import { packLines, sliceLines, splitTexts, type NewLine, type PackedLines } from '../../lines/packed-lines.ts';
import { NO_ENTRIES, RANKS, type Sums } from '../../../protocol/sums/ranks.ts';
import { entryRuns, sumsAt, type LineIndex } from './line-index.ts';

/** docs/STORAGE.md describes blocks byte by byte. */
const HEADER = 32;
const SUMS = 8 * RANKS;

/** The flags of a header. */
export const FLAG = {
  /** The body is ASCII, which is decoded faster. */
  ascii: 1,
  /** The body is a JSON array of texts. */
  json: 2,
  /** The header has sums. */
  sums: 4,
  /** The first line is a later piece of a long line. */
  piece: 8,
  /** A sealed page. */
  sealed: 16,
} as const;
const ALL_FLAGS = 31;

/** A larger batch is stored as several blocks, so that reading one line does not decode much more. */
const BLOCK_BYTES = 128 * 1_024;
const BLOCK_LINES = 4_096;

/** The data of one log is damaged; other logs are not affected. */
export class DamagedLogError extends Error {
  override readonly name = 'DamagedLogError';
}

/** The header of a block or a sealed page. */
export interface BlockHeader {
  readonly count: number;
  /** UTF-8 bytes of its texts. */
  readonly bytes: number;
  /** Of its first line; that of all lines in a block. */
  readonly time: number;
  /** UTF-8 bytes of the texts of all earlier lines of the log, including lines no longer kept. */
  readonly before: number;
  /** Entries in all earlier lines of the log. */
  readonly sums: Sums;
  readonly isPiece: boolean;
  readonly isSealed: boolean;
}

/** What the lines before a block say about its marks. */
export interface MarksBefore {
  /** Entries in all of them. */
  readonly sums: Sums;
  /** The last of them continues in the first line of the block. */
  readonly isPiece: boolean;
}

export const NO_MARKS: MarksBefore = { sums: NO_ENTRIES, isPiece: false };

export interface EncodedBlock {
  readonly count: number;
  readonly bytes: number;
  readonly data: Buffer;
  /** What the next block begins with. */
  readonly after: MarksBefore;
}

/** Encodes lines as consecutive blocks; `before`: bytes of text before the first. */
export function encodeBlocks(lines: PackedLines, time: number, before: number, marks = NO_MARKS): EncodedBlock[] {
  return [...eachBlock(lines, time, before, marks, Buffer.allocUnsafe)];
}

/** The same, one block after the other. @param allocate Memory for the next block, whose `data` is valid until the one after it. */
export function* eachBlock(
  lines: PackedLines,
  time: number,
  before: number,
  marks: MarksBefore,
  allocate: (bytes: number) => Buffer,
): Generator<EncodedBlock> {
  let total = before;
  let carried = marks;
  for (const slice of sliceLines(lines, BLOCK_LINES, BLOCK_BYTES)) {
    const block = encodeBlock(slice, 0, { time, before: total, ...carried }, allocate);
    yield block;
    total += block.bytes;
    carried = block.after;
  }
}

/** Encodes lines of a stored block again, as one block if a text contains a line end: older versions wrote such. */
export function encodeAgain(lines: readonly NewLine[], time: number, before: number, marks: MarksBefore): EncodedBlock[] {
  if (!lines.some(([text]) => text.includes('\n'))) return encodeBlocks(packLines(lines), time, before, marks);
  const { count, bytes, extras } = packLines(lines.map(([text, extra]) => [text.replaceAll('\n', '.'), extra]));
  const body = Buffer.from(JSON.stringify(lines.map(([text]) => text)));
  return [encodeBlock({ count, bytes, body, isAscii: isAscii(body), extras }, FLAG.json, { time, before, ...marks }, Buffer.allocUnsafe)];
}

function encodeBlock(
  { count, bytes, body, isAscii, extras: runs }: PackedLines,
  kind: number,
  { time, before, sums, isPiece }: Pick<BlockHeader, 'time' | 'before'> & MarksBefore,
  allocate: (bytes: number) => Buffer,
): EncodedBlock {
  const extras = runs.length === 0 ? '' : JSON.stringify(runs);
  const flags = kind | (isAscii ? FLAG.ascii : 0) | (isPiece ? FLAG.piece : 0);
  const header = encodeHeader({ count, bytes, time, before, sums, bodyBytes: body.length, flags });
  const data = allocate(header.length + body.length + Buffer.byteLength(extras));
  header.copy(data);
  body.copy(data, header.length);
  data.write(extras, header.length + body.length, 'utf8');
  return { count, bytes, data, after: { sums: sumsAt(sums, entryRuns(runs, isPiece), count), isPiece: endsInPiece(runs, count) } };
}

/** The header of a block or a sealed page. */
export function encodeHeader({
  count,
  bytes,
  time,
  before,
  sums,
  bodyBytes,
  flags,
}: Pick<BlockHeader, 'count' | 'bytes' | 'time' | 'before' | 'sums'> & { readonly bodyBytes: number; readonly flags: number }): Buffer {
  const hasSums = sums.some((sum) => sum > 0);
  const data = Buffer.allocUnsafe(hasSums ? HEADER + SUMS : HEADER);
  data.writeUInt32LE(count, 0);
  data.writeUInt32LE(bytes, 4);
  data.writeUInt32LE(bodyBytes, 8);
  data.writeUInt32LE(flags | (hasSums ? FLAG.sums : 0), 12);
  data.writeDoubleLE(time, 16);
  data.writeDoubleLE(before, 24);
  if (hasSums) for (const [rank, sum] of sums.entries()) data.writeDoubleLE(sum, HEADER + 8 * rank);
  return data;
}

export function blockHeader(data: Buffer): BlockHeader {
  const flags = data.length < HEADER ? 0 : data.readUInt32LE(12);
  if (data.length < bodyStartOf(flags)) throw new DamagedLogError('A block of lines is shorter than its header.');
  if (flags > ALL_FLAGS) throw new DamagedLogError('A block of lines has an unknown flag.');
  const hasSums = (flags & FLAG.sums) !== 0;
  return {
    count: data.readUInt32LE(0),
    bytes: data.readUInt32LE(4),
    time: data.readDoubleLE(16),
    before: data.readDoubleLE(24),
    sums: hasSums ? NO_ENTRIES.map((_, rank) => data.readDoubleLE(HEADER + 8 * rank)) : NO_ENTRIES,
    isPiece: (flags & FLAG.piece) !== 0,
    isSealed: (flags & FLAG.sealed) !== 0,
  };
}

/** Where the body of a block or a sealed page is. */
export function bodyOf(data: Buffer): { readonly start: number; readonly end: number } {
  const start = data.length < HEADER ? HEADER : bodyStartOf(data.readUInt32LE(12));
  const end = start + (data.length < HEADER ? 0 : data.readUInt32LE(8));
  if (end > data.length) throw new DamagedLogError('A block of lines is shorter than it says.');
  return { start, end };
}

function bodyStartOf(flags: number): number {
  return (flags & FLAG.sums) === 0 ? HEADER : HEADER + SUMS;
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
  /** The first line is a later piece of a long line. */
  readonly isPiece: boolean;
  /** In order. */
  readonly runs: readonly ExtraRun[];
}

export function layoutOf(data: Buffer): BlockLayout {
  const { count, time, isPiece, isSealed } = blockHeader(data);
  const { start: bodyStart, end: bodyEnd } = bodyOf(data);
  // Two lines are separated by at least one byte.
  if (isSealed || count > bodyEnd - bodyStart + 1) throw new DamagedLogError('A block of lines is shorter than it says.');
  const flags = data.readUInt32LE(12);
  const runs = bodyEnd === data.length ? [] : parseRuns(data.toString('utf8', bodyEnd), count);
  return { count, time, bodyStart, bodyEnd, isAscii: (flags & FLAG.ascii) !== 0, isPlain: (flags & FLAG.json) === 0, isPiece, runs };
}

/** The index of a block; its texts are not read. */
export function blockIndex(data: Buffer): LineIndex {
  const { time, runs, isPiece } = layoutOf(data);
  return { times: [{ at: 0, time }], entries: entryRuns(runs, isPiece) };
}

/** The lines of a block. */
export function decodeBlock(data: Buffer): Line[] {
  const { count, time, bodyStart, bodyEnd, isAscii, isPlain, runs } = layoutOf(data);
  const encoding = isAscii ? 'latin1' : 'utf8';
  const texts = isPlain ? splitTexts(data.subarray(bodyStart, bodyEnd), encoding) : parseTexts(data.toString(encoding, bodyStart, bodyEnd));
  if (texts.length !== count) throw new DamagedLogError('A block of lines contains a different number of lines than it says.');
  const lines = texts.map((text): Line => [time, text]);
  for (const [from, length, extra] of runs) for (let at = from; at < from + length; at += 1) lines[at] = [time, texts[at] ?? '', extra];
  return lines;
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
