import { forEachLimited } from '../util/concurrency.ts';
import { LiveLog, type LiveLogHost } from './live-log.ts';
import type { Logger } from '../log/logger.ts';
import { RingBudget } from './ring-budget.ts';
import type { LogStore, LogTail } from '../store.ts';
import type { FollowedLog } from './followed-log.ts';

export interface HubOptions {
  readonly store: LogStore;
  /** Encoded bytes kept of each followed log. */
  readonly ringBytes: number;
  /** … and of all of them together. @default no bound */
  readonly totalRingBytes?: number;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Hears how old the newest line is that followers are told of, ms. */
  readonly onDelay?: (delay: number) => void;
  /** ms between comparisons of all heads with the store: news may be lost. @default 30000 */
  readonly checkInterval?: number;
  /** ms after which a log that could not be asked for is asked for again. @default 1000 */
  readonly retryInterval?: number;
}

/** Questions to the store at the same time, where many logs are asked for. */
const CONCURRENCY = 16;

interface Entry {
  readonly topic: LiveLog;
  readonly unwatch: () => void;
  /** Settled once the store was asked for the tail; undefined after that. */
  ready: Promise<unknown> | undefined;
  followers: number;
}

/** The logs that somebody follows in this process. One that nobody follows costs nothing. */
export class Hub {
  readonly #store: LogStore;
  readonly #logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly #onDelay: ((delay: number) => void) | undefined;
  readonly #host: LiveLogHost;
  readonly #budget: RingBudget;
  readonly #checkInterval: number;
  readonly #retryInterval: number;
  readonly #entries = new Map<string, Entry>();
  /** Those whose followers are to be told in this turn of the event loop. */
  #changed = new Set<LiveLog>();
  /** Those whose last question to the store failed. */
  readonly #stale = new Set<LiveLog>();
  /** Whether the operator was told that the store does not answer. */
  #isTroubled = false;
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
      changed: (topic) => this.#notifySoon(topic),
      failed: (topic, error) => this.#retryLater(topic, error),
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
   * Begins to follow a log; each call needs its own {@link release}. Resolves once the tail is known. Rejects with
   * StoreUnavailableError for a log that nobody followed before; of others what is known is kept and brought up to date later.
   */
  async acquire(channel: string): Promise<FollowedLog> {
    const entry = this.#entries.get(channel) ?? this.#open(channel);
    entry.followers += 1;
    try {
      await entry.ready;
      return entry.topic;
    } catch (error) {
      this.#leave(entry);
      throw error;
    }
  }

  release(topic: FollowedLog): void {
    const entry = this.#entries.get(topic.channel);
    if (entry?.topic === topic) this.#leave(entry);
  }

  /** Tells a followed log of a tail that somebody read anyway. */
  observe(channel: string, tail: LogTail): void {
    const entry = this.#entries.get(channel);
    // One that has not read its tail yet does so right now.
    if (entry !== undefined && entry.ready === undefined) entry.topic.observe(tail);
  }

  /** Forgets everything and watches nothing any more. */
  close(): void {
    clearInterval(this.#checkTimer);
    clearTimeout(this.#retryTimer);
    for (const { topic, unwatch } of this.#entries.values()) {
      unwatch();
      topic.close();
    }
    this.#entries.clear();
    this.#changed.clear();
    this.#stale.clear();
  }

  #open(channel: string): Entry {
    const topic = new LiveLog(channel, this.#host);
    // Watched before it is read, so that nothing falls between.
    const unwatch = this.#store.watch(channel, (news) => topic.take(news));
    const ready = topic.refresh().then(() => {
      entry.ready = undefined;
    });
    const entry: Entry = { topic, unwatch, ready, followers: 0 };
    this.#entries.set(channel, entry);
    this.#checkTimer ??= setInterval(() => void this.#check(), this.#checkInterval).unref();
    return entry;
  }

  #leave(entry: Entry): void {
    entry.followers -= 1;
    const { topic } = entry;
    if (entry.followers > 0 || this.#entries.get(topic.channel) !== entry) return;
    entry.unwatch();
    topic.close();
    this.#entries.delete(topic.channel);
    this.#changed.delete(topic);
    this.#stale.delete(topic);
    if (this.#entries.size > 0) return;
    clearInterval(this.#checkTimer);
    this.#checkTimer = undefined;
  }

  #notifySoon(topic: LiveLog): void {
    // What is appended in one turn of the event loop is sent together.
    if (this.#changed.size === 0) setImmediate(() => this.#notify());
    this.#changed.add(topic);
  }

  #notify(): void {
    const changed = this.#changed;
    this.#changed = new Set();
    for (const topic of changed) {
      try {
        const delay = topic.takeDelay(Date.now());
        if (delay !== undefined) this.#onDelay?.(delay);
        topic.notify();
      } catch (error) {
        // What fails for one log must not keep the news of the others from anybody, nor end the process.
        this.#logger.error({ event: 'delivery-failed', channel: topic.channel, err: error }, 'New lines could not be told to followers.');
      }
    }
  }

  #retryLater(topic: LiveLog, error: unknown): void {
    if (this.#entries.get(topic.channel)?.topic !== topic) return;
    if (!this.#isTroubled)
      this.#logger.warn({ event: 'store-down', err: error }, 'The store did not answer; followed logs are asked for again until it does.');
    this.#isTroubled = true;
    this.#stale.add(topic);
    this.#retryTimer ??= setTimeout(() => {
      this.#retryTimer = undefined;
      void this.#retry();
    }, this.#retryInterval).unref();
  }

  async #retry(): Promise<void> {
    const stale = [...this.#stale];
    this.#stale.clear();
    await forEachLimited(stale, CONCURRENCY, (topic) => this.#refresh(topic));
    if (this.#stale.size > 0 || !this.#isTroubled) return;
    this.#isTroubled = false;
    this.#logger.info({ event: 'store-up' }, 'The store answers again; all followed logs are up to date.');
  }

  /** Compares all heads with the store and lets go of lines that nobody takes. */
  async #check(): Promise<void> {
    await forEachLimited([...this.#entries.values()], CONCURRENCY, async ({ topic, ready }) => {
      topic.rest();
      if (ready === undefined) await this.#compare(topic);
    });
  }

  async #compare(topic: LiveLog): Promise<void> {
    try {
      topic.observe(await this.#store.tail(topic.channel));
    } catch (error) {
      this.#retryLater(topic, error);
    }
  }

  async #refresh(topic: LiveLog): Promise<void> {
    try {
      await topic.refresh();
    } catch (error) {
      this.#retryLater(topic, error);
    }
  }
}
