/** Lines on screen, by number. */
export interface Shown {
  readonly first: number;
  readonly last: number;
}

/** A viewer of logs, as the benchmarks use it. */
export interface Subject {
  /** Puts the viewer into the page, at the end of a log: `topic` if a server has the log, else `lines` in memory. */
  open(lines: string[], topic: string): void;
  /** Adds lines at the end, for viewers that get them in the page. */
  append(lines: readonly string[]): void;
  /** Brings a line into view. */
  goTo(line: number): void;
  /** Shows only the lines that match a regular expression, where the viewer can. Resolves with their number. */
  filter?(pattern: string): Promise<number>;
  /** The lines on screen with their text; undefined while there are none. */
  shown(): Shown | undefined;
  /** Whether there is a blank on screen where text should be. */
  isBlank(): boolean;
  /** Whether counts of errors, a ruler with marks and a closed group are on screen. */
  hasOutline?(): boolean;
  /** The roots of its nodes. */
  readonly roots: readonly ParentNode[];
}

/** The place and size of every viewer. */
export function stage(): HTMLElement {
  const element = document.createElement('div');
  element.style.cssText = 'position:fixed;inset:0;font:13px/20px monospace;white-space:pre;';
  document.body.append(element);
  return element;
}

/** The number of the line that a text belongs to. */
export function numberOf(text: string | null): number | undefined {
  const match = /#(\d+) /.exec(text ?? '');
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/** Which of `rows`, from top to bottom, are lines on screen. */
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
