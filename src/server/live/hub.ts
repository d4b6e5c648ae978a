import { forEachLimited } from '../util/concurrency.ts';
import { LiveLog, type LiveLogHost } from './live-log.ts';
import type { Logger } from '../log/logger.ts';
import { FrameCache } from './frame-cache.ts';
import { RingBudget } from './ring-budget.ts';
import type { LogStore, LogTail } from '../store.ts';
import type { FollowedLog } from './followed-log.ts';

export interface HubOptions {
  readonly store: LogStore;
  /** Encoded bytes kept of each followed log. */
  readonly ringBytes: number;
  /** Encoded bytes kept of all followed logs together. @default no bound */
  readonly totalRingBytes?: number;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Called with the age of the newest line when followers are notified, ms. */
  readonly onDelay?: (delay: number) => void;
  /** ms between comparisons of all heads with the store, since events may be lost. @default 30000 */
  readonly checkInterval?: number;
  /** ms after which a log that could not be read is read again. @default 1000 */
  readonly retryInterval?: number;
}

/** Reads from the store at the same time, where many logs are read. */
const CONCURRENCY = 16;

interface Entry {
  readonly log: LiveLog;
  readonly unwatch: () => void;
  /** Settles once the tail was read; undefined after that. */
  ready: Promise<unknown> | undefined;
  followers: number;
}

/** The logs that are followed in this process. A log without followers costs nothing. */
export class Hub {
  readonly #store: LogStore;
  readonly #logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly #onDelay: ((delay: number) => void) | undefined;
  readonly #host: LiveLogHost;
  readonly #budget: RingBudget;
  readonly #frames = new FrameCache();
  readonly #checkInterval: number;
  readonly #retryInterval: number;
  readonly #entries = new Map<string, Entry>();
  /** Logs whose followers are to be notified in this turn of the event loop. */
  #changed = new Set<LiveLog>();
  /** Logs whose last read from the store failed. */
  readonly #stale = new Set<LiveLog>();
  /** Whether the operator was told that the store is down. */
  #isStoreDown = false;
  #checkTimer: NodeJS.Timeout | undefined;
  #retryTimer: NodeJS.Timeout | undefined;

  constructor({
    store,
    ringBytes,
    totalRingBytes = Number.POSITIVE_INFINITY,
    logger,
    onDelay,
    checkInterval = 30_000,
    retryInterval = 1_000,
  }: HubOptions) {
    this.#store = store;
    this.#logger = logger;
    this.#onDelay = onDelay;
    this.#checkInterval = checkInterval;
    this.#retryInterval = retryInterval;
    this.#budget = new RingBudget(totalRingBytes);
    this.#host = {
      store,
      ringBytes,
      budget: this.#budget,
      frames: this.#frames,
      changed: (log) => this.#notifySoon(log),
      failed: (log, error) => this.#retryLater(log, error),
    };
  }

  /** How many logs are followed. */
  get size(): number {
    return this.#entries.size;
  }

  /** Encoded bytes held for followers of all logs. */
  get bytes(): number {
    return this.#budget.bytes;
  }

  /** Whether some followed log could not be brought up to date. */
  get isStale(): boolean {
    return this.#stale.size > 0;
  }

  /**
   * Follows a log; each call needs its own {@link release}. Resolves once the tail is known. Rejects with
   * StoreUnavailableError if the log had no followers before; one that had keeps its state, and is updated later.
   */
  async acquire(channel: string): Promise<FollowedLog> {
    const entry = this.#entries.get(channel) ?? this.#open(channel);
    entry.followers += 1;
    try {
      await entry.ready;
      return entry.log;
    } catch (error) {
      this.#leave(entry);
      throw error;
    }
  }

  release(log: FollowedLog): void {
    const entry = this.#entries.get(log.channel);
    if (entry?.log === log) this.#leave(entry);
  }

  /** Passes a tail that was read for another reason to its log, if that is followed. */
  observe(channel: string, tail: LogTail): void {
    const entry = this.#entries.get(channel);
    // While `ready` is pending the log reads its tail anyway.
    if (entry !== undefined && entry.ready === undefined) entry.log.observe(tail);
  }

  /** Stops following all logs. */
  close(): void {
    clearInterval(this.#checkTimer);
    clearTimeout(this.#retryTimer);
    for (const { log, unwatch } of this.#entries.values()) {
      unwatch();
      log.close();
    }
    this.#entries.clear();
    this.#frames.clear();
    this.#changed.clear();
    this.#stale.clear();
  }

  #open(channel: string): Entry {
    const log = new LiveLog(channel, this.#host);
    // Watched before it is read, so that no change is missed in between.
    const unwatch = this.#store.watch(channel, (event) => log.apply(event));
    const ready = log.refresh().then(() => {
      entry.ready = undefined;
    });
    const entry: Entry = { log, unwatch, ready, followers: 0 };
    this.#entries.set(channel, entry);
    this.#checkTimer ??= setInterval(() => void this.#check(), this.#checkInterval).unref();
    return entry;
  }

  #leave(entry: Entry): void {
    entry.followers -= 1;
    const { log } = entry;
    if (entry.followers > 0 || this.#entries.get(log.channel) !== entry) return;
    entry.unwatch();
    log.close();
    this.#entries.delete(log.channel);
    this.#changed.delete(log);
    this.#stale.delete(log);
    if (this.#entries.size > 0) return;
    this.#frames.clear();
    clearInterval(this.#checkTimer);
    this.#checkTimer = undefined;
  }

  #notifySoon(log: LiveLog): void {
    // Lines appended in one turn of the event loop are sent together.
    if (this.#changed.size === 0) setImmediate(() => this.#notify());
    this.#changed.add(log);
  }

  #notify(): void {
    const changed = this.#changed;
    this.#changed = new Set();
    for (const log of changed) {
      try {
        const delay = log.nextDelay(Date.now());
        if (delay !== undefined) this.#onDelay?.(delay);
        log.notify();
      } catch (error) {
        // A failure in one log must affect neither the others nor the process.
        this.#logger.error({ event: 'delivery-failed', channel: log.channel, err: error }, 'Followers could not be notified of new lines.');
      }
    }
  }

  #retryLater(log: LiveLog, error: unknown): void {
    if (this.#entries.get(log.channel)?.log !== log) return;
    if (!this.#isStoreDown)
      this.#logger.warn({ event: 'store-down', err: error }, 'The store does not answer; followed logs are read again until it does.');
    this.#isStoreDown = true;
    this.#stale.add(log);
    this.#retryTimer ??= setTimeout(() => {
      this.#retryTimer = undefined;
      void this.#retry();
    }, this.#retryInterval).unref();
  }

  async #retry(): Promise<void> {
    const stale = [...this.#stale];
    this.#stale.clear();
    await forEachLimited(stale, CONCURRENCY, (log) => this.#refresh(log));
    if (this.#stale.size > 0 || !this.#isStoreDown) return;
    this.#isStoreDown = false;
    this.#logger.info({ event: 'store-up' }, 'The store answers again; all followed logs are up to date.');
  }

  /** Compares all heads with the store, and drops rings that no follower reads. */
  async #check(): Promise<void> {
    await forEachLimited([...this.#entries.values()], CONCURRENCY, async ({ log, ready }) => {
      log.dropUnused();
      if (ready === undefined) await this.#compare(log);
    });
  }

  async #compare(log: LiveLog): Promise<void> {
    try {
      log.observe(await this.#store.tail(log.channel));
    } catch (error) {
      this.#retryLater(log, error);
    }
  }

  async #refresh(log: LiveLog): Promise<void> {
    try {
      await log.refresh();
    } catch (error) {
      this.#retryLater(log, error);
    }
  }
}
