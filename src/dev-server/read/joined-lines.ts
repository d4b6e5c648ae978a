import { WholeLines, type WholeLine } from '../../protocol/search/whole-lines.ts';
import type { LinesPage } from './log-reader.ts';

/** The lines of pages, with the pieces of each long line together. Pages must be in order. */
export async function* joinedLines(pages: AsyncIterable<LinesPage>): AsyncGenerator<WholeLine> {
  let whole: WholeLine[] = [];
  const joiner = new WholeLines((line) => whole.push(line));
  let last = 0;
  for await (const { from, lines } of pages) {
    for (const [at, line] of lines.entries()) joiner.add(from + at, line);
    last = from + lines.length - 1;
    yield* whole;
    whole = [];
  }
  joiner.flush(last);
  yield* whole;
}
