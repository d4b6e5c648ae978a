import type { Log, LogLine, Range } from '../../../worker/api.ts';

/** Lines of a page: two of the ranges that history is fetched in. */
export const PAGE = 2_000;

/** The pages of a range, aligned as history is fetched; last page first when `backwards`. */
export function pagesOf({ from, to }: Range, backwards = false): Range[] {
  const pages: Range[] = [];
  for (let start = from; start <= to;) {
    const end = Math.min(to, Math.ceil(start / PAGE) * PAGE);
    pages.push({ from: start, to: end });
    start = end + 1;
  }
  return backwards ? pages.reverse() : pages;
}

/** Reads a range of lines page by page, fetching one page ahead. Rejects with the signal's reason. */
export async function* readPages(
  log: Pick<Log, 'range'>,
  range: Range,
  signal: AbortSignal,
  backwards = false,
): AsyncGenerator<LogLine[], void> {
  const [first, ...rest] = pagesOf(range, backwards);
  let pending = first && read(log, first);
  for (const next of [...rest, undefined]) {
    if (pending === undefined) return;
    const page = await unlessAborted(pending, signal);
    pending = next && read(log, next);
    yield page;
  }
}

/** Handles the rejection, so that a page which is fetched ahead and never awaited may fail. */
function read(log: Pick<Log, 'range'>, { from, to }: Range): Promise<LogLine[]> {
  const page = log.range(from, to);
  page.catch(() => undefined);
  return page;
}

/** Settles as `work` does, or rejects as soon as the signal is aborted: a fetch may hang. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason instanceof Error ? signal.reason : new DOMException('Aborted', 'AbortError'));
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
