/** Lines of hits that are held. Further ones are counted, and asked for when the reader gets there. */
export const MAX_HITS = 100_000;

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
  readonly lines: readonly number[];
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
  /** The line of the hit that the reader is at. */
  readonly current: number | undefined;
  readonly problem: FindProblem | undefined;
  /** What is wrong with the query, as the engine says. */
  readonly detail: string | undefined;
}

export type FindEvent =
  /** Another query, or none (`closed`). */
  | { readonly type: 'started' | 'waiting' | 'stopped' | 'closed' }
  | { readonly type: 'begun'; readonly after: number; readonly upto: number }
  /** Hits in order, each after those before; `found` and `scanned` as of the last of them, and `line` is the last line looked at. */
  | { readonly type: 'found'; readonly lines: readonly number[]; readonly found: number; readonly scanned: number; readonly line: number }
  | { readonly type: 'done'; readonly scanned: number; readonly found: number }
  | { readonly type: 'failed'; readonly problem: FindProblem; readonly detail?: string | undefined }
  /** The log grew to line `upto`; `lines` are the hits in what is new. */
  | { readonly type: 'grew'; readonly upto: number; readonly lines: readonly number[]; readonly found: number }
  /** Retention removed the lines before `first`. */
  | { readonly type: 'trimmed'; readonly first: number }
  /** Other hits are held from now on. */
  | { readonly type: 'window'; readonly hits: HitWindow }
  | { readonly type: 'went'; readonly line: number };

const NO_HITS: HitWindow = { after: 0, upto: 0, lines: [], before: 0 };

export const IDLE: FindState = {
  phase: 'idle',
  after: 0,
  upto: 0,
  scanned: 0,
  found: 0,
  hits: NO_HITS,
  current: undefined,
  problem: undefined,
  detail: undefined,
};

export function reduceFind(state: FindState, event: FindEvent): FindState {
  switch (event.type) {
    case 'closed':
      return IDLE;
    case 'started':
      return { ...IDLE, phase: 'searching' };
    case 'waiting':
    case 'stopped':
      return { ...state, phase: event.type };
    case 'begun': {
      const { after, upto } = event;
      return { ...state, phase: 'searching', after, upto, hits: { after, upto: after, lines: [], before: 0 } };
    }
    case 'found': {
      const { lines, found, scanned, line } = event;
      return { ...state, found: Math.max(found, state.found), scanned, hits: appended(state.hits, lines, Math.max(line, state.hits.upto)) };
    }
    case 'done': {
      const { found, scanned } = event;
      return { ...state, phase: 'done', found, scanned, hits: isFull(state.hits) ? state.hits : { ...state.hits, upto: state.upto } };
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
        hits: isTail ? appended(state.hits, lines, lines.length < found ? (lines.at(-1) ?? state.hits.upto) : upto) : state.hits,
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
function appended(hits: HitWindow, lines: readonly number[], upto: number): HitWindow {
  if (isFull(hits)) return hits;
  const last = hits.lines.at(-1) ?? hits.after;
  const all = [...hits.lines, ...lines.filter((line) => line > last)];
  if (all.length < MAX_HITS) return { ...hits, lines: all, upto };
  const held = all.slice(0, MAX_HITS);
  return { ...hits, lines: held, upto: held.at(-1) ?? upto };
}

function isFull({ lines }: HitWindow): boolean {
  return lines.length >= MAX_HITS;
}

function trimmed(state: FindState, first: number): FindState {
  const { after, upto, hits, current } = state;
  if (first - 1 <= after) return state;
  const gone = countBefore(hits.lines, first);
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
      lines: gone === 0 ? hits.lines : hits.lines.slice(gone),
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
  if (found === 0 && state.hits.lines.length === 0) return { kind: isSearching ? 'wait' : 'none' };
  return isBackwards ? stepBack(state, from, isSearching) : stepOn(state, from, isSearching);
}

function stepOn({ hits, after, upto }: FindState, from: number, isSearching: boolean): FindStep {
  const ask = (start: number, isWrapped: boolean): FindStep => ({ kind: 'ask', after: start, upto, isBackwards: false, isWrapped });
  if (from < hits.after && from >= after) return ask(from, false);
  const line = hits.lines[countBefore(hits.lines, from + 1)];
  if (line !== undefined) return { kind: 'line', line, isWrapped: false };
  if (isSearching && !isFull(hits)) return { kind: 'wait' };
  if (hits.upto < upto && !isSearching) return ask(Math.max(from, hits.upto), false);
  if (hits.after > after) return ask(after, true);
  return firstOf(hits.lines[0]);
}

function stepBack({ hits, after, upto }: FindState, from: number, isSearching: boolean): FindStep {
  const ask = (end: number, isWrapped: boolean): FindStep => ({ kind: 'ask', after, upto: end, isBackwards: true, isWrapped });
  if (from - 1 > hits.upto && isSearching && !isFull(hits)) return { kind: 'wait' };
  if (from - 1 > hits.upto && !isSearching && hits.upto < upto) return ask(Math.min(from - 1, upto), false);
  const line = hits.lines[countBefore(hits.lines, from) - 1];
  if (line !== undefined) return { kind: 'line', line, isWrapped: false };
  if (hits.after > after) return ask(Math.min(from - 1, hits.after), false);
  if (hits.upto < upto && !isSearching) return ask(upto, true);
  return firstOf(hits.lines.at(-1));
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
    return { after: start, upto, lines, before: upto === end ? found - lines.length : undefined };
  }
  const isNext = after === hits.upto && hits.before !== undefined;
  const before = isNext ? hits.before + hits.lines.length : undefined;
  return { after, upto: isAll ? upto : (lines.at(-1) ?? upto), lines, before };
}

/** The place of the current hit among all, from 1; undefined where that is not known. */
export function currentIndex({ hits, current }: FindState): number | undefined {
  if (current === undefined || hits.before === undefined) return undefined;
  const at = countBefore(hits.lines, current);
  return hits.lines[at] === current ? hits.before + at + 1 : undefined;
}

/** How many of ascending numbers are below a limit. */
export function countBefore(lines: readonly number[], limit: number): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle] ?? Infinity) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
