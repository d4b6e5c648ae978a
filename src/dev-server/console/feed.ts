import { fetchSnapshot, parseChange, parseSnapshot, Refused, type Snapshot } from './api.ts';
import type { Entry } from './entry.ts';

/** ms between attempts to reach a server that is gone. */
const RETRY = 1_500;

export interface FeedListener {
  onList(snapshot: Snapshot): void;
  /** Why there is no list at the moment, and whether trying again may help; undefined: there is one again. */
  onTrouble(message: string | undefined): void;
}

/**
 * The list of logs as it changes. It is followed only while the page is visible: each stream takes one of the six
 * connections a browser has for a server over HTTP/1.1, which the logs of all other tabs need too.
 */
export class Feed {
  readonly #listener: FeedListener;
  #source: EventSource | undefined;
  #timer: number | undefined;
  #facts: Omit<Snapshot, 'entries'> = { runs: false, directory: '' };
  #entries = new Map<string, Entry>();

  constructor(listener: FeedListener) {
    this.#listener = listener;
    document.addEventListener('visibilitychange', () => this.#follow());
    this.#follow();
  }

  #follow(): void {
    clearTimeout(this.#timer);
    if (document.visibilityState === 'hidden') {
      this.#source?.close();
      this.#source = undefined;
    } else if (this.#source === undefined) {
      this.#open();
    }
  }

  #open(): void {
    const source = new EventSource('/console/events');
    this.#source = source;
    source.addEventListener('all', (event) => this.#all(parseSnapshot(parse(event))));
    source.addEventListener('change', (event) => this.#change(parse(event)));
    source.addEventListener('error', () => {
      if (this.#source === source) void this.#lost(source);
    });
  }

  #all({ entries, ...facts }: Snapshot): void {
    this.#facts = facts;
    this.#entries = new Map(entries.map((entry) => [entry.channel, entry]));
    this.#listener.onTrouble(undefined);
    this.#tell();
  }

  #change(value: unknown): void {
    const { changed, gone } = parseChange(value);
    for (const channel of gone) this.#entries.delete(channel);
    for (const entry of changed) this.#entries.set(entry.channel, entry);
    this.#tell();
  }

  #tell(): void {
    const entries = [...this.#entries.values()].sort((a, b) => (b.startedAt ?? b.changedAt) - (a.startedAt ?? a.changedAt));
    this.#listener.onList({ ...this.#facts, entries });
  }

  async #lost(source: EventSource): Promise<void> {
    source.close();
    this.#source = undefined;
    try {
      await fetchSnapshot();
    } catch (error) {
      this.#listener.onTrouble(
        error instanceof Refused ? error.message : 'The server does not answer. This page goes on by itself when it is back.',
      );
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#follow(), RETRY);
  }
}

function parse(event: MessageEvent<unknown>): unknown {
  return typeof event.data === 'string' ? JSON.parse(event.data) : undefined;
}
