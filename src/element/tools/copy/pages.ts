import type { Log, LogLine, Range } from '../../../worker/api.ts';

/** Lines of a page: two of the ranges that are fetched at a time. */
export const PAGE = 2_000;

/** The pages of a range in order, aligned as lines are fetched; backwards the last one comes first. */
export function pagesOf({ from, to }: Range, backwards = false): Range[] {
  const pages: Range[] = [];
  for (let start = from; start <= to;) {
    const end = Math.min(to, Math.ceil(start / PAGE) * PAGE);
    pages.push({ from: start, to: end });
    start = end + 1;
  }
  return backwards ? pages.reverse() : pages;
}

/** Reads a range of lines page by page, one ahead of who takes them. Rejects with the reason of the signal. */
export async function* readPages(
  log: Pick<Log, 'range'>,
  range: Range,
  signal: AbortSignal,
  backwards = false,
): AsyncGenerator<LogLine[], void> {
  const [first, ...rest] = pagesOf(range, backwards);
  let coming = first && read(log, first);
  for (const next of [...rest, undefined]) {
    if (coming === undefined) return;
    const page = await unlessAborted(coming, signal);
    coming = next && read(log, next);
    yield page;
  }
}

/** A page that nobody waits for any more may fail unheard. */
function read(log: Pick<Log, 'range'>, { from, to }: Range): Promise<LogLine[]> {
  const page = log.range(from, to);
  page.catch(() => undefined);
  return page;
}

/** Settles as `work` does, or rejects as soon as the signal is aborted: what is fetched may never come. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason instanceof Error ? signal.reason : new DOMException('Aborted', 'AbortError'));
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
