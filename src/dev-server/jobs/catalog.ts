import { exists, type LogStore, type LogTail } from '../../server/store.ts';
import { messageOf } from '../../protocol/message-of.ts';
import { isRunning, type Job } from './job.ts';
import { LiveTails } from './live-tails.ts';
import { jobEntry, logEntry, type LogEntry } from './log-entry.ts';

/** Logs that are listed at most: the newest. */
export const MAX_LISTED = 500;
/** Channels of the store that are read for a list. */
const MAX_SCANNED = 2_000;
/** ms between readings of the store while the list is watched. */
const REFRESH_INTERVAL = 1_000;

export interface CatalogOptions {
  readonly store: LogStore;
  readonly jobs: () => readonly Job[];
  readonly onTrouble: (message: string) => void;
}

type Listener = (entries: readonly LogEntry[]) => void;

/**
 * The list of logs: the jobs of this server and the other logs of its store. While it is watched it reads the store every second
 * for new logs, and gets line counts from the store's events.
 */
export class Catalog {
  readonly #options: CatalogOptions;
  readonly #listeners = new Set<Listener>();
  readonly #live: LiveTails;
  /** The list as listeners got it last. */
  #entries: readonly LogEntry[] = [];
  #timer: NodeJS.Timeout | undefined;
  #refreshing: Promise<void> | undefined;
  #isStale = false;
  #hasFailed = false;

  constructor(options: CatalogOptions) {
    this.#options = options;
    this.#live = new LiveTails({ store: options.store, onTails: () => this.#notify(this.#entries) });
  }

  /** All listed logs as they are now, newest first. */
  async list(): Promise<readonly LogEntry[]> {
    const { store, jobs } = this.#options;
    const entries: LogEntry[] = [];
    const own = new Set<string>();
    for (const job of jobs()) {
      own.add(job.channel);
      const tail = await store.tail(job.channel);
      // The log of a job may have been removed.
      if (exists(tail) || isRunning(job)) entries.push(jobEntry(job, tail));
    }
    let scanned = 0;
    for await (const channel of store.channels()) {
      if (!own.has(channel)) entries.push(logEntry(channel, await store.tail(channel)));
      scanned += 1;
      if (scanned === MAX_SCANNED) break;
    }
    return entries.sort((a, b) => sortTime(b) - sortTime(a)).slice(0, MAX_LISTED);
  }

  /** Calls the listener with the list now and when it changes, a few times a second at most, until the returned function is called. */
  watch(listener: Listener): () => void {
    this.#listeners.add(listener);
    this.changed();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      clearTimeout(this.#timer);
      this.#live.watchOnly([]);
    };
  }

  /** Call when a job changed: the list is read again at once. */
  changed(): void {
    if (this.#listeners.size === 0) return;
    if (this.#refreshing !== undefined) this.#isStale = true;
    else this.#refreshing = this.#refresh().finally(() => (this.#refreshing = undefined));
  }

  async #refresh(): Promise<void> {
    clearTimeout(this.#timer);
    do {
      this.#isStale = false;
      this.#live.clear();
      try {
        const entries = await this.list();
        this.#hasFailed = false;
        if (this.#listeners.size > 0) this.#live.watchOnly(entries.map(({ channel }) => channel));
        this.#notify(entries);
      } catch (error) {
        if (!this.#hasFailed) this.#options.onTrouble(`Couldn't read the list of logs: ${messageOf(error)}`);
        this.#hasFailed = true;
      }
    } while (this.#isStale);
    if (this.#listeners.size > 0) this.#timer = setTimeout(() => this.changed(), REFRESH_INTERVAL);
  }

  /** Calls all listeners with the list, brought up to date by the events since it was read. */
  #notify(entries: readonly LogEntry[]): void {
    const jobs = new Map(this.#options.jobs().map((job) => [job.channel, job]));
    this.#entries = entries.map((entry) => {
      const tail = this.#live.newest(entry.channel);
      if (!isNewer(tail, entry)) return entry;
      const job = jobs.get(entry.channel);
      return job === undefined ? logEntry(entry.channel, tail) : jobEntry(job, tail);
    });
    for (const listener of this.#listeners) listener(this.#entries);
  }
}

/** Whether lines were written after an entry was made. */
function isNewer(tail: LogTail | undefined, { lines }: LogEntry): tail is LogTail {
  return tail !== undefined && tail.head > lines;
}

/** The time by which the list is sorted: jobs stay where they started, other logs rise when they are written to. */
function sortTime({ startedAt, changedAt }: LogEntry): number {
  return startedAt ?? changedAt;
}
