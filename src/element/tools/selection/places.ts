import type { Range } from '../../../worker/api.ts';

/**
 * A place in the text of a log: before the character `column` of a line as it is shown, in UTF-16 units. Infinity
 * stands for behind the last one, whatever comes to the line yet. What is left of lines that a tool redrew is one text, of
 * the first of them, with a line feed between its rows.
 */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** What lies between two places, in their order. */
export interface Span {
  readonly start: TextPlace;
  readonly end: TextPlace;
  /** Lines are meant as such: each of them, also where only what a tool left of them is shown. */
  readonly each?: true;
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

/** The whole of a range of lines, without the line end behind it. */
export function spanOfLines({ from, to }: Range): Span {
  return { start: { line: from, column: 0 }, end: { line: to, column: Infinity }, each: true };
}

/** The part of a span in lines `from` to `to`; undefined for none. */
export function clipSpan(span: Span, { from, to }: Range): Span | undefined {
  const { start, end } = span;
  if (end.line < from || start.line > to || from > to || end.line < start.line) return undefined;
  return {
    ...span,
    start: start.line < from ? { line: from, column: 0 } : start,
    end: end.line > to ? { line: to, column: Infinity } : end,
  };
}

/** What a span has of the text of one of its lines. */
export function partOf({ start, end }: Span, line: number, text: string): string {
  return text.slice(line === start.line ? start.column : 0, line === end.line ? end.column : undefined);
}
