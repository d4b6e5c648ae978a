import type { Line } from '../../../protocol/line.ts';
import { withoutLongStrings } from '../../../protocol/terminal/long-strings.ts';
import type { LineRun, Range } from '../../../worker/api.ts';
import { linkAfter } from '../../terminal/pens.ts';
import type { LineCache } from '../lines/line-cache.ts';

/** Pieces that are remembered, at most: those of the lowest numbers go first. */
export const MAX_PIECES = 4_096;

/** What earlier pieces of a line leave open where a piece starts. */
export interface PieceStart {
  /** The start of an escape sequence. */
  readonly sequence: string;
  /** Target of a hyperlink; empty for none. */
  readonly link: string;
}

/** A line that is stored as several: its first and last number, and the characters of those known. */
export interface StoredLine extends Range {
  readonly characters: number;
}

interface StoredPiece {
  /** Without those of pictures and other long strings. */
  readonly characters: number;
  readonly continues: boolean;
  /** What it leaves open; undefined while what it starts with is not known. */
  readonly end: PieceStart | undefined;
}

const NOTHING: PieceStart = { sequence: '', link: '' };

/** Which lines are pieces of longer ones, as far as they came, and what each piece leaves open for the next. */
export class StoredPieces {
  readonly #lines: LineCache;
  readonly #pieces = new Map<number, StoredPiece>();
  #groups: readonly StoredLine[] | undefined = [];
  readonly #readable = new WeakMap<Line, { readonly sequence: string; readonly line: Line }>();

  constructor(lines: LineCache) {
    this.#lines = lines;
  }

  has(number: number): boolean {
    return this.#pieces.has(number);
  }

  /** Characters of a piece; 0 while it is not known. */
  charactersOf(number: number): number {
    return this.#pieces.get(number)?.characters ?? 0;
  }

  /** What is open where a piece starts; nothing while the piece before is not known. */
  startOf(number: number): PieceStart {
    const before = this.#pieces.get(number - 1);
    return (before?.continues === true ? before.end : undefined) ?? NOTHING;
  }

  /** A line without the content of pictures and of sequences that began in an earlier piece; the line itself for most. */
  readable(number: number, line: Line): Line {
    if (!this.has(number)) return line;
    const { sequence } = this.startOf(number);
    const known = this.#readable.get(line);
    if (known?.sequence === sequence) return known.line;
    const [time, text, extra] = line;
    const shown = withoutLongStrings(text, sequence).text;
    const readable: Line = shown === text ? line : extra === undefined ? [time, shown] : [time, shown, extra];
    this.#readable.set(line, { sequence, line: readable });
    return readable;
  }

  /** Notes which lines of a run are pieces. */
  record({ from, lines }: LineRun): void {
    for (const [at, line] of lines.entries()) {
      const number = from + at;
      const continues = line[2]?.p === 1;
      if (continues || this.#pieces.get(number - 1)?.continues === true) this.#note(number, line);
      if (!continues || at < lines.length - 1) continue;
      // The next pieces may have come before: only now it is known what they start with.
      let next = number + 1;
      for (let held = this.#lines.get(next); held !== undefined; held = this.#lines.get(next)) {
        this.#note(next, held);
        if (held[2]?.p !== 1) break;
        next += 1;
      }
    }
    if (this.#pieces.size <= MAX_PIECES) return;
    const numbers = [...this.#pieces.keys()].sort((a, b) => a - b);
    for (const number of numbers.slice(0, numbers.length - MAX_PIECES)) this.#pieces.delete(number);
  }

  groupOf(number: number): StoredLine {
    const group = this.groups().find(({ from, to }) => number >= from && number <= to);
    return group ?? { from: number, to: number, characters: 0 };
  }

  /** The lines that are stored as several, in order. */
  groups(): readonly StoredLine[] {
    if (this.#groups !== undefined) return this.#groups;
    const groups: StoredLine[] = [];
    for (const number of [...this.#pieces.keys()].sort((a, b) => a - b)) {
      const piece = this.#pieces.get(number);
      const last = groups.at(-1);
      if (piece === undefined) continue;
      const isContinuation = last?.to === number && this.#pieces.get(number - 1)?.continues === true;
      // The next piece belongs to it, whether it has come or not.
      const to = piece.continues ? number + 1 : number;
      if (isContinuation) groups[groups.length - 1] = { from: last.from, to, characters: last.characters + piece.characters };
      else groups.push({ from: number, to, characters: piece.characters });
    }
    this.#groups = groups;
    return groups;
  }

  clear(): void {
    this.#pieces.clear();
    this.#groups = [];
  }

  #note(number: number, [, text, extra]: Line): void {
    const before = this.#pieces.get(number - 1);
    const start = before?.continues === true ? before.end : NOTHING;
    const readable = withoutLongStrings(text, start?.sequence);
    this.#pieces.set(number, {
      characters: readable.text.length,
      continues: extra?.p === 1,
      end: start && { sequence: readable.open, link: linkAfter(readable.text, start.link) },
    });
    this.#groups = undefined;
  }
}
