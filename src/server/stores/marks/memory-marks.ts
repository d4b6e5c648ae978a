import type { Line } from '../../../protocol/line.ts';
import type {
  GroupsQuery,
  GroupsResult,
  LevelsPart,
  LevelsQuery,
  LevelsResult,
  LogGroup,
  LogTail,
  SeekQuery,
  SeekResult,
} from '../../store.ts';
import { describeGroup, isAround } from './describe-group.ts';
import { EntrySums } from '../../../protocol/sums/entry-sums.ts';
import { trackGroups, type StoredGroup } from './group-tracker.ts';
import { rangeWithin } from './query-range.ts';
import { countsBetween, entryRank, rankOf } from '../../../protocol/sums/ranks.ts';

/** A log as it is held. */
export interface HeldLog {
  readonly tail: LogTail;
  /** Lines `tail.first` to `tail.head`. */
  readonly lines: readonly Line[];
}

/** The marks of one log, in memory. */
export class MemoryMarks {
  readonly #sums = new EntrySums();
  #groups: StoredGroup[] = [];
  #open: { readonly open: readonly number[]; readonly last?: number } = { open: [] };
  #isPiece = false;
  #time = 0;

  /** Adds the next line, which has this number. */
  add([time, , extra]: Line, line: number): void {
    this.#sums.add(entryRank(extra, this.#isPiece));
    this.#isPiece = extra?.p === 1;
    if (extra !== undefined && (extra.g !== undefined || extra.e !== undefined || extra.u !== undefined)) {
      const table = { get: (first: number) => this.#groupAt(first), put: (group: StoredGroup) => this.#put(group) };
      this.#open = trackGroups(this.#open, { line, time, extra, timeBefore: this.#time }, table);
    }
    this.#time = time;
  }

  /** Forgets what concerns only lines before `first`. */
  trim(first: number): void {
    this.#sums.drop(first);
    this.#groups = this.#groups.filter(({ endedBy }) => endedBy === undefined || endedBy >= first);
  }

  levels({ tail, lines }: HeldLog, query: LevelsQuery): LevelsResult {
    const { after, upto } = rangeWithin(query, tail);
    const parts: LevelsPart[] = [];
    let from = after;
    let before = this.#sums.upTo(after);
    for (let part = 1; part <= query.parts; part += 1) {
      const last = after + Math.floor(((upto - after) * part) / query.parts);
      if (last === from) continue;
      const through = this.#sums.upTo(last);
      parts.push({ last, time: lines[from + 1 - tail.first]?.[0] ?? 0, counts: countsBetween(before, through) });
      [from, before] = [last, through];
    }
    return { tail, after, upto, parts };
  }

  groups({ tail }: HeldLog, query: GroupsQuery): GroupsResult {
    const { after, upto } = rangeWithin(query, tail);
    const describe = (group: StoredGroup): LogGroup => describeGroup(group, upto, tail, (line) => this.#sums.upTo(line));
    const from = this.#indexOf(after + 1);
    const groups: LogGroup[] = [];
    let more = false;
    for (let at = from; !more; at += 1) {
      const group = this.#groups[at];
      if (group === undefined || group.line > upto) break;
      if (group.d > query.depth) continue;
      more = groups.length === query.limit;
      if (!more) groups.push(describe(group));
    }
    const around: LogGroup[] = [];
    // Whatever holds line `after` was open when the last group before it began.
    for (let group = this.#groups[from - 1]; group !== undefined; group = this.#parentOf(group))
      if (group.d <= query.depth && isAround(group, after, upto, tail)) around.unshift(describe(group));
    return { tail, after, upto, more, around, groups };
  }

  seek({ tail, lines }: HeldLog, query: SeekQuery): SeekResult {
    const line = this.#seek(tail, lines, query);
    const held = line === undefined ? undefined : lines[line - tail.first];
    return { tail, found: line === undefined || held === undefined ? undefined : { line, time: held[0] } };
  }

  #seek(tail: LogTail, lines: readonly Line[], query: SeekQuery): number | undefined {
    switch (query.kind) {
      case 'time':
        return tail.first + lowerBound(lines.length, (at) => (lines[at]?.[0] ?? 0) >= query.time);
      case 'next':
        return this.#sums.next(rankOf(query.level), Math.max(query.after, tail.first - 1));
      case 'previous':
        return query.before > tail.first ? this.#sums.previous(rankOf(query.level), query.before) : undefined;
    }
  }

  /** The index of the first group that begins at this line or later. */
  #indexOf(line: number): number {
    return lowerBound(this.#groups.length, (at) => (this.#groups[at]?.line ?? 0) >= line);
  }

  #groupAt(first: number): StoredGroup | undefined {
    const group = this.#groups[this.#indexOf(first)];
    return group?.line === first ? group : undefined;
  }

  #parentOf({ parent }: StoredGroup): StoredGroup | undefined {
    return parent === undefined ? undefined : this.#groupAt(parent);
  }

  #put(group: StoredGroup): void {
    const at = this.#indexOf(group.line);
    this.#groups[at] = group;
  }
}

/** The first index that passes `test`, which all later ones must pass too; `length` if there is none. */
function lowerBound(length: number, test: (at: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (test(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
