import type { LogQueries } from '../../../worker/queries/log-queries.ts';
import type { Range } from '../../../worker/api.ts';
import { LEVEL } from '../../../protocol/marks/level.ts';
import { movesVertically } from '../../../protocol/terminal/vertical.ts';
import { shownText } from '../../../protocol/terminal/shown-text.ts';
import { SearchLines } from '../lines/search-lines.ts';
import { findEntry, findIn, type EntryFound, type EntrySearch } from './find-entry.ts';
import type { EntryKind } from './entry-kind.ts';

/** Parts that the lines are divided into where an entry is narrowed down by counts. */
const PARTS = 1_000;
/** Lines around a line that may redraw its row. */
const REACH = 128;
/** Lines searched for a row that survives among redrawn ones. */
const SURVIVORS = 2_000;
/** Counted rows of which nothing survives that are passed over; then the lines are read instead. */
const MAX_FOLDS = 50;

export interface EntrySeek extends EntrySearch {
  readonly kind: EntryKind;
  readonly queries: Pick<LogQueries, 'levels' | 'seek'>;
  readonly epoch: string;
}

/**
 * Finds the next entry of a kind by asking the server, which has counted them all: however long the log is, it takes a few requests.
 * Where lines were redrawn it is the row that survives, as {@link findEntry} finds it. Rejects with a RefusedQueryError where the
 * server has no answer.
 */
export async function seekEntry(seek: EntrySeek): Promise<EntryFound> {
  const { all, backwards } = seek;
  const start = backwards ? Math.min(seek.start, all.to) : Math.max(seek.start, all.from);
  const head = { from: all.from, to: Math.min(backwards ? start : start - 1, all.to) };
  const tail = { from: Math.max(backwards ? start + 1 : start, all.from), to: all.to };
  const seeker = new EntrySeeker(seek);
  for (const [at, way] of (backwards ? [head, tail] : [tail, head]).entries()) {
    const found = await seeker.first(way);
    if (found?.kind === 'found') return { ...found, wrapped: found.wrapped || at > 0 };
    if (found !== undefined) return found;
  }
  return { kind: 'none' };
}

class EntrySeeker {
  readonly #seek: EntrySeek;
  readonly #lines: SearchLines;

  constructor(seek: EntrySeek) {
    this.#seek = seek;
    this.#lines = new SearchLines(seek);
  }

  /** The first entry of a range, in the direction of the search; undefined for none. */
  async first(way: Range): Promise<EntryFound | undefined> {
    const { backwards } = this.#seek;
    let rest = way;
    for (let folds = 0; rest.from <= rest.to; folds += 1) {
      const edge = backwards ? rest.to : rest.from;
      if (folds === MAX_FOLDS) return findEntry({ ...this.#seek, start: edge });
      const line = await this.#counted(rest);
      // A row at the edge may have been counted beyond it, and redrawn within.
      const near = (await this.#isRedrawn(edge)) ? await this.#surviving(nearTo(edge, line, rest, backwards)) : undefined;
      if (near !== undefined || line === undefined) return near;
      if (!(await this.#isRedrawn(line))) return this.#at(line);
      // Later lines redraw a row: what survives of it is below.
      const left = await this.#surviving({ from: line, to: Math.min(rest.to, line + SURVIVORS - 1) });
      if (left !== undefined) return left;
      rest = backwards ? { from: rest.from, to: line - 1 } : { from: line + SURVIVORS, to: rest.to };
    }
    return undefined;
  }

  async #at(line: number): Promise<EntryFound> {
    const [read] = await this.#lines.read({ from: line, to: line });
    return { kind: 'found', line, text: shownText(read?.text ?? ''), wrapped: false };
  }

  /** The first row with an entry that survives among these lines, in the direction of the search. */
  async #surviving(range: Range): Promise<EntryFound | undefined> {
    const found = await findIn(this.#lines, this.#seek, range);
    return found && { kind: 'found', ...found, wrapped: false };
  }

  /** Whether lines near this one move over rows that were written before. */
  async #isRedrawn(line: number): Promise<boolean> {
    const near = await this.#lines.read({ from: line - REACH, to: line + REACH });
    return near.some(({ text }) => movesVertically(text));
  }

  /** The first entry of a range that the server counted; undefined for none. */
  async #counted({ from, to }: Range): Promise<number | undefined> {
    const { queries, epoch, kind, backwards, signal } = this.#seek;
    const { level } = kind;
    const question = backwards ? { epoch, level, before: to + 1 } : { epoch, level, after: from - 1 };
    const place = await queries.seek(question, signal);
    if (place === undefined || place.line < from || place.line > to) return undefined;
    if (kind.has(LEVEL.fatal)) return place.line;
    const { parts } = await queries.levels({ epoch, after: place.line - 1, upto: place.line }, signal);
    if (parts.some(({ counts }) => kind.in(counts) > 0)) return place.line;
    // It is of a worse level.
    return this.#narrowed(backwards ? { from, to: place.line - 1 } : { from: place.line + 1, to });
  }

  /** The same by counts: part by part, the range is narrowed down to a line. */
  async #narrowed(range: Range): Promise<number | undefined> {
    const { queries, epoch, kind, backwards, signal } = this.#seek;
    let { from, to } = range;
    while (from <= to) {
      const { after, parts } = await queries.levels({ epoch, after: from - 1, upto: to, parts: PARTS }, signal);
      const ranges = parts.map(({ last, counts }, at) => ({ from: (parts[at - 1]?.last ?? after) + 1, to: last, counts }));
      const holding = ranges.filter(({ counts }) => kind.in(counts) > 0);
      const part = backwards ? holding.at(-1) : holding[0];
      if (part === undefined || part.from === part.to) return part?.from;
      // A log that was trimmed meanwhile may answer with the same part again.
      if (part.from === from && part.to === to) return part.from;
      ({ from, to } = part);
    }
    return undefined;
  }
}

/** The lines from one end of a range to an entry in it, as far as rows are redrawn. */
function nearTo(edge: number, entry: number | undefined, { from, to }: Range, backwards: boolean): Range {
  if (backwards) return { from: Math.max(from, entry ?? from, edge - SURVIVORS + 1), to: edge };
  return { from: edge, to: Math.min(to, entry ?? to, edge + SURVIVORS - 1) };
}
