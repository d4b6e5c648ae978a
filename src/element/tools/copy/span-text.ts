import type { Line } from '../../../protocol/line.ts';
import { withoutLongStrings } from '../../../protocol/terminal/long-strings.ts';
import type { Log, Range } from '../../../worker/api.ts';
import { plainText } from '../../terminal/parse.ts';
import type { Folded } from '../../viewport/long-lines/long-lines.ts';
import { TOOL_STRINGS } from '../strings.ts';
import { partOf, type Span } from '../selection/places.ts';
import { readPages } from './pages.ts';

/** Characters of lines at hand that are put together in one go, where there is time to pause. */
export const AT_ONCE = 1_000_000;

/** The longest text that is copied, characters; more is what a download is for. */
export const COPY_LIMIT = 10 * 1_024 * 1_024;

/** A text is too long to be copied. */
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
 * What a span consists of, in order: lines, and what is shown in place of lines that are folded. A span that begins or
 * ends within those was selected where they are shown one by one.
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

/** Puts the text of a span together from its lines as they are shown, one after the other. */
export class SpanText {
  readonly #span: Span;
  readonly #limit: number;
  readonly #parts: string[] = [];
  #length = 0;
  #lines = 0;
  /** What comes between the line before and the next one. */
  #joint = '';
  /** Whether the line before is continued in the next one, and the sequence that it leaves open. */
  #isContinued = false;
  #sequence = '';

  constructor(span: Span, limit: number = COPY_LIMIT) {
    this.#span = span;
    this.#limit = limit;
    // Every line end counts: so many lines cannot fit, whatever is in them.
    if (span.end.line - span.start.line > limit) throw new TooLongError();
  }

  /** Takes the next line; one that goes on in the line after it is not broken. Throws {@link TooLongError}. */
  add(line: number, text: string, continues: boolean): void {
    this.#add(line, plainText(this.#read(text, continues)), continues);
    this.#lines += 1;
  }

  /** Takes what is shown in place of the next lines. Throws {@link TooLongError}. */
  addFolded({ from, text }: Folded): void {
    this.#lines += this.#add(from, text, false).split('\n').length;
  }

  result(): CopiedText {
    return { text: this.#parts.join(''), lines: this.#lines };
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
    const part = partOf(this.#span, line, text);
    this.#length += this.#joint.length + part.length;
    if (this.#length > this.#limit) throw new TooLongError();
    this.#parts.push(this.#joint, part);
    this.#joint = continues ? '' : '\n';
    return part;
  }
}

/** What has the lines of a span at hand, and what is shown in place of those that are folded. */
export interface AtHand {
  line(number: number): Line | undefined;
  readonly folds?: readonly Folded[];
}

/** The text of a span of which every line is at hand; undefined when one is not. Throws {@link TooLongError}. */
export function heldText(span: Span, held: AtHand): CopiedText | undefined {
  const text = new SpanText(span);
  const taking = take(text, span, held);
  let step = taking.next();
  while (step.done !== true) step = taking.next();
  return step.value ? text.result() : undefined;
}

/** The same, with a pause after every {@link AT_ONCE} characters. Rejects with {@link TooLongError}. */
export async function heldTextInSteps(span: Span, held: AtHand, pause: () => Promise<void>): Promise<CopiedText | undefined> {
  const text = new SpanText(span);
  const taking = take(text, span, held);
  let taken = 0;
  let step = taking.next();
  while (step.done !== true) {
    taken += step.value;
    if (taken >= AT_ONCE) {
      taken = 0;
      await pause();
    }
    step = taking.next();
  }
  return step.value ? text.result() : undefined;
}

/** Takes line after line, telling how many characters each has; in the end whether all were at hand. */
function* take(text: SpanText, span: Span, { line, folds = [] }: AtHand): Generator<number, boolean> {
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
 * The text of a span whose lines are yet to be fetched; `progress` hears up to which line it has come. Rejects with
 * {@link TooLongError}, or with the reason of the signal.
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
