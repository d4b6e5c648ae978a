/** Lines on screen, by their numbers. */
export interface Shown {
  readonly first: number;
  readonly last: number;
}

/** A viewer of logs, as the benchmarks use any of them. */
export interface Subject {
  /** Puts it into the page, at the end of a log: `topic` where a server has it, else `lines`, which are in memory. */
  open(lines: string[], topic: string): void;
  /** Lines that were added at the end, for those that get them in the page. */
  append(lines: readonly string[]): void;
  /** Brings a line into view. */
  goTo(line: number): void;
  /** What is on screen with its text; undefined while nothing is. */
  shown(): Shown | undefined;
  /** Whether there is room on screen without text that should be there. */
  isBlank(): boolean;
  /** What it consists of. */
  readonly roots: readonly ParentNode[];
}

/** Where every viewer is, and how large. */
export function stage(): HTMLElement {
  const element = document.createElement('div');
  element.style.cssText = 'position:fixed;inset:0;font:13px/20px monospace;white-space:pre;';
  document.body.append(element);
  return element;
}

/** The number of the line that a text is of. */
export function numberOf(text: string | null): number | undefined {
  const match = /#(\d+) /.exec(text ?? '');
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/** Of elements from top to bottom: which are on screen and are lines. */
export function shownOf(rows: readonly Element[], box: DOMRect): Shown | undefined {
  const first = numberOnScreen(rows, box);
  const last = numberOnScreen([...rows].reverse(), box);
  return first === undefined || last === undefined ? undefined : { first, last };
}

function numberOnScreen(rows: readonly Element[], box: DOMRect): number | undefined {
  for (const row of rows) {
    const number = numberOf(row.textContent);
    if (number === undefined) continue;
    const { top, bottom } = row.getBoundingClientRect();
    if (bottom > box.top && top < box.bottom) return number;
  }
  return undefined;
}
