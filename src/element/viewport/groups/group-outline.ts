import type { GroupsPage, LogGroup } from '../../../protocol/answers/answers.ts';
import type { Line, LineExtra } from '../../../protocol/line.ts';
import { LEVEL } from '../../../protocol/marks/level.ts';
import { MAX_GROUPS } from './limits.ts';

/** Groups dropped at a time, so that many new ones share the cost. */
const DROPPED = 1_000;

/** A group with the first line of the group around it. */
export interface OutlineGroup extends LogGroup {
  readonly parent?: number;
}

type Changed = { -readonly [Key in keyof OutlineGroup]: OutlineGroup[Key] };

/**
 * The groups of a log: as a server listed them up to a line, and from there on by the marks of the lines that follow. Holds a bounded
 * number of consecutive groups, and those around them.
 */
export class GroupOutline {
  #groups: Changed[] = [];
  /** First lines of the groups that are open after line `upto`, outermost first, and of the group that ended last. */
  #open: number[] = [];
  #last: number | undefined;
  #after = 0;
  #upto = 0;
  #isPartial = false;
  #topLevel = 0;
  #version = 0;

  /** Groups that begin after this line are held. */
  get after(): number {
    return this.#after;
  }

  /** The last line that is accounted for. */
  get upto(): number {
    return this.#upto;
  }

  /** Whether groups after the last one held were left out, so that lines cannot be added. */
  get isPartial(): boolean {
    return this.#isPartial;
  }

  /** Changes with the groups. */
  get version(): number {
    return this.#version;
  }

  /** In order of their first lines. */
  get groups(): readonly OutlineGroup[] {
    return this.#groups;
  }

  /** Whether a group has not ended. */
  get hasOpen(): boolean {
    return this.#open.length > 0;
  }

  /** How many groups of depth 0 there are, including those that are not held any more. */
  get topLevel(): number {
    return this.#topLevel;
  }

  /** The line up to which all groups are known. */
  get coveredTo(): number {
    return this.#isPartial ? (this.#groups.at(-1)?.line ?? this.#after) : this.#upto;
  }

  /** Replaces everything by a page. */
  load({ after, upto, more, around, groups }: GroupsPage): void {
    const topLevel = this.#topLevel;
    this.clear();
    this.#after = after;
    this.#upto = upto;
    this.#isPartial = more;
    this.#add([...around, ...groups]);
    this.#topLevel = Math.max(topLevel, this.#topLevel);
  }

  /** Takes over a page that begins after line {@link upto}: it brings the open groups up to date, and adds new ones. */
  extend({ upto, more, around, groups }: GroupsPage): void {
    const fresh = new Map(around.map((group) => [group.line, group]));
    const open = new Set(this.#open);
    // An open group that is not around the line any more lost its last line to retention.
    this.#groups = this.#groups.filter(({ line }) => !open.has(line) || fresh.has(line));
    for (const [index, group] of this.#groups.entries()) {
      const update = fresh.get(group.line);
      if (update !== undefined) this.#groups[index] = { ...update, ...(group.parent !== undefined && { parent: group.parent }) };
    }
    this.#open = this.#groups.filter(({ end }) => end === undefined).map(({ line }) => line);
    this.#upto = upto;
    this.#isPartial = more;
    const known = new Set(this.#groups.map(({ line }) => line));
    this.#add([...around, ...groups].filter(({ line }) => !known.has(line)));
    this.#bound();
  }

  /** Adds line {@link upto} + 1; `isPiece`: it continues the line before, which was stored in pieces. `timeBefore` is when that was written. */
  append([time, , extra]: Line, isPiece = false, timeBefore = time): void {
    const line = (this.#upto += 1);
    if (extra === undefined) return;
    if (extra.g !== undefined) this.#end(extra.e ?? 0, line - 1, timeBefore);
    if (extra.g === undefined) this.#count(extra, isPiece);
    if (extra.g === undefined) this.#end(extra.e ?? 0, line, time);
    if (extra.u === 1) this.#change(this.#open.at(-1) ?? this.#last, (group) => (group.o = 1));
    if (extra.g === undefined) return;
    this.#add([{ line, ...extra.g, time, warn: 0, error: 0 }]);
    this.#count(extra, isPiece);
    this.#bound();
  }

  /** Passes over the lines up to one, as if they had no marks. */
  skipTo(line: number): void {
    this.#upto = Math.max(this.#upto, line);
  }

  /** The log is complete: its last line, {@link upto}, ends all groups. `time` is when it was written. */
  finish(time: number): void {
    this.#end(this.#open.length, this.#upto, time);
  }

  /** Forgets groups that ended before `first`. */
  trim(first: number): void {
    const kept = this.#groups.filter(({ end }) => end === undefined || end >= first);
    if (kept.length === this.#groups.length) return;
    this.#groups = kept;
    this.#version += 1;
  }

  clear(): void {
    this.#groups = [];
    this.#open = [];
    this.#last = undefined;
    this.#after = this.#upto = this.#topLevel = 0;
    this.#isPartial = false;
    this.#version += 1;
  }

  /** The group that begins with a line. */
  at(line: number): OutlineGroup | undefined {
    const group = this.#groups[this.#before(line + 1)];
    return group?.line === line ? group : undefined;
  }

  /** The groups that a line is in, innermost first; a group's first line is in it. */
  *around(line: number): Generator<OutlineGroup, void> {
    let group: OutlineGroup | undefined = this.#groups[this.#before(line + 1)];
    while (group !== undefined) {
      if (group.end === undefined || group.end >= line) yield group;
      group = group.parent === undefined ? undefined : this.at(group.parent);
    }
  }

  /** The first group that begins after a line. */
  following(line: number): OutlineGroup | undefined {
    return this.#groups[this.#before(line + 1) + 1];
  }

  /** Adds groups that begin after all that are held, in order. */
  #add(groups: readonly LogGroup[]): void {
    const stack = this.#groups.length === 0 ? [] : [...this.around(this.#groups.at(-1)?.line ?? 0)].reverse();
    for (const group of groups) {
      let parent = stack.at(-1);
      while (parent?.end !== undefined && parent.end < group.line) {
        stack.pop();
        parent = stack.at(-1);
      }
      const added: Changed = { ...group, ...(parent !== undefined && { parent: parent.line }) };
      this.#groups.push(added);
      stack.push(added);
      if (added.d === 0) this.#topLevel += 1;
      if (added.end === undefined) this.#open.push(added.line);
      else this.#last = added.line;
    }
    this.#version += 1;
  }

  #end(count: number, end: number, until: number): void {
    for (let left = count; left > 0; left -= 1) {
      const line = this.#open.pop();
      if (line === undefined) return;
      this.#change(line, (group) => {
        group.end = end;
        group.until = until;
      });
      this.#last = line;
    }
  }

  /** Counts a warning or an error for the groups that are open. */
  #count({ l = 0, k, r }: LineExtra, isPiece: boolean): void {
    if (l < LEVEL.warn || isPiece || k === 1 || r === 1) return;
    for (const line of this.#open)
      this.#change(line, (group) => {
        if (l >= LEVEL.error) group.error += 1;
        else group.warn += 1;
      });
  }

  /** Replaces a group by a changed one. */
  #change(line: number | undefined, change: (group: Changed) => void): void {
    const index = line === undefined ? -1 : this.#before(line + 1);
    const group = this.#groups[index];
    if (group?.line !== line || group === undefined) return;
    const changed = { ...group };
    change(changed);
    this.#groups[index] = changed;
    this.#version += 1;
  }

  /** Drops the oldest groups that ended, if there are too many. */
  #bound(): void {
    if (this.#groups.length <= MAX_GROUPS) return;
    let left = this.#groups.length - MAX_GROUPS + DROPPED;
    this.#groups = this.#groups.filter((group) => {
      if (left === 0 || group.end === undefined) return true;
      left -= 1;
      this.#after = group.line;
      return false;
    });
    this.#version += 1;
  }

  /** The index of the last group that begins before a line; -1 if there is none. */
  #before(line: number): number {
    let low = 0;
    let high = this.#groups.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#groups[middle]?.line ?? Infinity) < line) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
