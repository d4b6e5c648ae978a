import { continueEntry, extendEntry, type EntryMark, type EntryState } from './entries.ts';
import { markGroups, NO_GROUPS, type GroupMarks, type GroupState } from './groups.ts';
import { LEVEL, type Level } from './level.ts';
import { lineLevel } from './line-level.ts';
import { followRow, NO_ROWS, type RowState } from './rows.ts';

/** The state carried from line to line. Plain data: it survives JSON, and its size is bounded. */
export interface MarkState {
  /** The entry that the next line may continue; leave it out when another writer writes that line. */
  readonly entry?: EntryState;
  /** The rows of the screen that the next line may rewrite; leave them out when another writer writes that line. */
  readonly rows?: RowState;
  /** The open groups of the log, of all writers. */
  readonly groups: GroupState;
}

/** The state before the first line of a log. */
export const UNMARKED: MarkState = { groups: NO_GROUPS };

/** The marks of a line, as keys of its `extra`. */
export interface Marks extends GroupMarks {
  /** Level: its own, or that of the entry it continues. */
  readonly l?: Level;
  /** It continues the entry above it. */
  readonly k?: 1;
  /** It rewrites a row of the screen that was counted at this level or a worse one. */
  readonly r?: 1;
}

/**
 * Marks one logical line, given as it was written and as it is shown by itself. A level that its writer gave stands in place of one
 * that the text names; the line then continues only an entry of that level, unless its writer said that it continues the one above it. Of a line stored in pieces, the first one is marked; the
 * others have its `l` and `k`, and no other marks.
 */
export function markLine(
  { entry, rows = NO_ROWS, groups }: MarkState,
  text: string,
  shown: string,
  given?: Level,
  isContinuation = false,
): { readonly marks: Marks; readonly state: MarkState } {
  const { level, continues, state } =
    (isContinuation ? extendEntry(entry) : undefined) ??
    (given === undefined ? continueEntry(entry, shown, lineLevel(shown)) : enter(entry, shown, given));
  const row = followRow(rows, text, continues ? undefined : level);
  const grouped = markGroups(groups, text, shown);
  const marks: { -readonly [Key in keyof Marks]: Marks[Key] } = { ...grouped.marks };
  if (level !== undefined) marks.l = level;
  if (continues) marks.k = 1;
  if (row.rewrites) marks.r = 1;
  return {
    marks,
    state: state === undefined ? { rows: row.state, groups: grouped.state } : { entry: state, rows: row.state, groups: grouped.state },
  };
}

function enter(entry: EntryState | undefined, shown: string, given: Level): EntryMark {
  const mark = entry?.level === given ? continueEntry(entry, shown, undefined) : undefined;
  return mark?.continues === true ? mark : continueEntry(undefined, shown, given);
}

/** Whether the next line may have marks, or change the state, because of the entry above it alone: its text need not say anything. */
export function affectsNextLine(entry: EntryState | undefined): boolean {
  return entry !== undefined && (entry.trace !== undefined || (entry.level ?? LEVEL.trace) >= LEVEL.warn);
}
