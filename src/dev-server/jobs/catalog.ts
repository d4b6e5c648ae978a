import type { LogStore, LogTail } from '../../server/store.ts';
import { messageOf } from '../../protocol/message-of.ts';
import type { Job } from './job.ts';
import { LiveTails } from './live-tails.ts';
import { jobEntry, logEntry, type LogEntry } from './log-entry.ts';

/** Logs that are listed, the newest of them. */
export const MAX_LISTED = 200;
/** Channels of the store that are looked at. */
const MAX_SCANNED = 2_000;
/** ms between looks for other logs while somebody watches. */
const INTERVAL = 1_000;

export interface CatalogOptions {
  readonly store: LogStore;
  readonly jobs: () => readonly Job[];
  readonly onTrouble: (message: string) => void;
}

type Listener = (entries: readonly LogEntry[]) => void;

/**
 * The list of logs: the jobs of this server and what else its store holds. It looks only while somebody watches, now and then for what is
 * new in the list; how many lines its logs have it hears as they are written.
 */
export class Catalog {
  readonly #options: CatalogOptions;
  readonly #listeners = new Set<Listener>();
  readonly #live: LiveTails;
  /** As it was told last. */
  #entries: readonly LogEntry[] = [];
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #again = false;
  #troubled = false;

  constructor(options: CatalogOptions) {
    this.#options = options;
    this.#live = new LiveTails({ store: options.store, onTails: () => this.#tell(this.#entries) });
  }

  /** All listed logs as they are now, newest first. */
  async list(): Promise<readonly LogEntry[]> {
    const { store, jobs } = this.#options;
    const entries: LogEntry[] = [];
    const own = new Set<string>();
    for (const job of jobs()) {
      own.add(job.channel);
      entries.push(jobEntry(job, await store.tail(job.channel)));
    }
    let scanned = 0;
    for await (const channel of store.channels()) {
      if (!own.has(channel)) entries.push(logEntry(channel, await store.tail(channel)));
      scanned += 1;
      if (scanned === MAX_SCANNED) break;
    }
    return entries.sort((a, b) => age(b) - age(a)).slice(0, MAX_LISTED);
  }

  /** Hears the list now and as it changes, a few times a second at most, until the returned function is called. */
  watch(listener: Listener): () => void {
    this.#listeners.add(listener);
    this.changed();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      clearTimeout(this.#timer);
      this.#live.follow([]);
    };
  }

  /** Something is not as it was: look at once. */
  changed(): void {
    if (this.#listeners.size === 0) return;
    if (this.#looking !== undefined) this.#again = true;
    else this.#looking = this.#look().finally(() => (this.#looking = undefined));
  }

  async #look(): Promise<void> {
    clearTimeout(this.#timer);
    do {
      this.#again = false;
      this.#live.forget();
      try {
        const entries = await this.list();
        this.#troubled = false;
        if (this.#listeners.size > 0) this.#live.follow(entries.map(({ channel }) => channel));
        this.#tell(entries);
      } catch (error) {
        if (!this.#troubled) this.#options.onTrouble(`The list of logs cannot be read: ${messageOf(error)}`);
        this.#troubled = true;
      }
    } while (this.#again);
    if (this.#listeners.size > 0) this.#timer = setTimeout(() => this.changed(), INTERVAL);
  }

  /** Tells everybody the list, with the lines that came since it was made. */
  #tell(entries: readonly LogEntry[]): void {
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

/** Whether lines were written since an entry was made. */
function isNewer(tail: LogTail | undefined, { lines }: LogEntry): tail is LogTail {
  return tail !== undefined && tail.head > lines;
}

/** Jobs stay where they began; other logs rise when they are written to. */
function age({ startedAt, changedAt }: LogEntry): number {
  return startedAt ?? changedAt;
}
