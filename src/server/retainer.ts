import { forEachLimited } from './util/concurrency.ts';
import type { Hub } from './live/hub.ts';
import type { Logger } from './log/logger.ts';
import type { LogStore, Retention } from './store.ts';

export interface RetainerOptions {
  readonly store: LogStore;
  readonly hub: Hub;
  /** Undefined keeps everything. */
  readonly retain: Retention | undefined;
  readonly logger: Pick<Logger, 'warn'>;
  /** ms between two trims of one log. @default 50 */
  readonly pace?: number;
  /** ms between two rounds over all logs, for what only grows old. @default a tenth of the age, 1 s to 60 s */
  readonly sweepInterval?: number;
}

/** Logs that wait for a trim; of more, those that appended last are left to their next append or the next round. */
const MAX_WAITING = 10_000;
const CONCURRENCY = 4;

/** Keeps logs within what is retained: soon after they grew, and by age now and then. */
export class Retainer {
  readonly #options: RetainerOptions;
  readonly #pace: number;
  readonly #waiting = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #sweepTimer: NodeJS.Timeout | undefined;
  #working = false;
  #closed = false;

  constructor(options: RetainerOptions) {
    this.#options = options;
    this.#pace = options.pace ?? 50;
    if (!this.#isBounded) return;
    // Once for logs from before that nobody appends to any more.
    setImmediate(() => void this.sweep());
    const age = options.retain?.age;
    if (age === undefined) return;
    const interval = options.sweepInterval ?? Math.min(60_000, Math.max(1_000, age / 10));
    this.#sweepTimer = setInterval(() => void this.sweep(), interval).unref();
  }

  /** To be called when lines were appended: the log is trimmed a moment later, once for all of them. */
  appended(channel: string): void {
    if (!this.#isBounded || this.#closed || this.#waiting.size >= MAX_WAITING) return;
    this.#waiting.add(channel);
    this.#schedule();
  }

  /** Trims every log there is. */
  async sweep(): Promise<void> {
    if (this.#working || this.#closed) return;
    this.#working = true;
    try {
      await forEachLimited(this.#options.store.channels(), CONCURRENCY, (channel) => this.#trim(channel));
    } catch (error) {
      this.#options.logger.warn(
        { event: 'sweep-failed', err: error },
        'The logs of the store could not be listed; what grew too old is removed in the next round.',
      );
    } finally {
      this.#working = false;
      if (this.#waiting.size > 0) this.#schedule();
    }
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearInterval(this.#sweepTimer);
    this.#waiting.clear();
  }

  get #isBounded(): boolean {
    const { retain } = this.#options;
    return retain?.lines !== undefined || retain?.bytes !== undefined || retain?.age !== undefined;
  }

  #schedule(): void {
    if (this.#working || this.#closed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#trimWaiting();
    }, this.#pace).unref();
  }

  async #trimWaiting(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    const channels = [...this.#waiting];
    this.#waiting.clear();
    await forEachLimited(channels, CONCURRENCY, (channel) => this.#trim(channel));
    this.#working = false;
    if (this.#waiting.size > 0) this.#schedule();
  }

  async #trim(channel: string): Promise<void> {
    const { store, hub, retain, logger } = this.#options;
    if (this.#closed || retain === undefined) return;
    try {
      hub.observe(channel, await store.trim(channel, retain, Date.now()));
    } catch (error) {
      logger.warn({ event: 'trim-failed', channel, err: error }, 'A log could not be trimmed; it is tried again when it grows.');
    }
  }
}
