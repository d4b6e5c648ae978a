import { LineSet } from '../../viewport/filter/line-set.ts';

/** Lines of hits that are held. Further ones are counted, and asked for when the reader gets there. */
export const MAX_HITS = 100_000;
/** As many where only they are shown. */
export const MAX_SHOWN = 1_000_000;

/** The first and the last of some consecutive lines. */
export type LinesFound = readonly [from: number, to: number];

/** Why there is no result, or only a part of one. */
export type FindProblem = 'slow' | 'invalid' | 'busy' | 'denied' | 'interrupted' | 'no-regex';

export type FindPhase = 'idle' | 'waiting' | 'searching' | 'done' | 'stopped' | 'failed';

/** All hits in a range of lines. */
export interface HitWindow {
  /** The lines after this one … */
  readonly after: number;
  /** … up to this one. */
  readonly upto: number;
  /** The lines that are found, in order. */
  readonly lines: LineSet;
  /** Number of hits up to line `after`; undefined while it is not known. */
  readonly before: number | undefined;
}

export interface FindState {
  readonly phase: FindPhase;
  /** The lines that are searched, from the one after `after` up to `upto`. */
  readonly after: number;
  readonly upto: number;
  readonly scanned: number;
  /** Lines found so far. */
  readonly found: number;
  readonly hits: HitWindow;
  /** How many lines of hits may be held. */
  readonly limit: number;
  /** The line of the hit that the reader is at. */
  readonly current: number | undefined;
  readonly problem: FindProblem | undefined;
  /** What is wrong with the query, as the engine says. */
  readonly detail: string | undefined;
}

export type FindEvent =
  /** Another query, or none (`closed`). */
  | { readonly type: 'started'; readonly limit?: number }
  | { readonly type: 'waiting' | 'stopped' | 'closed' }
  /** Another number of hits may be held from now on. */
  | { readonly type: 'limited'; readonly limit: number }
  | { readonly type: 'begun'; readonly after: number; readonly upto: number }
  /** Hits in order, each after those before; `found` and `scanned` as of the last of them, and `line` is the last line looked at. */
  | {
      readonly type: 'found';
      readonly lines: readonly LinesFound[];
      readonly found: number;
      readonly scanned: number;
      readonly line: number;
    }
  | { readonly type: 'done'; readonly scanned: number; readonly found: number }
  | { readonly type: 'failed'; readonly problem: FindProblem; readonly detail?: string | undefined }
  /** The log grew to line `upto`; `lines` are the hits in what is new. */
  | { readonly type: 'grew'; readonly upto: number; readonly lines: readonly LinesFound[]; readonly found: number }
  /** Retention removed the lines before `first`. */
  | { readonly type: 'trimmed'; readonly first: number }
  /** Other hits are held from now on. */
  | { readonly type: 'window'; readonly hits: HitWindow }
  | { readonly type: 'went'; readonly line: number };

const NO_HITS: HitWindow = { after: 0, upto: 0, lines: LineSet.EMPTY, before: 0 };

export const IDLE: FindState = {
  phase: 'idle',
  after: 0,
  upto: 0,
  scanned: 0,
  found: 0,
  hits: NO_HITS,
  limit: MAX_HITS,
  current: undefined,
  problem: undefined,
  detail: undefined,
};

export function reduceFind(state: FindState, event: FindEvent): FindState {
  switch (event.type) {
    case 'closed':
      return IDLE;
    case 'started':
      return { ...IDLE, phase: 'searching', limit: event.limit ?? MAX_HITS };
    case 'waiting':
    case 'stopped':
      return { ...state, phase: event.type };
    case 'limited':
      return { ...state, limit: event.limit };
    case 'begun': {
      const { after, upto } = event;
      return { ...state, phase: 'searching', after, upto, hits: { ...NO_HITS, after, upto: after } };
    }
    case 'found': {
      const { lines, found, scanned, line } = event;
      return { ...state, found: Math.max(found, state.found), scanned, hits: appended(state, lines, Math.max(line, state.hits.upto)) };
    }
    case 'done': {
      const { found, scanned } = event;
      return { ...state, phase: 'done', found, scanned, hits: isFull(state) ? state.hits : { ...state.hits, upto: state.upto } };
    }
    case 'failed':
      return { ...state, phase: 'failed', problem: event.problem, detail: event.detail };
    case 'grew': {
      const { upto, lines, found } = event;
      const isTail = state.hits.upto >= state.upto;
      return {
        ...state,
        upto,
        scanned: state.scanned + Math.max(0, upto - state.upto),
        found: state.found + found,
        hits: isTail ? appended(state, lines, sizeOf(lines) < found ? (lines.at(-1)?.[1] ?? state.hits.upto) : upto) : state.hits,
      };
    }
    case 'trimmed':
      return trimmed(state, event.first);
    case 'window':
      return { ...state, hits: event.hits };
    case 'went':
      return { ...state, current: event.line };
  }
}

/** Adds hits up to line `upto`, as far as there is room. */
function appended({ hits, limit }: FindState, added: readonly LinesFound[], upto: number): HitWindow {
  if (hits.lines.size >= limit) return hits;
  const lines = hits.lines.addAll(fitting(added, Math.max(hits.after, hits.lines.last ?? 0), limit - hits.lines.size));
  return { ...hits, lines, upto: lines.size < limit ? upto : (lines.last ?? upto) };
}

/** The first so many of lines that are after another one. */
function* fitting(added: readonly LinesFound[], last: number, room: number): Generator<LinesFound, void> {
  let left = room;
  for (const [from, to] of added) {
    const start = Math.max(from, last + 1);
    const end = Math.min(to, start + left - 1);
    if (end < start) continue;
    yield [start, end];
    left -= end - start + 1;
  }
}

/** Lines one by one. */
export function singleLines(lines: readonly number[]): readonly LinesFound[] {
  return lines.map((line) => [line, line]);
}

function sizeOf(lines: readonly LinesFound[]): number {
  return lines.reduce((sum, [from, to]) => sum + to - from + 1, 0);
}

/** How much of the log was searched, 0 to 1. */
export function shareSearched({ phase, scanned, after, upto }: FindState): number {
  if (phase === 'done') return 1;
  return upto > after ? Math.min(1, scanned / (upto - after)) : 0;
}

/** Whether all hits of the lines that were searched are held. */
export function isWhole(state: FindState): boolean {
  const { phase, hits, after, upto } = state;
  return phase === 'done' && hits.after <= after && hits.upto >= upto && !isFull(state);
}

/** Whether no further hits are held. */
export function isFull({ hits, limit }: FindState): boolean {
  return hits.lines.size >= limit;
}

function trimmed(state: FindState, first: number): FindState {
  const { after, upto, hits, current } = state;
  if (first - 1 <= after) return state;
  const gone = hits.lines.countBefore(first);
  // Of hits that are not held, it is not known how many are gone.
  const isKnown = hits.after <= after;
  return {
    ...state,
    after: first - 1,
    upto: Math.max(upto, first - 1),
    scanned: Math.max(0, state.scanned - (first - 1 - after)),
    found: Math.max(0, state.found - (isKnown ? gone : 0)),
    hits: {
      after: Math.max(hits.after, first - 1),
      upto: Math.max(hits.upto, first - 1),
      lines: hits.lines.from(first),
      before: isKnown ? 0 : undefined,
    },
    current: current !== undefined && current < first ? undefined : current,
  };
}

/** Where the next hit is. `ask`: among lines whose hits are not held; `wait`: the search has not got there. */
export type FindStep =
  | { readonly kind: 'none' | 'wait' }
  | { readonly kind: 'line'; readonly line: number; readonly isWrapped: boolean }
  /** Hits after `after` up to `upto`, the first or, `backwards`, the last of them. */
  | {
      readonly kind: 'ask';
      readonly after: number;
      readonly upto: number;
      readonly isBackwards: boolean;
      readonly isWrapped: boolean;
    };

/** The hit after line `from`, or before it (`isBackwards`). At the ends it continues at the other one. */
export function stepFrom(state: FindState, from: number, isBackwards: boolean): FindStep {
  const { found, phase } = state;
  const isSearching = phase === 'searching' || phase === 'waiting';
  if (found === 0 && state.hits.lines.size === 0) return { kind: isSearching ? 'wait' : 'none' };
  return isBackwards ? stepBack(state, from, isSearching) : stepOn(state, from, isSearching);
}

function stepOn(state: FindState, from: number, isSearching: boolean): FindStep {
  const { hits, after, upto } = state;
  const ask = (start: number, isWrapped: boolean): FindStep => ({ kind: 'ask', after: start, upto, isBackwards: false, isWrapped });
  if (from < hits.after && from >= after) return ask(from, false);
  const line = hits.lines.at(hits.lines.countBefore(from + 1));
  if (line !== undefined) return { kind: 'line', line, isWrapped: false };
  if (isSearching && !isFull(state)) return { kind: 'wait' };
  if (hits.upto < upto && !isSearching) return ask(Math.max(from, hits.upto), false);
  if (hits.after > after) return ask(after, true);
  return firstOf(hits.lines.first);
}

function stepBack(state: FindState, from: number, isSearching: boolean): FindStep {
  const { hits, after, upto } = state;
  const ask = (end: number, isWrapped: boolean): FindStep => ({ kind: 'ask', after, upto: end, isBackwards: true, isWrapped });
  if (from - 1 > hits.upto && isSearching && !isFull(state)) return { kind: 'wait' };
  if (from - 1 > hits.upto && !isSearching && hits.upto < upto) return ask(Math.min(from - 1, upto), false);
  const line = hits.lines.at(hits.lines.countBefore(from) - 1);
  if (line !== undefined) return { kind: 'line', line, isWrapped: false };
  if (hits.after > after) return ask(Math.min(from - 1, hits.after), false);
  if (hits.upto < upto && !isSearching) return ask(upto, true);
  return firstOf(hits.lines.last);
}

function firstOf(line: number | undefined): FindStep {
  return line === undefined ? { kind: 'none' } : { kind: 'line', line, isWrapped: true };
}

/**
 * The window of hits that an answer to a step of the kind `ask` makes. `lines` are the first hits in the scope, or the last
 * (`isBackwards`), and `isAll` says whether there are no others.
 */
export function windowOf(
  { hits, found, upto: end }: FindState,
  { after, upto }: Pick<HitWindow, 'after' | 'upto'>,
  { lines, isAll }: { readonly lines: readonly number[]; readonly isAll: boolean },
  isBackwards: boolean,
): HitWindow {
  if (isBackwards) {
    const start = isAll ? after : (lines[0] ?? after + 1) - 1;
    return { after: start, upto, lines: LineSet.of(lines), before: upto === end ? found - lines.length : undefined };
  }
  const isNext = after === hits.upto && hits.before !== undefined;
  const before = isNext ? hits.before + hits.lines.size : undefined;
  return { after, upto: isAll ? upto : (lines.at(-1) ?? upto), lines: LineSet.of(lines), before };
}

/** The place of the current hit among all, from 1; undefined where that is not known. */
export function currentIndex({ hits, current, found }: FindState): number | undefined {
  const { lines, before } = hits;
  // Where entries are counted there are more lines than that.
  if (current === undefined || before === undefined || lines.size > found || !lines.has(current)) return undefined;
  return before + lines.countBefore(current) + 1;
}
