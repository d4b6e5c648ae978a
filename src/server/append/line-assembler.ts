import { cutBefore } from '../../protocol/cut.ts';
import type { Level } from '../../protocol/marks/level.ts';
import { openAfter } from '../../protocol/terminal/long-strings.ts';
import type { PackedRun } from './packed-run.ts';
import { OpenText } from './open-text.ts';
import { OpenLine } from './unfinished-line/open-line.ts';
import { splitLine } from './split-line.ts';
import { Utf8Repairer } from './utf8-repairer.ts';

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const LONE_RETURN = Buffer.from('\r');
const RETURN_NEWLINE = Buffer.from('\r\n');

/** The most lines and bytes of one run, unless a single line is longer: small, so that batches are made of whole runs. */
const RUN_LINES = 1_000;
const RUN_BYTES = 64 * 1_024;

/**
 * Assembles lines from chunks; where the chunks were cut makes no difference. `\n` ends a line, `\r\n` is `\n`, a lone `\r`
 * stays. A line over `limit` UTF-8 bytes is returned in several pieces, so that no more than the limit is held between chunks.
 *
 * Lines stay bytes: only a line over the limit, or what is not UTF-8, is decoded.
 */
export class LineAssembler {
  readonly #limit: number;
  readonly #utf8 = new Utf8Repairer();
  /** The first half of a surrogate pair that ended the last string chunk. */
  #highSurrogate = '';
  /** The unfinished line, without the pieces already returned. */
  readonly #rest = new OpenText();
  /** The level given with the chunk that began the unfinished line. */
  #restLevel: Level | undefined;
  readonly #open = new OpenLine();
  /** How many bytes of the rest were written to the open line: it is decoded when it is shown. */
  #shown = 0;
  /** The sequence left open by the pieces already returned of the unfinished line, and the one open before each of them. */
  #sequence = '';
  readonly #sequenceBefore = new WeakMap<PackedRun, string>();
  /** The last chunk ended with `\r`; the next one tells whether it belongs to `\r\n`. */
  #endsWithReturn = false;

  /** @param limit UTF-8 bytes of a piece, at most. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The unfinished line as it is shown, including the pieces already returned. */
  get open(): OpenLine {
    this.#show();
    return this.#open;
  }

  /** Whether text of an unfinished line is held. */
  get hasRest(): boolean {
    return this.#rest.length > 0 || this.#endsWithReturn;
  }

  /** UTF-8 bytes of the text held. */
  get restBytes(): number {
    return this.#rest.length;
  }

  /** Returns the text held as a continued piece, except for its last character, which may still change. */
  flushRest(): PackedRun[] {
    this.#show();
    const rest = this.#rest.bytes.toString();
    const at = rest === '' ? 0 : cutBefore(rest, rest.length - 1);
    if (at === 0 || at === rest.length) return [];
    const piece = this.#continued(rest.slice(0, at));
    this.#setRest(rest.slice(at));
    return [piece];
  }

  /** Pieces returned earlier have become lines: the unfinished line now consists of `pieces` and the text held. */
  reopen(pieces: readonly PackedRun[]): void {
    const [first] = pieces;
    this.#open.restart((first && this.#sequenceBefore.get(first)) ?? this.#sequence);
    for (const { body } of pieces) this.#open.write(body.toString());
    this.#shown = 0;
  }

  /**
   * Adds a chunk; returns the lines it completes, which share its memory. Lines that begin in it have the level, if one is given, and
   * are one entry if that is said.
   */
  push(chunk: Buffer | string, level?: Level, isEntry = false): PackedRun[] {
    const runs: PackedRun[] = [];
    if (typeof chunk === 'string') {
      this.#add(this.#encode(chunk), level, runs);
    } else {
      this.#add(this.#encodedSurrogate(), level, runs);
      this.#add(this.#utf8.push(chunk), level, runs);
    }
    return isEntry ? runs.map(asEntry) : runs;
  }

  /** Ends the input: text left without a line end is the last line. */
  end(): PackedRun[] {
    const runs: PackedRun[] = [];
    this.#add(this.#encodedSurrogate(), undefined, runs);
    this.#add(this.#utf8.end(), undefined, runs);
    const rest = this.#endsWithReturn ? Buffer.concat([this.#rest.bytes, LONE_RETURN]) : this.#rest.bytes;
    if (rest.length > 0) this.#emit(rest, this.#restLevel, runs);
    this.#endsWithReturn = false;
    this.#restart();
    return runs;
  }

  #encode(chunk: string): Buffer {
    const whole = this.#highSurrogate + chunk;
    const last = whole.charCodeAt(whole.length - 1);
    const cut = last >= 0xd800 && last <= 0xdbff ? whole.length - 1 : whole.length;
    this.#highSurrogate = whole.slice(cut);
    return this.#utf8.push(Buffer.from(whole.slice(0, cut)));
  }

  /** A surrogate without its other half becomes U+FFFD. */
  #encodedSurrogate(): Buffer {
    const bytes = Buffer.from(this.#highSurrogate);
    this.#highSurrogate = '';
    return this.#utf8.push(bytes);
  }

  /** Adds well-formed text. */
  #add(text: Buffer, level: Level | undefined, runs: PackedRun[]): void {
    if (text.length === 0) return;
    if (!this.hasRest) this.#restLevel = level;
    if (this.#endsWithReturn && text[0] !== NEWLINE) this.#grow(LONE_RETURN, runs);
    this.#endsWithReturn = text[text.length - 1] === RETURN;
    const bytes = withoutReturns(this.#endsWithReturn ? text.subarray(0, -1) : text);
    const first = bytes.indexOf(NEWLINE);
    if (first === -1) {
      this.#grow(bytes, runs);
      return;
    }
    let from = 0;
    if (this.#rest.length > 0) {
      this.#emit(Buffer.concat([this.#rest.bytes, bytes.subarray(0, first)]), this.#restLevel, runs);
      from = first + 1;
    }
    const last = bytes.lastIndexOf(NEWLINE);
    if (from <= last) this.#cut(bytes.subarray(from, last), level, runs);
    this.#restart();
    this.#restLevel = level;
    this.#grow(bytes.subarray(last + 1), runs);
  }

  /** Makes runs of complete lines, joined by `\n`. */
  #cut(lines: Buffer, level: Level | undefined, runs: PackedRun[]): void {
    let start = 0;
    let count = 0;
    for (let at = 0; at <= lines.length;) {
      const found = lines.indexOf(NEWLINE, at);
      const end = found === -1 ? lines.length : found;
      if (end - at > this.#limit) {
        if (count > 0) runs.push({ body: lines.subarray(start, at - 1), count, continued: false, level });
        this.#emit(lines.subarray(at, end), level, runs);
        start = end + 1;
        count = 0;
      } else {
        count += 1;
        if (count === RUN_LINES || end - start >= RUN_BYTES || end === lines.length) {
          runs.push({ body: lines.subarray(start, end), count, continued: false, level });
          start = end + 1;
          count = 0;
        }
      }
      at = end + 1;
    }
  }

  /** Appends to the unfinished line, and moves what exceeds the limit to `runs`. */
  #grow(text: Buffer, runs: PackedRun[]): void {
    this.#rest.add(text);
    if (this.#rest.length <= this.#limit) return;
    this.#show();
    const split = splitLine(this.#rest.bytes.toString(), this.#limit);
    this.#setRest(split.pop() ?? '');
    for (const piece of split) runs.push(this.#continued(piece));
  }

  /** A piece of the unfinished line. */
  #continued(text: string): PackedRun {
    const piece = { body: Buffer.from(text), count: 1, continued: true, level: this.#restLevel };
    this.#sequenceBefore.set(piece, this.#sequence);
    this.#sequence = openAfter(text, this.#sequence);
    return piece;
  }

  /** Writes the text held to the open line, which also keeps the pieces already returned. */
  #show(): void {
    if (this.#shown < this.#rest.length) this.#open.write(this.#rest.bytes.toString('utf8', this.#shown));
    this.#shown = this.#rest.length;
  }

  /** The next line begins. */
  #restart(): void {
    this.#rest.clear();
    this.#sequence = '';
    this.#open.restart();
    this.#shown = 0;
  }

  /** Replaces the text held by its end, which the open line has already. */
  #setRest(text: string): void {
    this.#rest.clear();
    this.#rest.add(Buffer.from(text));
    this.#shown = this.#rest.length;
  }

  #emit(line: Buffer, level: Level | undefined, runs: PackedRun[]): void {
    if (line.length <= this.#limit) {
      runs.push({ body: line, count: 1, continued: false, level });
      return;
    }
    const split = splitLine(line.toString(), this.#limit);
    const last = split.length - 1;
    for (const [at, text] of split.entries()) runs.push({ body: Buffer.from(text), count: 1, continued: at < last, level });
  }
}

/** A run of the lines of one entry. Pieces of a long line have the marks of the first one anyway. */
function asEntry(run: PackedRun, at: number): PackedRun {
  return run.continued ? run : { ...run, continuesFrom: at === 0 ? 1 : 0 };
}

/** The same text with `\n` in place of each `\r\n`. */
function withoutReturns(text: Buffer): Buffer {
  let at = text.indexOf(RETURN_NEWLINE);
  if (at === -1) return text;
  const kept = Buffer.allocUnsafe(text.length);
  let length = 0;
  let from = 0;
  for (; at !== -1; at = text.indexOf(RETURN_NEWLINE, from)) {
    length += text.copy(kept, length, from, at);
    from = at + 1;
  }
  length += text.copy(kept, length, from);
  return kept.subarray(0, length);
}
