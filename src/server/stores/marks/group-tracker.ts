import type { LineExtra } from '../../../protocol/line.ts';

/** A group as a store keeps it. */
export interface StoredGroup {
  readonly line: number;
  readonly t: string;
  readonly d: number;
  readonly o?: 0 | 1;
  /** When its first line was written, unix ms. */
  readonly time: number;
  /** The first line of the group around it. */
  readonly parent?: number;
  /** Its last line, and when that was written. */
  readonly end?: number;
  readonly until?: number;
  /** The line whose mark `e` ended it: its last line, or the next one if that begins a group. */
  readonly endedBy?: number;
  /** The first line whose mark `u` opened it. */
  readonly shown?: number;
}

/** A line with marks of groups. */
export interface GroupLine {
  readonly line: number;
  readonly time: number;
  readonly extra: LineExtra;
  /** When the line before it was written: groups that end before this line end there. */
  readonly timeBefore: number;
}

/** The groups of a log, by their first line. */
export interface GroupTable {
  get(line: number): StoredGroup | undefined;
  put(group: StoredGroup): void;
}

/**
 * Applies the marks of a line to the groups of a log. `open` are the first lines of the groups that are open before it, outermost
 * first; the result is those that are open after it. `last` is the group that ended last: a later mark may still open it.
 */
export function trackGroups(
  { open, last }: { readonly open: readonly number[]; readonly last?: number },
  { line, time, extra, timeBefore }: GroupLine,
  table: GroupTable,
): { readonly open: readonly number[]; readonly last?: number } {
  const stack = [...open];
  let ended = last;
  // Before a line that begins a group, others ended with the line before.
  const [end, until] = extra.g === undefined ? [line, time] : [line - 1, timeBefore];
  for (let left = extra.e ?? 0; left > 0; left -= 1) {
    const closing = stack.pop();
    const group = closing === undefined ? undefined : table.get(closing);
    if (group === undefined) continue;
    table.put({ ...group, end, until, endedBy: line });
    ended = closing;
  }
  if (extra.u === 1) {
    const shown = stack.at(-1) ?? ended;
    const group = shown === undefined ? undefined : table.get(shown);
    if (group !== undefined && group.shown === undefined) table.put({ ...group, shown: line });
  }
  if (extra.g !== undefined) {
    const parent = stack.at(-1);
    table.put({ line, ...extra.g, time, ...(parent !== undefined && { parent }) });
    stack.push(line);
  }
  return { open: stack, ...(ended !== undefined && { last: ended }) };
}
