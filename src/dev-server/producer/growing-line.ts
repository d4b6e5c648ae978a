import { OpenLine } from '../../server/append/unfinished-line/open-line.ts';

/** Characters that are kept for who has been shown the line up to them. */
const MAX_PENDING = 64 * 1_024;

/** One unfinished line, for who shows it as it grows. What is kept of it does not grow with it. */
export class GrowingLine {
  readonly #line = new OpenLine();
  /** What has come since it was last asked for; undefined where that was too much to keep. */
  #more: string | undefined = '';

  write(text: string): void {
    this.#line.write(text);
    if (this.#more === undefined) return;
    this.#more += text;
    if (this.#more.length > MAX_PENDING) this.#more = undefined;
  }

  /** What has come since the last call of this or of `whole`; undefined where that is too much to be told. */
  more(): string | undefined {
    const more = this.#more;
    if (more !== undefined) this.#more = '';
    return more;
  }

  /** A text that shows what all of it shows, and can be gone on with. */
  whole(): string {
    this.#more = '';
    return this.#line.replay();
  }
}
