import type { Line } from '../../../protocol/line.ts';
import type { SearchQuery } from '../../../protocol/search/query.ts';
import { LineTester } from './line-tester.ts';
import type { TextMatcher } from './text-matcher.ts';

/** Lines that are tested at a time. */
const BATCH = 5_000;

export interface NewLinesHost {
  readonly matcher: TextMatcher;
  /** A held line. */
  line(number: number): Line | undefined;
}

/** Lines that were tested, up to line `upto`. */
export interface TestedUpto {
  readonly upto: number;
  readonly lines: readonly number[];
  readonly found: number;
}

/**
 * Tests the held lines behind `upto`, as far as none is missing and at most up to `head`. Undefined if the first one is missing.
 * `isKnown` says which lines are hits already: a line may have been stored in part when it was searched.
 */
export async function testNewLines(
  { matcher, line: lineAt }: NewLinesHost,
  query: SearchQuery,
  { upto, head, isMarked }: { readonly upto: number; readonly head: number; readonly isMarked: boolean },
  isKnown: (line: number) => boolean,
  signal: AbortSignal,
): Promise<TestedUpto | undefined> {
  const tester = new LineTester(query, matcher, isMarked);
  let from = upto + 1;
  while (lineAt(from - 1)?.[2]?.p === 1) from -= 1;
  let last = from - 1;
  for (let line = lineAt(last + 1); line !== undefined && last < Math.min(head, upto + BATCH); line = lineAt(last + 1)) {
    last += 1;
    tester.add(last, line);
  }
  if (last <= upto) return undefined;
  const { lines, found } = await tester.take(signal);
  const fresh = lines.filter((line) => line > upto || !isKnown(line));
  return { upto: last, lines: fresh, found: query.q === '' ? found : fresh.length };
}
