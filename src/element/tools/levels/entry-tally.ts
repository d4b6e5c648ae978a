import type { LevelCounts, LevelsPage } from '../../../protocol/answers/answers.ts';
import type { Line } from '../../../protocol/line.ts';
import { LEVEL } from '../../../protocol/marks/level.ts';
import type { LineRun, LogStatus } from '../../../worker/api.ts';

/** Lines with new errors that are remembered one by one; older ones are taken together. */
export const MAX_NEWS = 1_000;

/** Consecutive lines whose entries are counted. */
interface Counted {
  readonly from: number;
  /** The last line; `from - 1` for none. */
  readonly to: number;
  readonly counts: LevelCounts;
}

/** Lines that the server is to count: those after `after` up to `upto`. */
export interface TallyQuestion {
  readonly epoch: string;
  readonly after: number;
  readonly upto: number;
}

/** Errors that came while the log was open, at their line or before it. */
interface NewErrors {
  readonly line: number;
  readonly errors: number;
}

/**
 * The entries of a log by level. Lines that arrive are counted by their marks; the server is asked about the others. Plain data:
 * whatever the log does, its size is bounded.
 */
export interface EntryTally {
  readonly epoch: string;
  /** The lines from the first one on that are counted. */
  readonly base: Counted;
  /** Lines that arrived after some that did not, or while the server counts the lines before. */
  readonly tail: Counted | undefined;
  /** The server counts these lines. */
  readonly asked: TallyQuestion | undefined;
  /** Whether the server has counted the log once: until then nothing is known of lines from before. */
  readonly isKnown: boolean;
  /** Retention removed lines that are counted. */
  readonly isOutdated: boolean;
  /** The last line that arrived, and whether the next one is a part of it. */
  readonly last: { readonly line: number; readonly continues: boolean };
  readonly news: readonly NewErrors[];
}

const NOTHING: LevelCounts = [0, 0, 0, 0, 0, 0];
const NONE: Counted = { from: 1, to: 0, counts: NOTHING };

/** Nothing is known of the log. */
export const UNCOUNTED: EntryTally = {
  epoch: '',
  base: NONE,
  tail: undefined,
  asked: undefined,
  isKnown: false,
  isOutdated: false,
  last: { line: 0, continues: false },
  news: [],
};

/** Errors, fatal ones included. */
export function errorsIn([, , , , error, fatal]: LevelCounts): number {
  return error + fatal;
}

/** The counts of all lines counted so far; undefined before the server has counted the log once. */
export function countsOf({ isKnown, base, tail }: EntryTally): LevelCounts | undefined {
  if (!isKnown) return undefined;
  return tail === undefined ? base.counts : added(base.counts, tail.counts);
}

/** How many errors came after a line, while the log was open. */
export function errorsAfter({ news }: EntryTally, line: number): number {
  return news.reduce((sum, { line: at, errors }) => (at > line ? sum + errors : sum), 0);
}

/** The status of the log changed, or lines came; `runs` may hold others than the newest. */
export function arrived(tally: EntryTally, { epoch, first }: Pick<LogStatus, 'epoch' | 'first'>, runs: readonly LineRun[]): EntryTally {
  const start = { from: first, to: first - 1, counts: NOTHING };
  let next = tally;
  if (epoch !== tally.epoch) next = { ...UNCOUNTED, epoch, base: start };
  else if (first > next.base.from) {
    const { base, tail } = next;
    const isEmpty = base.counts.every((count) => count === 0);
    if (base.to < first - 1) next = { ...next, base: start, isOutdated: false };
    else next = { ...next, base: { ...base, from: first }, isOutdated: next.isOutdated || !isEmpty };
    if (tail !== undefined && tail.to < first - 1) next = { ...next, tail: undefined };
  }
  for (const run of [...runs].sort((a, b) => a.from - b.from)) next = withRun(next, run);
  return next;
}

/** The lines to ask the server about, of a log of `head` lines; undefined if all are counted, or it counts already. */
export function questionOf({ epoch, base, tail, asked, isKnown, isOutdated }: EntryTally, head: number): TallyQuestion | undefined {
  if (asked !== undefined || epoch === '' || head < base.from) return undefined;
  const upto = tail?.to === head ? tail.from - 1 : head;
  if (isKnown && upto > base.to) return { epoch, after: base.to, upto };
  if (isKnown && !isOutdated) return undefined;
  return { epoch, after: base.from - 1, upto: Math.max(upto, base.to) };
}

/** The server is asked. Lines that arrive after those it counts are counted by themselves. */
export function asking(tally: EntryTally, asked: TallyQuestion): EntryTally {
  const { base, tail, news, isKnown } = tally;
  const isGap = isKnown && asked.after === base.to;
  return {
    ...tally,
    asked,
    tail: tail === undefined || tail.from > asked.upto ? tail : undefined,
    news: isGap ? news.filter(({ line }) => line <= asked.after || line > asked.upto) : news,
  };
}

/** The server has counted the lines it was asked about. */
export function answered(tally: EntryTally, asked: TallyQuestion, { parts }: Pick<LevelsPage, 'parts'>): EntryTally {
  const { base, isKnown } = tally;
  if (tally.asked !== asked) return tally;
  const counts = parts.reduce((sum, part) => added(sum, part.counts), NOTHING);
  const isGap = isKnown && asked.after === base.to;
  const next: EntryTally = {
    ...tally,
    asked: undefined,
    isKnown: true,
    isOutdated: isGap ? tally.isOutdated : base.from - 1 > asked.after,
    base: { from: base.from, to: Math.max(asked.upto, base.from - 1), counts: isGap ? added(base.counts, counts) : counts },
    news: isGap && errorsIn(counts) > 0 ? withNews(tally.news, [{ line: asked.upto, errors: errorsIn(counts) }]) : tally.news,
  };
  return joined(next);
}

/** The server did not count. */
export function refused(tally: EntryTally, asked: TallyQuestion): EntryTally {
  return tally.asked === asked ? joined({ ...tally, asked: undefined }) : tally;
}

function withRun(tally: EntryTally, run: LineRun): EntryTally {
  const { base, tail, asked, last } = tally;
  const known = tail?.to ?? Math.max(base.to, asked?.upto ?? 0);
  const to = run.from + run.lines.length - 1;
  const continues = run.lines.at(-1)?.[2]?.p === 1;
  const latest = to > last.line ? { line: to, continues } : last;
  if (to <= known) return { ...tally, last: latest };
  let from = Math.max(run.from, known + 1);
  // A line is counted only where it is known whether it is a part of the one before.
  const isFirstKnown = from > run.from || from === base.from || last.line === from - 1;
  if (!isFirstKnown) from += 1;
  if (from > to) return { ...tally, last: latest };
  const before = from > run.from ? run.lines[from - 1 - run.from]?.[2]?.p === 1 : last.line === from - 1 && last.continues;
  const { counts, news } = countLines(run.lines.slice(from - run.from), from, before, tally.news);
  const next = { ...tally, news, last: latest };
  if (tail?.to === from - 1) return { ...next, tail: { from: tail.from, to, counts: added(tail.counts, counts) } };
  if (asked === undefined && base.to === from - 1) return { ...next, base: { ...base, to, counts: added(base.counts, counts) } };
  return { ...next, tail: { from, to, counts } };
}

/** Counts the entries of lines from number `from` on; `isPart`: the first is a part of the line before. */
function countLines(
  lines: readonly Line[],
  from: number,
  isPart: boolean,
  before: readonly NewErrors[],
): { readonly counts: LevelCounts; readonly news: readonly NewErrors[] } {
  const counts: [number, number, number, number, number, number] = [0, 0, 0, 0, 0, 0];
  const found: NewErrors[] = [];
  let isContinued = isPart;
  for (const [at, [, , { l, k, r, p } = {}]] of lines.entries()) {
    if (l !== undefined && k === undefined && r === undefined && !isContinued) {
      counts[rankOf(l)] = (counts[rankOf(l)] ?? 0) + 1;
      if (l >= LEVEL.error) found.push({ line: from + at, errors: 1 });
    }
    isContinued = p === 1;
  }
  return { counts, news: withNews(before, found) };
}

/** The place of a level, 1 to 24, in the counts. */
function rankOf(level: number): number {
  return Math.ceil(level / 4) - 1;
}

/** Makes one of base and tail where nothing is missing between them. */
function joined(tally: EntryTally): EntryTally {
  const { base, tail } = tally;
  if (tail?.from !== base.to + 1) return tally;
  return { ...tally, base: { from: base.from, to: tail.to, counts: added(base.counts, tail.counts) }, tail: undefined };
}

function withNews(news: readonly NewErrors[], more: readonly NewErrors[]): readonly NewErrors[] {
  if (more.length === 0) return news;
  const all = [...news, ...more].sort((a, b) => a.line - b.line);
  const old = all.slice(0, Math.max(0, all.length - MAX_NEWS + 1));
  const line = old.at(-1)?.line;
  if (old.length < 2 || line === undefined) return all;
  return [{ line, errors: old.reduce((sum, { errors }) => sum + errors, 0) }, ...all.slice(old.length)];
}

function added(a: LevelCounts, b: LevelCounts): LevelCounts {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3], a[4] + b[4], a[5] + b[5]];
}
