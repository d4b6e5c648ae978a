import { MAX_GROUP_DEPTH, type GroupStart } from '../line.ts';
import { BUILDKITE, groupMarkers, type GroupMarker } from './group-markers.ts';

/** The most groups that may be open. */
const MAX_OPEN = MAX_GROUP_DEPTH + 1;

/** The groups that are open after a line. Plain data: it survives JSON, and its size is bounded. */
export interface GroupState {
  /** The key of each open group, outermost first. */
  readonly open: readonly string[];
  /**
   * How many starts were too deep to be groups, and have not ended: first those with the key of no open group, then those with the key
   * of each.
   */
  readonly tooDeep?: readonly number[];
  /** The log has had a `~~~ ` line, so the other markers of Buildkite count. */
  readonly buildkite?: 1;
  /** A group has begun in the log. */
  readonly begun?: 1;
}

export const NO_GROUPS: GroupState = { open: [] };

/** The groups that begin and end with a line, as keys of its `extra`. */
export interface GroupMarks {
  readonly g?: GroupStart;
  /** Groups that end: before this line if it begins a group, otherwise with it. */
  readonly e?: number;
  /** The group that is open, or ended last, is to be shown open. */
  readonly u?: 1;
}

/** The state as the text that a store keeps with a log, at most 16 KiB; empty where no group is open and none of Buildkite counts. */
export function encodeGroups(state: GroupState): string {
  return state.open.length === 0 && Object.keys(state).length === 1 ? '' : JSON.stringify(state);
}

/** The state in a text of {@link encodeGroups}; none for one that cannot be read. */
export function decodeGroups(text: string): GroupState {
  if (text === '') return NO_GROUPS;
  try {
    const value: unknown = JSON.parse(text);
    if (isGroupState(value)) return value;
  } catch {
    // As if no group were open.
  }
  return NO_GROUPS;
}

function isGroupState(value: unknown): value is GroupState {
  if (typeof value !== 'object' || value === null) return false;
  const { open, tooDeep, buildkite, begun } = value as Record<string, unknown>;
  return (
    Array.isArray(open) &&
    open.length <= MAX_OPEN &&
    open.every((key) => typeof key === 'string') &&
    (tooDeep === undefined || (Array.isArray(tooDeep) && tooDeep.length <= MAX_OPEN + 1 && tooDeep.every(Number.isSafeInteger))) &&
    (buildkite === undefined || buildkite === 1) &&
    (begun === undefined || begun === 1)
  );
}

const NO_MARKS: GroupMarks = {};

/** Applies the markers of a line, given as it was written and as it is shown, to the groups that are open before it. */
export function markGroups(state: GroupState, text: string, shown: string): { readonly marks: GroupMarks; readonly state: GroupState } {
  const markers = groupMarkers(text, shown);
  return markers.length === 0 ? { marks: NO_MARKS, state } : new GroupLine(state).apply(markers);
}

/** Applies the markers of one line: ends first, then at most one start. */
class GroupLine {
  readonly #open: string[];
  readonly #before: number;
  #tooDeep: number[];
  #buildkite: boolean;
  #begun: boolean;
  #start: Extract<GroupMarker, { kind: 'start' }> | undefined;
  #shownOpen = false;

  constructor({ open, tooDeep, buildkite, begun }: GroupState) {
    this.#open = [...open];
    this.#before = open.length;
    this.#tooDeep = [...(tooDeep ?? [])];
    this.#buildkite = buildkite === 1;
    this.#begun = begun === 1;
  }

  apply(markers: readonly GroupMarker[]): { marks: GroupMarks; state: GroupState } {
    for (const marker of markers) this.#read(marker);
    const ended = this.#before - this.#open.length;
    const g = this.#begin();
    const marks = { ...(g && { g }), ...(ended > 0 && { e: ended }), ...(this.#shownOpen && { u: 1 as const }) };
    const state = {
      open: this.#open,
      ...(this.#tooDeep.some((count) => count > 0) && { tooDeep: this.#tooDeep }),
      ...(this.#buildkite && { buildkite: 1 as const }),
      ...(this.#begun && { begun: 1 as const }),
    };
    return { marks, state };
  }

  #read(marker: GroupMarker): void {
    if (marker.kind === 'open') this.#shownOpen ||= this.#buildkite && this.#begun;
    else if (marker.kind === 'end') this.#end(marker.key);
    else if (marker.key !== BUILDKITE) this.#start ??= marker;
    else this.#readBuildkite(marker);
  }

  /** A Buildkite group ends where the next one begins. */
  #readBuildkite(marker: Extract<GroupMarker, { kind: 'start' }>): void {
    this.#buildkite ||= marker.guard === 1;
    if (!this.#buildkite || this.#start !== undefined) return;
    this.#close(this.#open.lastIndexOf(BUILDKITE));
    this.#start = marker;
  }

  #end(key: string): void {
    // A group that ends on the line where it begins is ignored.
    const index = this.#open.lastIndexOf(key);
    const tooDeep = this.#tooDeep[index + 1] ?? 0;
    if (this.#start?.key === key) this.#start = undefined;
    else if (tooDeep > 0) this.#tooDeep[index + 1] = tooDeep - 1;
    else this.#close(index);
  }

  /** Closes an open group, and the groups inside it. */
  #close(index: number): void {
    if (index === -1) return;
    this.#open.length = index;
    this.#tooDeep = [];
  }

  #begin(): GroupStart | undefined {
    if (this.#start === undefined) return undefined;
    const { key, title, open } = this.#start;
    if (this.#open.length >= MAX_OPEN) {
      // Groups of Buildkite have no ends to wait for.
      if (key !== BUILDKITE) this.#await(key);
      return undefined;
    }
    this.#open.push(key);
    this.#begun = true;
    return { t: title, d: this.#open.length - 1, ...(open === undefined ? {} : { o: open }) };
  }

  /** Notes that a start was too deep. */
  #await(key: string): void {
    const at = this.#open.lastIndexOf(key) + 1;
    while (this.#tooDeep.length <= at) this.#tooDeep.push(0);
    this.#tooDeep[at] = (this.#tooDeep[at] ?? 0) + 1;
  }
}
