import type { LogStore, LogTail } from '../../server/store.ts';

/** ms between two calls of `onTails`: as often as a changing count can be read. */
const NOTIFY_INTERVAL = 200;

export interface LiveTailsOptions {
  readonly store: Pick<LogStore, 'watch'>;
  /** Called now and then while logs are written: there are newer tails. */
  readonly onTails: () => void;
}

/** The tails of some logs as they are written, from the events of the store. */
export class LiveTails {
  readonly #options: LiveTailsOptions;
  readonly #watched = new Map<string, () => void>();
  readonly #tails = new Map<string, LogTail>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LiveTailsOptions) {
    this.#options = options;
  }

  /** Watches these logs and stops watching all others. */
  watchOnly(channels: readonly string[]): void {
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

  /** The newest tail of a log since the last {@link clear}. */
  newest(channel: string): LogTail | undefined {
    return this.#tails.get(channel);
  }

  /** Call before reading the tails from the store, which includes all events so far. */
  clear(): void {
    this.#tails.clear();
  }

  #watch(channel: string): () => void {
    return this.#options.store.watch(channel, (event) => {
      // Logs are trimmed many times a second: that, and removal, is left to the next reading of the store.
      if (event.kind !== 'lines') return;
      this.#tails.set(channel, event.tail);
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#options.onTails();
      }, NOTIFY_INTERVAL).unref();
    });
  }
}
