import { cutBefore } from '../../protocol/cut.ts';
import type { Output } from '../processes/child-outputs.ts';
import { GrowingLine } from './growing-line.ts';

/** Consecutive complete lines of one output; `text` ends in `\n`. */
export interface OutputRun {
  readonly output: Output;
  readonly text: string;
  /** UTF-8 bytes. */
  readonly bytes: number;
}

/**
 * Bytes of two outputs in, runs of complete lines out, in the order in which the lines were completed. It makes of bytes
 * what a server makes of them (UTF-8, `\r\n` is `\n`), so that what a server holds can be compared with what it was sent.
 */
export class SendQueue {
  #runs: OutputRun[] = [];
  /** Index of the first in `#runs` that was not given yet. */
  #next = 0;
  readonly #unfinished = { out: new UnfinishedOutput('out'), err: new UnfinishedOutput('err') };
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
  next(limit: number): OutputRun | undefined {
    const first = this.#runs[this.#next];
    if (first === undefined) return undefined;
    let end = this.#next + 1;
    let { bytes } = first;
    for (; end < this.#runs.length; end += 1) {
      const run = this.#runs[end];
      if (run === undefined || run.output !== first.output || bytes + run.bytes > limit) break;
      bytes += run.bytes;
    }
    const given = this.#runs.slice(this.#next, end);
    this.#next = end;
    // Not one by one: what waits would be moved up for each.
    if (this.#next * 2 >= this.#runs.length) {
      this.#runs = this.#runs.slice(this.#next);
      this.#next = 0;
    }
    this.#bytes -= bytes;
    return { output: first.output, text: given.map((run) => run.text).join(''), bytes };
  }

  /** The unfinished line that changed last. */
  part(): { readonly output: Output; readonly line: GrowingLine } | undefined {
    const { text, part } = this.#unfinished[this.#last];
    return text === '' ? undefined : { output: this.#last, line: part };
  }

  #take(unfinished: UnfinishedOutput, text: string): void {
    const end = text.lastIndexOf('\n') + 1;
    if (end > 0) {
      this.#add(unfinished.output, unfinished.text + text.slice(0, end));
      unfinished.begin('');
    }
    unfinished.grow(text.slice(end));
    this.#last = unfinished.output;
    while (unfinished.text.length > this.#longest) {
      const at = cutBefore(unfinished.text, this.#longest);
      this.#add(unfinished.output, `${unfinished.text.slice(0, at)}\n`);
      unfinished.begin(unfinished.text.slice(at));
    }
  }

  #add(output: Output, text: string): void {
    const bytes = Buffer.byteLength(text);
    this.#runs.push({ output, text, bytes });
    this.#bytes += bytes;
  }
}

/** What one output wrote behind its last `\n`. */
class UnfinishedOutput {
  readonly output: Output;
  text = '';
  part = new GrowingLine();
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #carriageReturn = false;

  constructor(output: Output) {
    this.output = output;
  }

  /** Another line begins. */
  begin(text: string): void {
    this.text = '';
    this.part = new GrowingLine();
    this.grow(text);
  }

  grow(text: string): void {
    this.text += text;
    this.part.write(text);
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
