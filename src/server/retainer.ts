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
  /** ms between an append and the trim that follows it. @default 50 */
  readonly trimDelay?: number;
  /** ms between two sweeps over all logs, which remove lines that grow too old. @default a tenth of the age, 1 s to 60 s */
  readonly sweepInterval?: number;
}

/** The most logs waiting for a trim; further ones are trimmed after their next append or in the next sweep. */
const MAX_WAITING = 10_000;
const CONCURRENCY = 4;

/** Trims logs to what is retained: soon after they have grown, and by age from time to time. */
export class Retainer {
  readonly #options: RetainerOptions;
  readonly #trimDelay: number;
  readonly #waiting = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #sweepTimer: NodeJS.Timeout | undefined;
  #isTrimming = false;
  #isClosed = false;

  constructor(options: RetainerOptions) {
    this.#options = options;
    this.#trimDelay = options.trimDelay ?? 50;
    if (!this.#isBounded) return;
    // Once at the start, for existing logs that no producer appends to any more.
    setImmediate(() => void this.sweep());
    const age = options.retain?.age;
    if (age === undefined) return;
    const interval = options.sweepInterval ?? Math.min(60_000, Math.max(1_000, age / 10));
    this.#sweepTimer = setInterval(() => void this.sweep(), interval).unref();
  }

  /** To be called when lines were appended: the log is trimmed a moment later, once for all appends until then. */
  appended(channel: string): void {
    if (!this.#isBounded || this.#isClosed || this.#waiting.size >= MAX_WAITING) return;
    this.#waiting.add(channel);
    this.#schedule();
  }

  /** Trims all logs. */
  async sweep(): Promise<void> {
    if (this.#isTrimming || this.#isClosed) return;
    this.#isTrimming = true;
    try {
      await forEachLimited(this.#options.store.channels(), CONCURRENCY, (channel) => this.#trim(channel));
    } catch (error) {
      this.#options.logger.warn(
        { event: 'sweep-failed', err: error },
        'The logs of the store could not be listed; lines that are too old are removed in the next sweep.',
      );
    } finally {
      this.#isTrimming = false;
      if (this.#waiting.size > 0) this.#schedule();
    }
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    clearInterval(this.#sweepTimer);
    this.#waiting.clear();
  }

  get #isBounded(): boolean {
    const { retain } = this.#options;
    return retain?.lines !== undefined || retain?.bytes !== undefined || retain?.age !== undefined;
  }

  #schedule(): void {
    if (this.#isTrimming || this.#isClosed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#trimWaiting();
    }, this.#trimDelay).unref();
  }

  async #trimWaiting(): Promise<void> {
    if (this.#isTrimming) return;
    this.#isTrimming = true;
    const channels = [...this.#waiting];
    this.#waiting.clear();
    await forEachLimited(channels, CONCURRENCY, (channel) => this.#trim(channel));
    this.#isTrimming = false;
    if (this.#waiting.size > 0) this.#schedule();
  }

  async #trim(channel: string): Promise<void> {
    const { store, hub, retain, logger } = this.#options;
    if (this.#isClosed || retain === undefined) return;
    try {
      hub.observe(channel, await store.trim(channel, retain, Date.now()));
    } catch (error) {
      logger.warn({ event: 'trim-failed', channel, err: error }, 'A log could not be trimmed; it will be tried again when it grows.');
    }
  }
}
