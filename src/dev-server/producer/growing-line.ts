import { OpenLine } from '../../server/append/unfinished-line/open-line.ts';

/** Largest addition that is kept, characters; beyond it the line is shown again as a whole. */
const MAX_PENDING = 64 * 1_024;

/** One unfinished line, for showing it as it grows. Its memory is bounded, however long the line gets. */
export class GrowingLine {
  readonly #line = new OpenLine();
  /** The text since the last call of `addition` or `whole`; undefined when it was too long to keep. */
  #addition: string | undefined = '';

  write(text: string): void {
    this.#line.write(text);
    if (this.#addition === undefined) return;
    this.#addition += text;
    if (this.#addition.length > MAX_PENDING) this.#addition = undefined;
  }

  /** The text since the last call of this or of `whole`; undefined when it was too long to keep. */
  addition(): string | undefined {
    const addition = this.#addition;
    if (addition !== undefined) this.#addition = '';
    return addition;
  }

  /** A text that looks like the whole line, and to which additions can be appended. */
  whole(): string {
    this.#addition = '';
    return this.#line.replay();
  }
}
