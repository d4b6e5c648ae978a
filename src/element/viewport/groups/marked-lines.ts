import type { Line, LineExtra } from '../../../protocol/line.ts';
import { groupMarkers } from '../../../protocol/marks/group-markers.ts';
import { NO_GROUPS, markGroups } from '../../../protocol/marks/groups.ts';
import { LEVEL } from '../../../protocol/marks/level.ts';
import { UNMARKED, markLine, type MarkState } from '../../../protocol/marks/marker.ts';
import { shownText } from '../../../protocol/terminal/shown-text.ts';
import type { LineRun } from '../../../worker/api.ts';
import type { GroupOutline } from './group-outline.ts';

/** Lines with markers, warnings or errors that are kept, at most. */
export const MAX_MARKED = 20_000;

/** A line that says something about groups, or is counted in them. */
interface MarkedLine {
  readonly line: number;
  readonly time: number;
  /** What its markers are read from; undefined for a line without any. */
  readonly text: string | undefined;
  readonly level: Pick<LineExtra, 'l'>;
}

/** The groups of a log whose server marks no lines, as far as its lines are held: those that are not count as lines without markers. */
export class MarkedLines {
  readonly #lines = new Map<number, MarkedLine>();

  /** Lines that are kept. */
  get size(): number {
    return this.#lines.size;
  }

  /** Reads lines. Returns whether any of them changes the groups. */
  read({ from, lines }: LineRun): boolean {
    let state: MarkState = UNMARKED;
    let isChanged = false;
    for (const [at, [time, text]] of lines.entries()) {
      if (lines[at - 1]?.[2]?.p === 1) continue;
      const shown = shownText(text);
      const marked = markLine({ ...state, groups: NO_GROUPS }, text, shown);
      ({ state } = marked);
      const { l, k, r } = marked.marks;
      const isCounted = l !== undefined && l >= LEVEL.warn && k === undefined && r === undefined;
      const hasMarkers = groupMarkers(text, shown).length > 0;
      if ((!isCounted && !hasMarkers) || this.#lines.has(from + at)) continue;
      // A marker and its title are at the start.
      this.#add({ line: from + at, time, text: hasMarkers ? text : undefined, level: isCounted ? { l } : {} });
      isChanged = true;
    }
    return isChanged;
  }

  /** Builds the outline of the lines up to `head`. */
  fill(outline: GroupOutline, head: number): void {
    outline.clear();
    let groups = NO_GROUPS;
    for (const { line, time, text, level } of [...this.#lines.values()].sort((a, b) => a.line - b.line)) {
      if (line > head) break;
      const marked = text === undefined ? undefined : markGroups(groups, text, shownText(text));
      groups = marked?.state ?? groups;
      outline.skipTo(line - 1);
      const marks: Line = [time, '', { ...marked?.marks, ...level }];
      outline.append(marks);
    }
    outline.skipTo(head);
  }

  clear(): void {
    this.#lines.clear();
  }

  #add(line: MarkedLine): void {
    this.#lines.set(line.line, line);
    for (const oldest of this.#lines.keys()) {
      if (this.#lines.size <= MAX_MARKED) break;
      this.#lines.delete(oldest);
    }
  }
}
