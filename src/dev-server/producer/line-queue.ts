import type { Output } from '../processes/outputs.ts';

/** Consecutive complete lines of one output; `text` ends in `\n`. */
export interface Run {
  readonly output: Output;
  readonly text: string;
  /** UTF-8 bytes. */
  readonly bytes: number;
}

/**
 * Bytes of two outputs in, runs of complete lines out, in the order in which the lines were completed. It makes of bytes
 * what a server makes of them (UTF-8, `\r\n` is `\n`), so that what a server holds can be compared with what it was sent.
 */
export class LineQueue {
  readonly #runs: Run[] = [];
  readonly #unfinished = { out: new Unfinished('out'), err: new Unfinished('err') };
  readonly #longest: number;
  #bytes = 0;
  #last: Output = 'out';

  /** An unfinished line that grows beyond `longest` characters is cut into two. */
  constructor(longest: number) {
    this.#longest = longest;
  }

  /** UTF-8 bytes of the complete lines it holds. */
  get bytes(): number {
    return this.#bytes;
  }

  push(chunk: Uint8Array, output: Output): void {
    this.#take(this.#unfinished[output], this.#unfinished[output].decode(chunk));
  }

  /** Makes lines of what is unfinished. */
  finish(): void {
    for (const unfinished of [this.#unfinished.out, this.#unfinished.err]) {
      const rest = unfinished.flush();
      if (unfinished.text + rest !== '') this.#take(unfinished, `${rest}\n`);
    }
  }

  /** The oldest complete lines, all of one output, about `limit` bytes; undefined when there are none. */
  next(limit: number): Run | undefined {
    const [first] = this.#runs;
    if (first === undefined) return undefined;
    let count = 1;
    let bytes = first.bytes;
    for (; count < this.#runs.length; count += 1) {
      const run = this.#runs[count];
      if (run === undefined || run.output !== first.output || bytes + run.bytes > limit) break;
      bytes += run.bytes;
    }
    const text = this.#runs
      .splice(0, count)
      .map((run) => run.text)
      .join('');
    this.#bytes -= bytes;
    return { output: first.output, text, bytes };
  }

  /** The unfinished line that changed last. */
  part(): { readonly output: Output; readonly text: string } | undefined {
    const { text } = this.#unfinished[this.#last];
    return text === '' ? undefined : { output: this.#last, text };
  }

  #take(unfinished: Unfinished, text: string): void {
    const end = text.lastIndexOf('\n') + 1;
    if (end > 0) {
      this.#add(unfinished.output, unfinished.text + text.slice(0, end));
      unfinished.text = '';
    }
    unfinished.text += text.slice(end);
    this.#last = unfinished.output;
    if (unfinished.text.length > this.#longest) {
      this.#add(unfinished.output, `${unfinished.text}\n`);
      unfinished.text = '';
    }
  }

  #add(output: Output, text: string): void {
    const bytes = Buffer.byteLength(text);
    this.#runs.push({ output, text, bytes });
    this.#bytes += bytes;
  }
}

/** What one output wrote behind its last `\n`. */
class Unfinished {
  readonly output: Output;
  text = '';
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #carriageReturn = false;

  constructor(output: Output) {
    this.output = output;
  }

  decode(chunk: Uint8Array): string {
    return this.#newlines(this.#decoder.decode(chunk, { stream: true }));
  }

  flush(): string {
    const rest = this.#newlines(this.#decoder.decode());
    const last = this.#carriageReturn ? '\r' : '';
    this.#carriageReturn = false;
    return rest + last;
  }

  /** A `\r` at the very end is kept back until it is known whether `\n` follows. */
  #newlines(text: string): string {
    if (text === '') return text;
    const whole = this.#carriageReturn ? `\r${text}` : text;
    this.#carriageReturn = whole.endsWith('\r');
    return (this.#carriageReturn ? whole.slice(0, -1) : whole).replaceAll('\r\n', '\n');
  }
}
