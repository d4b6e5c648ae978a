import { cutBefore } from '../../protocol/cut.ts';
import type { Level } from '../../protocol/marks/level.ts';
import type { Output } from '../processes/child-outputs.ts';
import { GrowingLine } from './growing-line.ts';

/** Consecutive complete lines of one output; `text` ends in `\n`. */
export interface OutputRun {
  readonly output: Output;
  /** The level that their producer gave them. */
  readonly level: Level | undefined;
  readonly text: string;
  /** UTF-8 bytes. */
  readonly bytes: number;
}

/**
 * Turns bytes of two outputs into runs of complete lines, in the order in which the lines were completed. It decodes bytes as the
 * server does (UTF-8, `\r\n` is `\n`), so that the lines in the log can be compared with those that were sent.
 */
export class SendQueue {
  #runs: OutputRun[] = [];
  /** Index of the first run in `#runs` that is still queued. */
  #next = 0;
  readonly #unfinished = { out: new UnfinishedOutput('out'), err: new UnfinishedOutput('err') };
  readonly #maxLineLength: number;
  #bytes = 0;
  #last: Output = 'out';

  /** An unfinished line longer than `maxLineLength` characters is split. */
  constructor(maxLineLength: number) {
    this.#maxLineLength = maxLineLength;
  }

  /** UTF-8 bytes of the queued lines. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Lines that are completed by the chunk have the level, if one is given. */
  push(chunk: Uint8Array, output: Output, level?: Level): void {
    this.#append(this.#unfinished[output], this.#unfinished[output].decode(chunk), level);
  }

  /** Completes the unfinished lines. */
  finish(): void {
    for (const unfinished of [this.#unfinished.out, this.#unfinished.err]) {
      const rest = unfinished.flush();
      if (unfinished.text + rest !== '') this.#append(unfinished, `${rest}\n`);
    }
  }

  /** Removes the oldest lines, all of one output and level, of about `limit` bytes; undefined when the queue is empty. */
  next(limit: number): OutputRun | undefined {
    const first = this.#runs[this.#next];
    if (first === undefined) return undefined;
    let end = this.#next + 1;
    let { bytes } = first;
    for (; end < this.#runs.length; end += 1) {
      const run = this.#runs[end];
      if (run === undefined || run.output !== first.output || run.level !== first.level || bytes + run.bytes > limit) break;
      bytes += run.bytes;
    }
    const runs = this.#runs.slice(this.#next, end);
    this.#next = end;
    // Rarely, since it moves all that are queued.
    if (this.#next * 2 >= this.#runs.length) {
      this.#runs = this.#runs.slice(this.#next);
      this.#next = 0;
    }
    this.#bytes -= bytes;
    return { output: first.output, level: first.level, text: runs.map((run) => run.text).join(''), bytes };
  }

  /** The unfinished line that changed last. */
  unfinishedLine(): { readonly output: Output; readonly line: GrowingLine } | undefined {
    const { text, line } = this.#unfinished[this.#last];
    return text === '' ? undefined : { output: this.#last, line };
  }

  #append(unfinished: UnfinishedOutput, text: string, level?: Level): void {
    const end = text.lastIndexOf('\n') + 1;
    if (end > 0) {
      this.#add(unfinished.output, unfinished.text + text.slice(0, end), level);
      unfinished.begin('');
    }
    unfinished.grow(text.slice(end));
    this.#last = unfinished.output;
    while (unfinished.text.length > this.#maxLineLength) {
      const at = cutBefore(unfinished.text, this.#maxLineLength);
      this.#add(unfinished.output, `${unfinished.text.slice(0, at)}\n`);
      unfinished.begin(unfinished.text.slice(at));
    }
  }

  #add(output: Output, text: string, level?: Level): void {
    const bytes = Buffer.byteLength(text);
    this.#runs.push({ output, level, text, bytes });
    this.#bytes += bytes;
  }
}

/** What one output wrote after its last `\n`. */
class UnfinishedOutput {
  readonly output: Output;
  text = '';
  line = new GrowingLine();
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #hasCarriageReturn = false;

  constructor(output: Output) {
    this.output = output;
  }

  /** Starts the next line. */
  begin(text: string): void {
    this.text = '';
    this.line = new GrowingLine();
    this.grow(text);
  }

  grow(text: string): void {
    this.text += text;
    this.line.write(text);
  }

  decode(chunk: Uint8Array): string {
    return this.#normalizeNewlines(this.#decoder.decode(chunk, { stream: true }));
  }

  flush(): string {
    const rest = this.#normalizeNewlines(this.#decoder.decode());
    const last = this.#hasCarriageReturn ? '\r' : '';
    this.#hasCarriageReturn = false;
    return rest + last;
  }

  /** Holds back a final `\r` until the next text shows whether `\n` follows. */
  #normalizeNewlines(text: string): string {
    if (text === '') return text;
    const whole = this.#hasCarriageReturn ? `\r${text}` : text;
    this.#hasCarriageReturn = whole.endsWith('\r');
    return (this.#hasCarriageReturn ? whole.slice(0, -1) : whole).replaceAll('\r\n', '\n');
  }
}
