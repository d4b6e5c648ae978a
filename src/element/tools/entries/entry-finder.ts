import type { Log, Range } from '../../../worker/api.ts';
import type { LogQueries } from '../../../worker/queries/log-queries.ts';
import { RefusedQueryError } from '../../../worker/queries/refused-query-error.ts';
import type { LogBinding } from '../../log-binding.ts';
import type { Viewport } from '../../viewport/viewport.ts';
import { isAbortError, type Task } from '../messages/task.ts';
import type { ToastAction } from '../messages/toast.ts';
import type { ToolStrings } from '../strings.ts';
import type { EntryKind } from './entry-kind.ts';
import { findEntry, SEARCH_LIMIT, type EntryFound, type EntrySearch } from './find-entry.ts';

/** Characters of an entry that are announced. */
const ANNOUNCED = 200;

export interface EntryFinderHost {
  readonly binding: LogBinding;
  readonly viewport: Pick<Viewport, 'line' | 'visible' | 'goTo'>;
  readonly task: Task;
  readonly strings: ToolStrings;
  /** Asks the server about the log that is shown; undefined while none is. */
  queries(): LogQueries | undefined;
  /** What answers in place of a server that cannot; undefined unless it has read the whole log. */
  read(): Pick<LogQueries, 'levels' | 'seek'> | undefined;
  /** The first and the last line of the log. */
  lines(): Range;
  /** The current line, while it is on screen. */
  current(): number | undefined;
  select(line: number): void;
  notify(text: string, action?: ToastAction): void;
  /** For screen readers only. */
  announce(text: string): void;
}

/** Jumps from error to error, and from warning to warning. */
export class EntryFinder {
  readonly #host: EntryFinderHost;
  /** Logs of servers that cannot seek. */
  readonly #unseekable = new WeakSet<Log>();

  constructor(host: EntryFinderHost) {
    this.#host = host;
  }

  /**
   * Jumps to the next or the previous line of a kind, seen from the lines on screen or from line `from`. Resolves with its number;
   * undefined when there is none or the reader cancels the search.
   */
  async go(kind: EntryKind, backwards: boolean, from?: number): Promise<number | undefined> {
    const { binding, viewport, task, notify, announce, lines, select, strings } = this.#host;
    const { log } = binding;
    const all = lines();
    const words = strings.finding[kind.name];
    if (log === undefined || all.to < all.from) {
      notify(words.none(0));
      return undefined;
    }
    const start = from ?? this.#start(backwards);
    const held = (line: number): ReturnType<Viewport['line']> => viewport.line(line);
    const result = await task
      .run(words.searching(0), (signal, report) =>
        this.#find(log, {
          all,
          start,
          backwards,
          kind,
          held,
          log,
          signal,
          progress: (count) => report(words.searching(count)),
        }),
      )
      .catch((error: unknown) => {
        if (isAbortError(error)) return undefined;
        throw error;
      });
    if (result?.kind === 'none') notify(words.none(all.to - all.from + 1));
    if (result?.kind === 'stopped')
      notify(words.none(SEARCH_LIMIT), { label: strings.keepSearching, run: () => void this.go(kind, backwards, result.next) });
    if (result?.kind !== 'found') return undefined;
    select(result.line);
    // A survivor of redrawn lines is shown in its place in the fold, which need not open.
    viewport.goTo(result.line, false);
    if (result.wrapped) notify(strings.errorWrapped(backwards));
    announce(words.at(result.line, result.text.slice(0, ANNOUNCED)));
    return result.line;
  }

  /** By asking the server, or what has read the log in its place; else by reading the lines. */
  async #find(log: Log, search: EntrySearch & { readonly kind: EntryKind }): Promise<EntryFound> {
    const { epoch } = log.status;
    if (!this.#unseekable.has(log)) {
      try {
        const found = await this.#seek(search, epoch, this.#host.queries());
        if (found !== undefined) return found;
      } catch (error) {
        if (!(error instanceof RefusedQueryError)) throw error;
        if (error.reason === 'unsupported') this.#unseekable.add(log);
      }
    }
    return (await this.#seek(search, epoch, this.#unseekable.has(log) ? this.#host.read() : undefined)) ?? findEntry(search);
  }

  /** Undefined where nothing can answer. */
  async #seek(
    search: EntrySearch & { readonly kind: EntryKind },
    epoch: string,
    queries: Pick<LogQueries, 'levels' | 'seek'> | undefined,
  ): Promise<EntryFound | undefined> {
    if (queries === undefined || epoch === '') return undefined;
    const { seekEntry } = await import('./seek-entry.ts');
    return seekEntry({ ...search, queries, epoch });
  }

  /** After the current line, which the entry found last is, while that is on screen; else at the edge of the screen. */
  #start(backwards: boolean): number {
    const { viewport, current } = this.#host;
    const { from, to } = viewport.visible;
    const line = current();
    if (line === undefined) return backwards ? to : from;
    return line + (backwards ? -1 : 1);
  }
}
