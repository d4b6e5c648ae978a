import { cutBefore } from '../../protocol/cut.ts';
import { openAfter } from '../../protocol/terminal/long-strings.ts';
import { OpenLine } from './unfinished-line/open-line.ts';
import { splitLine } from './split-line.ts';
import { Utf8Decoder } from './utf8-decoder.ts';

/** A line, or a piece of one that is longer than the limit. */
export interface LinePiece {
  readonly text: string;
  /** The line continues in the next piece. */
  readonly continued: boolean;
}

const CARRIAGE_RETURN = 13;
/** The most UTF-8 bytes that one UTF-16 code unit takes. */
const BYTES_PER_UNIT = 3;

/**
 * Assembles lines from chunks; where the chunks were cut makes no difference. `\n` ends a line, `\r\n` is `\n`, a lone `\r`
 * stays. A line over `limit` UTF-8 bytes is returned in several pieces, so that no more than the limit is held between chunks.
 */
export class LineAssembler {
  /** The unfinished line as it is shown, including the pieces already returned. */
  readonly open = new OpenLine();
  readonly #limit: number;
  readonly #decoder = new Utf8Decoder();
  /** The first half of a surrogate pair that ended the last string chunk. */
  #highSurrogate = '';
  /** The unfinished line, without the pieces already returned. */
  #rest = '';
  #restBytes = 0;
  /** The sequence left open by the pieces already returned of the unfinished line, and the one open before each of them. */
  #sequence = '';
  readonly #sequenceBefore = new WeakMap<LinePiece, string>();
  /** The last chunk ended with `\r`; the next one tells whether it belongs to `\r\n`. */
  #endsWithReturn = false;

  /** @param limit UTF-8 bytes of a piece, at most. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether text of an unfinished line is held. */
  get hasRest(): boolean {
    return this.#restBytes > 0 || this.#endsWithReturn;
  }

  /** UTF-8 bytes of the text held. */
  get restBytes(): number {
    return this.#restBytes;
  }

  /** Returns the text held as a continued piece, except for its last character, which may still change. */
  flushRest(): LinePiece[] {
    const at = this.#rest === '' ? 0 : cutBefore(this.#rest, this.#rest.length - 1);
    if (at === 0 || at === this.#rest.length) return [];
    const text = this.#rest.slice(0, at);
    this.#setRest(this.#rest.slice(at));
    return [this.#continued(text)];
  }

  /** Pieces returned earlier have become lines: the unfinished line now consists of `pieces` and the text held. */
  reopen(pieces: readonly LinePiece[]): void {
    const [first] = pieces;
    this.open.restart((first && this.#sequenceBefore.get(first)) ?? this.#sequence);
    for (const { text } of pieces) this.open.write(text);
    this.open.write(this.#rest);
  }

  /** Adds a chunk; returns the lines it completes. */
  push(chunk: Uint8Array | string): LinePiece[] {
    return this.#split(typeof chunk === 'string' ? this.#decodeString(chunk) : this.#decodeBytes(chunk));
  }

  /** Ends the input: text left without a line end is the last line. */
  end(): LinePiece[] {
    const pieces = this.#split(this.#flushSurrogate() + this.#decoder.end());
    const rest = this.#endsWithReturn ? `${this.#rest}\r` : this.#rest;
    this.#setRest('');
    this.#endsWithReturn = false;
    this.#restart();
    if (rest !== '') this.#emit(rest, pieces);
    return pieces;
  }

  #decodeBytes(chunk: Uint8Array): string {
    return this.#flushSurrogate() + this.#decoder.push(chunk);
  }

  #decodeString(chunk: string): string {
    const whole = this.#highSurrogate + chunk;
    const last = whole.charCodeAt(whole.length - 1);
    const cut = last >= 0xd800 && last <= 0xdbff ? whole.length - 1 : whole.length;
    this.#highSurrogate = whole.slice(cut);
    return this.#decoder.push(Buffer.from(whole.slice(0, cut)));
  }

  /** A surrogate without its other half becomes U+FFFD. */
  #flushSurrogate(): string {
    if (this.#highSurrogate === '') return '';
    const bytes = Buffer.from(this.#highSurrogate);
    this.#highSurrogate = '';
    return this.#decoder.push(bytes);
  }

  #split(decoded: string): LinePiece[] {
    const pieces: LinePiece[] = [];
    if (decoded === '') return pieces;
    let text = this.#endsWithReturn ? `\r${decoded}` : decoded;
    this.#endsWithReturn = text.charCodeAt(text.length - 1) === CARRIAGE_RETURN;
    if (this.#endsWithReturn) text = text.slice(0, -1);

    const segments = text.split('\n');
    const last = segments.length - 1;
    for (let at = 0; at < last; at += 1) {
      const segment = segments[at] ?? '';
      const line = at === 0 ? this.#rest + segment : segment;
      this.#emit(line.charCodeAt(line.length - 1) === CARRIAGE_RETURN ? line.slice(0, -1) : line, pieces);
    }
    if (last > 0) {
      this.#setRest('');
      this.#restart();
    }
    this.#grow(segments[last] ?? '', pieces);
    return pieces;
  }

  /** Appends to the unfinished line, and moves what exceeds the limit to `pieces`. */
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
