import type { Range } from '../../../worker/api.ts';

/**
 * A place in the text of a log: before the character `column` of a line as it is shown, in UTF-16 units. Infinity is the
 * end of the line, however long it becomes. The rows of a fold are one text, which belongs to its first line, with a line
 * feed between rows.
 */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** The text between two places. */
export interface Span {
  readonly start: TextPlace;
  readonly end: TextPlace;
  /** Whole lines are selected: every one of them, also inside a fold. */
  readonly each?: true;
  /** Of lines that are filtered, only those that are shown. */
  readonly shownOnly?: true;
}

/** Negative when `a` comes before `b`, 0 when they are the same. */
export function comparePlaces(a: TextPlace, b: TextPlace): number {
  if (a.line !== b.line) return a.line - b.line;
  return a.column === b.column ? 0 : a.column - b.column;
}

/** The span between two places in any order. */
export function spanBetween(a: TextPlace, b: TextPlace): Span {
  return comparePlaces(a, b) <= 0 ? { start: a, end: b } : { start: b, end: a };
}

/** All of a range of lines, without the final line end. */
export function spanOfLines({ from, to }: Range): Span {
  return { start: { line: from, column: 0 }, end: { line: to, column: Infinity }, each: true };
}

/** The part of a span in lines `from` to `to`; undefined if it has none there. */
export function clipSpan(span: Span, { from, to }: Range): Span | undefined {
  const { start, end } = span;
  if (end.line < from || start.line > to || from > to || end.line < start.line) return undefined;
  return {
    ...span,
    start: start.line < from ? { line: from, column: 0 } : start,
    end: end.line > to ? { line: to, column: Infinity } : end,
  };
}

/** The part of a line's text that is in the span. */
export function partOf({ start, end }: Span, line: number, text: string): string {
  return text.slice(line === start.line ? start.column : 0, line === end.line ? end.column : undefined);
}
