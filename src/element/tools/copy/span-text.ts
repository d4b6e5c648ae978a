import type { Line } from '../../../protocol/line.ts';
import { withoutLongStrings } from '../../../protocol/terminal/long-strings.ts';
import type { Log, Range } from '../../../worker/api.ts';
import { shownText } from '../../../protocol/terminal/shown-text.ts';
import type { Folded } from '../../viewport/long-lines/long-view.ts';
import { TOOL_STRINGS } from '../strings.ts';
import { partOf, type Span } from '../selection/places.ts';
import { readPages } from '../lines/line-pages.ts';

/** Characters of held lines that are joined without a pause. */
export const AT_ONCE = 1_000_000;

/** The longest text that is copied, characters; beyond that, readers can download. */
export const COPY_LIMIT = 10 * 1_024 * 1_024;

/** The text is too long to be copied. */
export class TooLongError extends RangeError {
  override readonly name = 'TooLongError';

  constructor() {
    super(TOOL_STRINGS.copyTooLong);
  }
}

export interface CopiedText {
  readonly text: string;
  readonly lines: number;
}

/**
 * What a span consists of, in order: ranges of lines, and folds with the text shown in place of their lines. A span that
 * starts or ends inside a fold was selected while the fold was open, so it gets the lines.
 */
export function piecesOf({ start, end, each }: Span, folds: readonly Folded[]): (Range | Folded)[] {
  const pieces: (Range | Folded)[] = [];
  let from = start.line;
  for (const fold of each ? [] : folds) {
    if (fold.from < from || fold.from > end.line || (fold.to > end.line && fold.from < end.line)) continue;
    if (fold.from > from) pieces.push({ from, to: fold.from - 1 });
    pieces.push(fold);
    from = fold.to + 1;
  }
  if (from <= end.line) pieces.push({ from, to: end.line });
  return pieces;
}

/** Joins the text of a span from its lines, as they are shown. */
export class SpanText {
  readonly #span: Span;
  readonly #limit: number;
  readonly #pieces: string[] = [];
  #length = 0;
  #lines = 0;
  /** What separates the previous line from the next. */
  #separator = '';
  /** Whether the line before is continued in the next one, and the sequence that it leaves open. */
  #isContinued = false;
  #sequence = '';

  constructor(span: Span, limit: number = COPY_LIMIT) {
    this.#span = span;
    this.#limit = limit;
    // Line ends count, too: so many lines cannot fit, even empty ones.
    if (span.end.line - span.start.line > limit) throw new TooLongError();
  }

  /** Adds the next line; `continues` joins it to the one after it. Throws {@link TooLongError}. */
  add(line: number, text: string, continues: boolean): void {
    this.#add(line, shownText(this.#read(text, continues)), continues);
    this.#lines += 1;
  }

  /** Adds the text shown in place of the next lines. Throws {@link TooLongError}. */
  addFolded({ from, text }: Folded): void {
    this.#lines += this.#add(from, text, false).split('\n').length;
  }

  result(): CopiedText {
    return { text: this.#pieces.join(''), lines: this.#lines };
  }

  /** A line without the content of pictures that began in an earlier part of it, or continue in the next. */
  #read(text: string, continues: boolean): string {
    if (!continues && !this.#isContinued) return text;
    const readable = withoutLongStrings(text, this.#sequence);
    this.#isContinued = continues;
    this.#sequence = continues ? readable.open : '';
    return readable.text;
  }

  #add(line: number, text: string, continues: boolean): string {
    const piece = partOf(this.#span, line, text);
    this.#length += this.#separator.length + piece.length;
    if (this.#length > this.#limit) throw new TooLongError();
    this.#pieces.push(this.#separator, piece);
    this.#separator = continues ? '' : '\n';
    return piece;
  }
}

/** The lines that are held, and the folds among them. */
export interface HeldLines {
  line(number: number): Line | undefined;
  readonly folds?: readonly Folded[];
}

/** The text of a span; undefined when one of its lines is not held. Throws {@link TooLongError}. */
export function heldText(span: Span, held: HeldLines): CopiedText | undefined {
  const text = new SpanText(span);
  const steps = addHeld(text, span, held);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value ? text.result() : undefined;
}

/** Like {@link heldText}, with a pause after every {@link AT_ONCE} characters. Rejects with {@link TooLongError}. */
export async function heldTextInSteps(span: Span, held: HeldLines, pause: () => Promise<void>): Promise<CopiedText | undefined> {
  const text = new SpanText(span);
  const steps = addHeld(text, span, held);
  let added = 0;
  let step = steps.next();
  while (step.done !== true) {
    added += step.value;
    if (added >= AT_ONCE) {
      added = 0;
      await pause();
    }
    step = steps.next();
  }
  return step.value ? text.result() : undefined;
}

/** Adds line after line, yielding the characters of each. Returns whether all of them were held. */
function* addHeld(text: SpanText, span: Span, { line, folds = [] }: HeldLines): Generator<number, boolean> {
  for (const piece of piecesOf(span, folds)) {
    if ('text' in piece) {
      text.addFolded(piece);
      yield piece.text.length;
      continue;
    }
    for (let number = piece.from; number <= piece.to; number += 1) {
      const held = line(number);
      if (held === undefined) return false;
      text.add(number, held[1], held[2]?.p === 1);
      yield held[1].length;
    }
  }
  return true;
}

/**
 * The text of a span whose lines have to be fetched; `progress` is called with the last line added so far. Rejects with
 * {@link TooLongError}, or with the signal's reason.
 */
export async function fetchText(
  span: Span,
  log: Pick<Log, 'range'>,
  signal: AbortSignal,
  progress: (line: number) => void,
  folds: readonly Folded[] = [],
): Promise<CopiedText> {
  const text = new SpanText(span);
  for (const piece of piecesOf(span, folds)) {
    if ('text' in piece) text.addFolded(piece);
    else
      for await (const page of readPages(log, piece, signal)) {
        for (const line of page) text.add(line.offset, line.text, line.continues);
        const last = page.at(-1);
        if (last !== undefined) progress(last.offset);
      }
  }
  return text.result();
}
