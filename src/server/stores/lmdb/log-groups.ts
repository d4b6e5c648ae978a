import type { Database } from 'lmdb';
import type { LineExtra } from '../../../protocol/line.ts';
import type { ExtraRun } from '../../lines/extra-runs.ts';
import { trackGroups, type GroupTable, type StoredGroup } from '../marks/group-tracker.ts';
import { entryRank, type Sums } from '../../../protocol/sums/ranks.ts';
import type { LineKey } from './block-table.ts';
import { DamagedLogError, type MarksBefore } from './block.ts';
import type { LogMarks } from './log-record.ts';
import { jsonArray } from './json-array.ts';

/** A group with the entries up to the line before it and, once it has ended, up to its last line. */
export interface CountedGroup extends StoredGroup {
  readonly before: Sums;
  readonly inside?: Sums;
}

/** Of the counts of a group only those of warnings and above are kept. */
const KEPT_FROM = 3;

/** The groups of all logs. */
export class LogGroups {
  readonly #groups: Database<Buffer, LineKey>;

  constructor(groups: Database<Buffer, LineKey>) {
    this.#groups = groups;
  }

  get(id: number, line: number): CountedGroup | undefined {
    const data = this.#groups.get([id, line]);
    return data === undefined ? undefined : decodeGroup(line, data);
  }

  put(id: number, group: CountedGroup): void {
    this.#groups.putSync([id, group.line], encodeGroup(group));
  }

  /** The last group that begins at this line or before. */
  last(id: number, line: number): CountedGroup | undefined {
    const [key] = this.#groups.getKeys({ start: [id, line], end: [id, 0], reverse: true, limit: 1 });
    return key === undefined ? undefined : this.get(id, key[1]);
  }

  /** The groups that begin at this line or later, in order. */
  *from(id: number, line: number): Generator<CountedGroup> {
    for (const { key, value } of this.#groups.getRange({ start: [id, line], end: [id, Number.POSITIVE_INFINITY] }))
      yield decodeGroup(key[1], value);
  }

  /** Deletes at most `limit` groups that a line below `first` ended; returns whether there may be more. */
  sweep(id: number, first: number, limit: number): boolean {
    const groups = [...this.#groups.getRange({ start: [id, 0], end: [id, first], limit: 2 * limit })];
    let deleted = 0;
    // The others hold line `first`, or end right before it. They are nested, so that there are few.
    for (const { key, value } of groups) {
      if (first !== Number.POSITIVE_INFINITY && (decodeGroup(key[1], value).endedBy ?? first) >= first) continue;
      this.#groups.removeSync(key);
      deleted += 1;
      if (deleted === limit) return true;
    }
    return false;
  }
}

/** What a batch changes in the groups of its log. Nothing is written, so that damage found on the way leaves no half of it. */
export class GroupChanges implements GroupTable {
  readonly #stored: (line: number) => CountedGroup | undefined;
  readonly #changed = new Map<number, CountedGroup>();
  #line = 0;
  #before: Sums = [];
  #sums: Sums = [];

  constructor(stored: (line: number) => CountedGroup | undefined) {
    this.#stored = stored;
  }

  /** The groups to store. */
  get changed(): Iterable<CountedGroup> {
    return this.#changed.values();
  }

  get(line: number): CountedGroup | undefined {
    return this.#changed.get(line) ?? this.#stored(line);
  }

  put(group: StoredGroup): void {
    const { before = this.#before, inside } = this.get(group.line) ?? {};
    const ended = inside ?? (group.end === this.#line ? this.#sums : this.#before);
    this.#changed.set(group.line, { ...group, before, ...(group.end !== undefined && { inside: ended }) });
  }

  /** Applies the marks of lines with these extras, the first of which is line `from`; returns which groups are open after them. */
  track(
    { open, last, ...marks }: LogMarks,
    runs: readonly ExtraRun[],
    { from, time, timeBefore }: { readonly from: number; readonly time: number; readonly timeBefore: number },
  ): Omit<LogMarks, keyof MarksBefore> {
    let groups: Pick<LogMarks, 'open' | 'last'> = { open, ...(last !== undefined && { last }) };
    let { isNested } = marks;
    if (!runs.some(([, , extra]) => hasMarker(extra))) return { ...groups, isNested };
    const sums = [...marks.sums];
    let isPiece = marks.isPiece;
    let next = 0;
    for (const { at, extra } of linesOf(runs)) {
      const before = hasMarker(extra) ? [...sums] : sums;
      const rank = entryRank(extra, isPiece && at === next);
      isPiece = extra.p === 1;
      next = at + 1;
      if (rank >= 0) sums[rank] = (sums[rank] ?? 0) + 1;
      if (!hasMarker(extra)) continue;
      this.#line = from + at;
      this.#before = before;
      this.#sums = [...sums];
      groups = trackGroups(groups, { line: this.#line, time, extra, timeBefore: at === 0 ? timeBefore : time }, this);
      isNested &&= extra.g === undefined || extra.g.d === groups.open.length - 1;
    }
    return { ...groups, isNested };
  }
}

/** The lines with an extra, by index. */
function* linesOf(runs: readonly ExtraRun[]): Generator<{ readonly at: number; readonly extra: LineExtra }> {
  for (const [from, count, extra] of runs) for (let at = from; at < from + count; at += 1) yield { at, extra };
}

function hasMarker(extra: LineExtra): boolean {
  return extra.g !== undefined || extra.e !== undefined || extra.u !== undefined;
}

function encodeGroup({ t, d, o, time, parent, end, until, endedBy, shown, before, inside }: CountedGroup): Buffer {
  const start = [t, d, o ?? null, time, parent ?? 0, shown ?? 0];
  const counts = [before, inside ?? []].map((sums) => sums.slice(KEPT_FROM));
  return Buffer.from(JSON.stringify([...start, end ?? 0, until ?? 0, endedBy ?? 0, ...counts]));
}

function decodeGroup(line: number, data: Buffer): CountedGroup {
  const [t, d, o, time, parent, shown, end, until, endedBy, before, inside] = jsonArray(data);
  const numbers = [d, time, parent, shown, end, until, endedBy];
  if (typeof t !== 'string' || !isCounts(numbers) || !isCounts(before) || !isCounts(inside)) throw new DamagedLogError(UNREADABLE);
  const [depth = 0, begun = 0, outer = 0, opened = 0, last = 0, ended = 0, by = 0] = numbers;
  // Parents are followed: they come before.
  if (outer >= line) throw new DamagedLogError(UNREADABLE);
  return {
    line,
    t,
    d: depth,
    ...((o === 0 || o === 1) && { o }),
    time: begun,
    ...(outer > 0 && { parent: outer }),
    ...(opened > 0 && { shown: opened }),
    ...(last > 0 && { end: last, until: ended, endedBy: by, inside: fromKept(inside) }),
    before: fromKept(before),
  };
}

const UNREADABLE = 'A group of lines cannot be read.';

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((count) => typeof count === 'number');
}

function fromKept([warn = 0, error = 0, fatal = 0]: readonly number[]): Sums {
  return [0, 0, 0, warn, error, fatal];
}
