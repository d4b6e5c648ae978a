import type { Line } from '../../../protocol/line.ts';
import type { Log } from '../../../worker/api.ts';
import { plainText } from '../../terminal/parse.ts';
import { WORDS } from '../strings.ts';
import { partOf, type Span } from '../selection/places.ts';
import { readPages } from './pages.ts';

/** The longest text that is copied, characters; more is what a download is for. */
export const COPY_LIMIT = 10 * 1_024 * 1_024;

/** A text is too long to be copied. */
export class TooLongError extends RangeError {
  override readonly name = 'TooLongError';

  constructor() {
    super(WORDS.copyTooLong);
  }
}

export interface CopiedText {
  readonly text: string;
  readonly lines: number;
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

  constructor(span: Span, limit: number = COPY_LIMIT) {
    this.#span = span;
    this.#limit = limit;
    // Every line end counts: so many lines cannot fit, whatever is in them.
    if (span.end.line - span.start.line > limit) throw new TooLongError();
  }

  /** Takes the next line; one that goes on in the line after it is not broken. Throws {@link TooLongError}. */
  add(line: number, text: string, continues: boolean): void {
    const part = partOf(this.#span, line, plainText(text));
    this.#length += this.#joint.length + part.length;
    if (this.#length > this.#limit) throw new TooLongError();
    this.#parts.push(this.#joint, part);
    this.#joint = continues ? '' : '\n';
    this.#lines += 1;
  }

  result(): CopiedText {
    return { text: this.#parts.join(''), lines: this.#lines };
  }
}

/** The text of a span of which every line is at hand; undefined when one is not. Throws {@link TooLongError}. */
export function heldText(span: Span, line: (number: number) => Line | undefined): CopiedText | undefined {
  const text = new SpanText(span);
  for (let number = span.start.line; number <= span.end.line; number += 1) {
    const held = line(number);
    if (held === undefined) return undefined;
    text.add(number, held[1], held[2]?.p === 1);
  }
  return text.result();
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
): Promise<CopiedText> {
  const text = new SpanText(span);
  for await (const page of readPages(log, { from: span.start.line, to: span.end.line }, signal)) {
    for (const line of page) text.add(line.offset, line.text, line.continues);
    const last = page.at(-1);
    if (last !== undefined) progress(last.offset);
  }
  return text.result();
}
