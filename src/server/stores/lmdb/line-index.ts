import type { ExtraRun } from '../../lines/extra-runs.ts';
import { entryRank, RANKS, type Sums } from '../../../protocol/sums/ranks.ts';

/** The lines from index `at` on, up to the next run, have this time. */
export interface TimeRun {
  readonly at: number;
  readonly time: number;
}

/** Consecutive lines that are entries of one rank. */
export interface EntryRun {
  readonly at: number;
  readonly count: number;
  readonly rank: number;
}

/** What is known of consecutive lines without their texts. Indexes count from 0. */
export interface LineIndex {
  readonly times: readonly TimeRun[];
  readonly entries: readonly EntryRun[];
}

/** The entries among lines with these extras. @param isPiece The first line is a later piece of a long line. */
export function entryRuns(extras: readonly ExtraRun[], isPiece: boolean): EntryRun[] {
  const runs: EntryRun[] = [];
  // The index after the last line with `p`: that line is no entry, however its extra reads.
  let piece = isPiece ? 0 : -1;
  for (const [from, length, extra] of extras) {
    const isFirstPiece = from === piece;
    if (extra.p === 1) piece = from + length;
    // Of lines that all continue in the next one, only the first can be an entry.
    const last = extra.p === 1 ? from + 1 : from + length;
    const at = isFirstPiece ? from + 1 : from;
    const rank = entryRank(extra, false);
    if (rank >= 0 && at < last) addRun(runs, { at, count: last - at, rank });
  }
  return runs;
}

/** Appends a run, as part of the last one where they meet. */
export function addRun(runs: EntryRun[], run: EntryRun): void {
  const last = runs.at(-1);
  if (last?.rank === run.rank && last.at + last.count === run.at) runs[runs.length - 1] = { ...last, count: last.count + run.count };
  else runs.push(run);
}

/** Entries in all lines before line `upto`. @param before Those before the first line. */
export function sumsAt(before: Sums, entries: readonly EntryRun[], upto: number): Sums {
  const sums = [...before];
  for (const { at, count, rank } of entries) {
    if (at >= upto) break;
    sums[rank] = (sums[rank] ?? 0) + Math.min(count, upto - at);
  }
  return sums;
}

/** The line of the entry with this number, from 1, among those of this rank or a higher one; undefined if there are fewer. */
export function entryAt(entries: readonly EntryRun[], rank: number, number: number): number | undefined {
  let left = number;
  for (const run of entries) {
    if (run.rank < rank) continue;
    if (left <= run.count) return run.at + left - 1;
    left -= run.count;
  }
  return undefined;
}

export function timeOf({ times }: LineIndex, line: number): number {
  return times.findLast(({ at }) => at <= line)?.time ?? 0;
}

/** The first line at or after this time. */
export function lineAtTime({ times }: LineIndex, time: number): number | undefined {
  return times.find((run) => run.time >= time)?.at;
}

/** An index as it is in a sealed page, with times in whole ms. */
export function encodeIndex({ times, entries }: LineIndex): Buffer {
  const bytes: number[] = [];
  const add = (value: number): void => {
    let left = value;
    for (; left > 127; left = Math.floor(left / 128)) bytes.push((left % 128) + 128);
    bytes.push(left);
  };
  add(times.length);
  for (const [number, { at, time }] of times.entries()) {
    const last = times[number - 1] ?? { at: 0, time: times[0]?.time ?? 0 };
    add(at - last.at);
    add(Math.floor(time) - Math.floor(last.time));
  }
  let end = 0;
  add(entries.length);
  for (const run of entries) {
    add(run.at - end);
    add(RANKS * (run.count - 1) + run.rank);
    end = run.at + run.count;
  }
  return Buffer.from(bytes);
}

/** The index in these bytes; undefined if they are not the index of so many lines, the first of this time. */
export function decodeIndex(data: Buffer, { count, time }: { readonly count: number; readonly time: number }): LineIndex | undefined {
  let offset = 0;
  let isCut = false;
  const next = (): number => {
    let [value, scale, byte] = [0, 1, 128];
    for (; byte > 127 && offset < data.length; scale *= 128, offset += 1) {
      byte = data[offset] ?? 0;
      value += (byte % 128) * scale;
    }
    isCut ||= byte > 127;
    return value;
  };
  const times: TimeRun[] = [];
  for (let left = next(), run: TimeRun = { at: 0, time: Math.floor(time) }; left > 0; left -= 1) {
    run = { at: run.at + next(), time: run.time + next() };
    if (isCut || run.at >= count) return undefined;
    times.push(run);
  }
  const entries: EntryRun[] = [];
  let end = 0;
  for (let left = next(); left > 0; left -= 1) {
    const at = end + next();
    const code = next();
    end = at + Math.floor(code / RANKS) + 1;
    if (isCut || end > count) return undefined;
    entries.push({ at, count: end - at, rank: code % RANKS });
  }
  return !isCut && offset === data.length && times[0]?.at === 0 ? { times, entries } : undefined;
}
