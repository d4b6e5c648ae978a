import { cutBefore } from '../../protocol/cut.ts';
import { openAfter } from '../../protocol/terminal/long-strings.ts';
import { OpenLine } from './unfinished-line/open-line.ts';
import { splitLine } from './split-line.ts';
import { Utf8Decoder } from './utf8-decoder.ts';

/** A line, or a piece of one that was longer than the limit. */
export interface LinePiece {
  readonly text: string;
  /** The line goes on in the next piece. */
  readonly continued: boolean;
}

const CARRIAGE_RETURN = 13;
/** UTF-16 code units to UTF-8 bytes, at worst. */
const BYTES_PER_UNIT = 3;

/**
 * Makes lines of chunks, wherever those were cut. `\n` ends a line, `\r\n` is `\n`, a lone `\r` stays. A line over `limit`
 * UTF-8 bytes comes as several pieces, so that what is held between chunks never exceeds the limit and one chunk.
 */
export class LineAssembler {
  /** The unfinished line as it is shown, with the pieces of it that were given. */
  readonly open = new OpenLine();
  readonly #limit: number;
  readonly #decoder = new Utf8Decoder();
  /** First half of a surrogate pair, when a string chunk ended with it. */
  #half = '';
  #rest = '';
  #restBytes = 0;
  /** The sequence that is open after the pieces given of the unfinished line, and before each of them. */
  #sequence = '';
  readonly #sequenceBefore = new WeakMap<LinePiece, string>();
  /** A `\r` that ended the last chunk: whether it belongs to `\r\n` shows with the next. */
  #return = false;

  /** @param limit UTF-8 bytes of a piece, at most. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether there is an unfinished last line, or something left of it behind the pieces it already gave. */
  get hasRest(): boolean {
    return this.#restBytes > 0 || this.#return;
  }

  /** UTF-8 bytes of what is left of it. */
  get restBytes(): number {
    return this.#restBytes;
  }

  /** Gives away nearly all that is left of the unfinished line, as a piece that goes on: its last character is kept. */
  release(): LinePiece[] {
    const at = this.#rest === '' ? 0 : cutBefore(this.#rest, this.#rest.length - 1);
    if (at === 0 || at === this.#rest.length) return [];
    const text = this.#rest.slice(0, at);
    this.#setRest(this.#rest.slice(at));
    return [this.#continued(text)];
  }

  /** Pieces that were given are lines now: what is unfinished are these, which are the last, and what is left of the line. */
  reopen(pieces: readonly LinePiece[]): void {
    const [first] = pieces;
    this.open.restart((first && this.#sequenceBefore.get(first)) ?? this.#sequence);
    for (const { text } of pieces) this.open.write(text);
    this.open.write(this.#rest);
  }

  /** Takes a chunk; returns the lines it completes. */
  push(chunk: Uint8Array | string): LinePiece[] {
    return this.#take(typeof chunk === 'string' ? this.#decodeString(chunk) : this.#decodeBytes(chunk));
  }

  /** There is nothing more to come: what is left is a line, if there is any. */
  end(): LinePiece[] {
    const pieces = this.#take(this.#flushHalf() + this.#decoder.end());
    const rest = this.#return ? `${this.#rest}\r` : this.#rest;
    this.#setRest('');
    this.#return = false;
    this.#restart();
    if (rest !== '') this.#emit(rest, pieces);
    return pieces;
  }

  #decodeBytes(chunk: Uint8Array): string {
    return this.#flushHalf() + this.#decoder.push(chunk);
  }

  #decodeString(chunk: string): string {
    const whole = this.#half + chunk;
    const last = whole.charCodeAt(whole.length - 1);
    const cut = last >= 0xd800 && last <= 0xdbff ? whole.length - 1 : whole.length;
    this.#half = whole.slice(cut);
    return this.#decoder.push(Buffer.from(whole.slice(0, cut)));
  }

  /** Half a pair without its other half is U+FFFD, as in UTF-8. */
  #flushHalf(): string {
    if (this.#half === '') return '';
    const bytes = Buffer.from(this.#half);
    this.#half = '';
    return this.#decoder.push(bytes);
  }

  #take(decoded: string): LinePiece[] {
    const pieces: LinePiece[] = [];
    if (decoded === '') return pieces;
    let text = this.#return ? `\r${decoded}` : decoded;
    this.#return = text.charCodeAt(text.length - 1) === CARRIAGE_RETURN;
    if (this.#return) text = text.slice(0, -1);

    const parts = text.split('\n');
    const last = parts.length - 1;
    for (let at = 0; at < last; at += 1) {
      const part = parts[at] ?? '';
      const line = at === 0 ? this.#rest + part : part;
      this.#emit(line.charCodeAt(line.length - 1) === CARRIAGE_RETURN ? line.slice(0, -1) : line, pieces);
    }
    if (last > 0) {
      this.#setRest('');
      this.#restart();
    }
    this.#grow(parts[last] ?? '', pieces);
    return pieces;
  }

  /** Appends to the unfinished line, and gives away what is over the limit of it. */
  #grow(text: string, pieces: LinePiece[]): void {
    this.open.write(text);
    this.#rest += text;
    this.#restBytes += Buffer.byteLength(text);
    if (this.#restBytes <= this.#limit) return;
    const split = splitLine(this.#rest, this.#limit);
    this.#setRest(split.pop() ?? '');
    for (const piece of split) pieces.push(this.#continued(piece));
  }

  /** A piece of the unfinished line. */
  #continued(text: string): LinePiece {
    const piece = { text, continued: true };
    this.#sequenceBefore.set(piece, this.#sequence);
    this.#sequence = openAfter(text, this.#sequence);
    return piece;
  }

  #restart(): void {
    this.#sequence = '';
    this.open.restart();
  }

  #setRest(text: string): void {
    this.#rest = text;
    this.#restBytes = Buffer.byteLength(text);
  }

  #emit(line: string, pieces: LinePiece[]): void {
    if (line.length * BYTES_PER_UNIT <= this.#limit || Buffer.byteLength(line) <= this.#limit) {
      pieces.push({ text: line, continued: false });
      return;
    }
    const split = splitLine(line, this.#limit);
    const last = split.length - 1;
    for (const [at, text] of split.entries()) pieces.push({ text, continued: at < last });
  }
}
