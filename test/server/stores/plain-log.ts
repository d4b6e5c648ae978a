import type { Line, LineExtra } from '../../../src/protocol/line.ts';
import type { Batch, GroupsQuery, LevelCounts, LogGroup, Retention, SeekQuery } from '../../../src/server/store.ts';
import { unpackLines } from '../../../src/server/lines/packed-lines.ts';

type Writable = { -readonly [K in keyof LogGroup]: LogGroup[K] };

/** What a log is, in the simplest words: all of its lines since it began, and how many of them are gone. */
export class PlainLog {
  readonly #history: Line[] = [];
  first = 1;
  end: number | undefined;
  carry = '';
  groupsText = '';

  get head(): number {
    return this.#history.length;
  }

  get time(): number {
    return this.#history.at(-1)?.[0] ?? 0;
  }

  /** Whether a batch without conditions on the head was appended. */
  append({ lines, time, carryIn, carryOut, groupsIn, groupsOut, follows, end }: Batch): boolean {
    const isRefused =
      this.end !== undefined ||
      carryIn !== this.carry ||
      (groupsIn !== undefined && groupsIn !== this.groupsText) ||
      (follows !== undefined && follows !== this.head);
    if (isRefused) return false;
    const at = Math.max(time, this.time);
    this.#history.push(...unpackLines(lines, at));
    if (lines.count > 0) {
      this.carry = carryOut;
      this.groupsText = groupsOut ?? this.groupsText;
    }
    this.end = end;
    return true;
  }

  trim(retain: Retention, now: number): void {
    const isKept = (line: number): boolean =>
      (retain.lines === undefined || this.head - line < retain.lines) &&
      (retain.bytes === undefined || this.#textBytes(line) <= retain.bytes) &&
      (retain.age === undefined || this.#timeOf(line) >= now - retain.age);
    while (this.first <= this.head && !isKept(this.first)) this.first += 1;
  }

  /** A range as a query means it. */
  within(after: number, upto: number): { after: number; upto: number } {
    const from = Math.min(Math.max(after, this.first - 1), this.head);
    return { after: from, upto: Math.max(from, Math.min(upto, this.head)) };
  }

  timeOf(line: number): number | undefined {
    return line >= this.first && line <= this.head ? this.#timeOf(line) : undefined;
  }

  /** How many entries of each level are among the lines after one up to another. */
  counts(after: number, upto: number): LevelCounts {
    const ranks = this.#entries(after, upto).map((line) => this.#rankOf(line));
    const count = (rank: number): number => ranks.filter((other) => other === rank).length;
    return [count(0), count(1), count(2), count(3), count(4), count(5)];
  }

  groups(query: GroupsQuery): { after: number; upto: number; more: boolean; around: LogGroup[]; groups: LogGroup[] } {
    const { after, upto } = this.within(query.after, query.upto);
    const held = this.#groupsAsOf(upto).filter(({ d, end }) => d <= query.depth && (end === undefined || end >= this.first));
    const later = held.filter(({ line }) => line > after);
    return {
      after,
      upto,
      more: later.length > query.limit,
      around: held.filter(({ line, end }) => line <= after && (end === undefined || end >= after)),
      groups: later.slice(0, query.limit),
    };
  }

  seek(query: SeekQuery): { line: number; time: number } | undefined {
    const lines = Array.from({ length: this.head - this.first + 1 }, (_, index) => this.first + index);
    const isOf = (level: number, line: number): boolean => this.#rankOf(line) >= Math.ceil(level / 4) - 1;
    const entries = this.#entries(this.first - 1, this.head);
    let found: number | undefined;
    switch (query.kind) {
      case 'time':
        found = lines.find((line) => this.#timeOf(line) >= query.time);
        break;
      case 'next':
        found = entries.find((line) => line > query.after && isOf(query.level, line));
        break;
      case 'previous':
        found = entries.findLast((line) => line < query.before && isOf(query.level, line));
    }
    return found === undefined ? undefined : { line: found, time: this.#timeOf(found) };
  }

  #groupsAsOf(upto: number): LogGroup[] {
    const all: Writable[] = [];
    const open: Writable[] = [];
    let ended: Writable | undefined;
    for (let line = 1; line <= upto; line += 1) {
      const { g, e = 0, u } = this.#extraOf(line);
      const last = g === undefined ? line : line - 1;
      for (const group of open.splice(Math.max(0, open.length - e)).reverse()) {
        Object.assign(group, { end: last, until: this.#timeOf(last) });
        ended = group;
      }
      const shown = open.at(-1) ?? ended;
      if (u === 1 && shown !== undefined) shown.o = 1;
      if (g === undefined) continue;
      const group: Writable = { line, ...g, time: this.#timeOf(line), warn: 0, error: 0 };
      all.push(group);
      open.push(group);
    }
    if (this.end !== undefined && upto === this.head) for (const group of open) Object.assign(group, { end: upto, until: this.time });
    for (const group of all) {
      const counts = this.counts(Math.max(group.line, this.first) - 1, group.end ?? upto);
      group.warn = counts[3];
      group.error = counts[4] + counts[5];
    }
    return all;
  }

  #entries(after: number, upto: number): number[] {
    return Array.from({ length: Math.max(0, upto - after) }, (_, index) => after + 1 + index).filter((line) => {
      const { l, k, r } = this.#extraOf(line);
      return l !== undefined && k === undefined && r === undefined && this.#extraOf(line - 1).p === undefined;
    });
  }

  #rankOf(line: number): number {
    return Math.ceil((this.#extraOf(line).l ?? 0) / 4) - 1;
  }

  #textBytes(from: number): number {
    return this.#history.slice(from - 1).reduce((sum, [, text]) => sum + Buffer.byteLength(text), 0);
  }

  #timeOf(line: number): number {
    return this.#history[line - 1]?.[0] ?? 0;
  }

  #extraOf(line: number): LineExtra {
    return this.#history[line - 1]?.[2] ?? {};
  }
}
