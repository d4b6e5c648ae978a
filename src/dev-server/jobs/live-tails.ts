import type { LogStore, LogTail } from '../../server/store.ts';

/** ms between two tellings: as often as somebody can read a count that changes. */
const NOTIFY_INTERVAL = 200;

export interface LiveTailsOptions {
  readonly store: Pick<LogStore, 'watch'>;
  /** There are tails that are newer than those told of before; called now and then while logs are written. */
  readonly onTails: () => void;
}

/** The tails of some logs as they are written, from what their store tells anyway. */
export class LiveTails {
  readonly #options: LiveTailsOptions;
  readonly #watched = new Map<string, () => void>();
  readonly #tails = new Map<string, LogTail>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LiveTailsOptions) {
    this.#options = options;
  }

  /** Watches these logs and no others. */
  follow(channels: readonly string[]): void {
    const wanted = new Set(channels);
    for (const [channel, stop] of this.#watched) {
      if (wanted.has(channel)) continue;
      stop();
      this.#watched.delete(channel);
      this.#tails.delete(channel);
    }
    for (const channel of wanted) if (!this.#watched.has(channel)) this.#watched.set(channel, this.#watch(channel));
    if (wanted.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** What was told of a log since the last {@link forget}. */
  newest(channel: string): LogTail | undefined {
    return this.#tails.get(channel);
  }

  /** To be called before the tails are read anew: what was told until then is in what is read. */
  forget(): void {
    this.#tails.clear();
  }

  #watch(channel: string): () => void {
    return this.#options.store.watch(channel, (news) => {
      // A log that was removed or trimmed, which may be many times a second, is for the next look at the store.
      if (news.kind !== 'lines') return;
      this.#tails.set(channel, news.tail);
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#options.onTails();
      }, NOTIFY_INTERVAL).unref();
    });
  }
}
