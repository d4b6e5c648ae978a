import type { LogStore } from '../../server/store.ts';
import { messageOf } from '../cli/errors.ts';
import type { Job } from './job.ts';
import { jobEntry, logEntry, type LogEntry } from './log-entry.ts';

/** Logs that are listed, the newest of them. */
export const LIST_LENGTH = 200;
/** Channels of the store that are looked at. */
const SCAN_LENGTH = 2_000;
/** ms between looks while somebody watches. */
const INTERVAL = 1_000;

export interface CatalogOptions {
  readonly store: LogStore;
  readonly jobs: () => readonly Job[];
  readonly onTrouble: (message: string) => void;
}

type Listener = (entries: readonly LogEntry[]) => void;

/** The list of logs: the jobs of this server and what else its store holds. It looks only while somebody watches. */
export class Catalog {
  readonly #options: CatalogOptions;
  readonly #listeners = new Set<Listener>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #again = false;
  #troubled = false;

  constructor(options: CatalogOptions) {
    this.#options = options;
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
      if (scanned === SCAN_LENGTH) break;
    }
    return entries.sort((a, b) => age(b) - age(a)).slice(0, LIST_LENGTH);
  }

  /** Hears the list now, after every change and now and then, until the returned function is called. */
  watch(listener: Listener): () => void {
    this.#listeners.add(listener);
    this.changed();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) clearTimeout(this.#timer);
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
      try {
        const entries = await this.list();
        this.#troubled = false;
        for (const listener of this.#listeners) listener(entries);
      } catch (error) {
        if (!this.#troubled) this.#options.onTrouble(`The list of logs cannot be read: ${messageOf(error)}`);
        this.#troubled = true;
      }
    } while (this.#again);
    if (this.#listeners.size > 0) this.#timer = setTimeout(() => this.changed(), INTERVAL);
  }
}

/** Jobs stay where they began; other logs rise when they are written to. */
function age({ startedAt, changedAt }: LogEntry): number {
  return startedAt ?? changedAt;
}
