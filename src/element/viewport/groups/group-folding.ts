import type { Range } from '../../../worker/api.ts';
import type { GroupOutline, OutlineGroup } from './group-outline.ts';
import { MAX_GROUPS } from './limits.ts';

/** `auto` closes what a reader rarely looks for, `open` opens all groups. */
export type FoldingMode = 'auto' | 'open';

/** A log with more lines than this, and at least so many groups of depth 0, closes groups by itself. */
export const CLOSES = { lines: 500, topLevel: 3 } as const;

/** A header, or a closed group with all of its lines. */
export interface GroupSpan extends Range {
  readonly group: OutlineGroup;
  readonly isOpen: boolean;
}

export interface FoldingInput {
  readonly outline: GroupOutline;
  readonly mode: FoldingMode;
  /** The first line that is held by the server, and the last one. */
  readonly first: number;
  readonly head: number;
  /** Lines on screen. */
  readonly visible: Range;
  /** The line that the reader went to. */
  readonly revealed: number | undefined;
}

/** Which groups are closed. */
export class GroupFolding {
  /** What the reader did: groups that were opened (true) or closed, by their first lines. */
  readonly #chosen = new Map<number, boolean>();
  /** Groups that were open when this was last decided. */
  #open: ReadonlySet<number> = new Set();
  /** Groups that would be closed if they were not on screen. */
  #watched: readonly OutlineGroup[] = [];

  /** Whether a group closes now because the reader looks elsewhere. */
  isDue(visible: Range): boolean {
    return this.#watched.some((group) => !isVisible(group, visible));
  }

  /** Whether a group is open; as of the last decision. */
  isOpen(line: number): boolean {
    return this.#open.has(line);
  }

  /** The reader opened or closed a group. */
  choose(line: number, open: boolean): void {
    this.#chosen.delete(line);
    this.#chosen.set(line, open);
    for (const oldest of this.#chosen.keys()) {
      if (this.#chosen.size <= MAX_GROUPS) break;
      this.#chosen.delete(oldest);
    }
  }

  /** Decides which groups are closed. The result is in order; closed groups hide those inside them. */
  decide(input: FoldingInput): GroupSpan[] {
    const { outline, first, head } = input;
    const closesByItself = head > CLOSES.lines && outline.topLevel >= CLOSES.topLevel;
    const open = new Set<number>();
    const watched: OutlineGroup[] = [];
    const spans: GroupSpan[] = [];
    let hiddenTo = 0;
    for (const group of outline.groups) {
      const { line } = group;
      const end = Math.min(group.end ?? head, head);
      if (end < first) continue;
      const wants = this.#wantsOpen(group, input, closesByItself);
      const isWatched = wants === undefined && this.#open.has(line) && isVisible(group, input.visible);
      if (isWatched) watched.push(group);
      const isOpen = wants ?? isWatched;
      if (isOpen) open.add(line);
      if (line <= hiddenTo || line > head) continue;
      // Retention took the header: what is left is shown.
      if (line < first) continue;
      if (!isOpen) hiddenTo = end;
      spans.push({ from: line, to: isOpen ? line : end, group, isOpen });
    }
    this.#open = open;
    this.#watched = watched;
    return spans;
  }

  clear(): void {
    this.#chosen.clear();
    this.#open = new Set();
    this.#watched = [];
  }

  /** Undefined: it closes unless the reader looks at it. */
  #wantsOpen(group: OutlineGroup, { mode, revealed }: FoldingInput, closesByItself: boolean): boolean | undefined {
    const { line, end, error, o } = group;
    if (revealed !== undefined && revealed > line && revealed <= (end ?? Infinity)) return true;
    const chosen = this.#chosen.get(line);
    if (chosen !== undefined) return chosen;
    if (mode === 'open' || error > 0) return true;
    if (o !== undefined) return o === 1;
    return end !== undefined && closesByItself ? undefined : true;
  }
}

function isVisible({ line, end }: OutlineGroup, { from, to }: Range): boolean {
  return line <= to && (end ?? Infinity) >= from;
}
