import type { Database } from 'lmdb';
import type { StoredGroup } from '../marks/group-tracker.ts';
import type { Sums } from '../marks/ranks.ts';
import type { LineKey } from './block-table.ts';
import { DamagedLogError } from './block.ts';

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

  /** The last group that begins at this line or before. */
  last(id: number, line: number): CountedGroup | undefined {
    const [key] = this.#groups.getKeys({ start: [id, line], end: [id, 0], reverse: true, limit: 1 });
    return key === undefined ? undefined : this.get(id, key[1]);
  }

  /** The first group that begins at this line or later. */
  next(id: number, line: number): CountedGroup | undefined {
    const [key] = this.#groups.getKeys({ start: [id, line], end: [id, Number.POSITIVE_INFINITY], limit: 1 });
    return key === undefined ? undefined : this.get(id, key[1]);
  }

  /** Deletes at most `limit` groups whose last line is below `first`; returns whether there may be more. */
  sweep(id: number, first: number, limit: number): boolean {
    const groups = [...this.#groups.getRange({ start: [id, 0], end: [id, first], limit: 2 * limit })];
    let deleted = 0;
    // Not deleted are groups that hold line `first`: they are nested, so that there are few.
    for (const { key, value } of groups) {
      if (first !== Number.POSITIVE_INFINITY && (decodeGroup(key[1], value).end ?? first) >= first) continue;
      this.#groups.removeSync(key);
      deleted += 1;
      if (deleted === limit) return true;
    }
    return false;
  }
}

function decodeGroup(line: number, data: Buffer): CountedGroup {
  const [t, d, o, time, parent, end, until, before, inside] = parse(data);
  if (
    typeof t === 'string' &&
    typeof d === 'number' &&
    (o === null || o === 0 || o === 1) &&
    typeof time === 'number' &&
    typeof parent === 'number' &&
    typeof end === 'number' &&
    typeof until === 'number' &&
    // Parents are followed: they must come before.
    parent < line &&
    isCounts(before) &&
    isCounts(inside)
  ) {
    const ended = end > 0 ? { end, until, inside: fromKept(inside) } : {};
    return { line, t, d, ...(o !== null && { o }), time, ...(parent > 0 && { parent }), before: fromKept(before), ...ended };
  }
  throw new DamagedLogError('A group of lines cannot be read.');
}

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((count) => typeof count === 'number');
}

function fromKept(counts: readonly number[]): Sums {
  return [...Array.from({ length: KEPT_FROM }, () => 0), ...counts];
}

function parse(data: Buffer): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(data.toString());
    if (Array.isArray(value)) return value;
  } catch {
    // The caller reports it.
  }
  return [];
}
