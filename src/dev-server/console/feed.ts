import { EventParser, type ServerEvent } from '../../protocol/event-parser.ts';
import { openEvents, parseChange, parseSnapshot, RefusedError, type Snapshot } from './api.ts';
import type { Entry } from './entry.ts';

/** ms between attempts to reach the server. */
const RETRY_INTERVAL = 1_500;
/** ms without a byte after which a stream counts as lost. The server sends a heartbeat every 15 s. */
const SILENCE_TIMEOUT = 40_000;
/** Longest event, characters: a list of a hundred thousand logs is shorter. */
const EVENT_LENGTH = 64 * 1_024 * 1_024;

const UNREACHABLE = "Can't reach the server. This page reconnects by itself.";

export interface FeedListener {
  onList(snapshot: Snapshot): void;
  /** Called with the reason why the list is not up to date; undefined when it is again. */
  onTrouble(message: string | undefined): void;
}

/**
 * Follows the list of logs, but only while the page is visible: each stream takes one of the six connections that a browser has to
 * a server over HTTP/1.1, which the logs of other tabs need too.
 */
export class Feed {
  readonly #listener: FeedListener;
  #stream: AbortController | undefined;
  #timer: number | undefined;
  #facts: Omit<Snapshot, 'entries'> = { isRunAllowed: false, directory: '', limit: Infinity };
  #entries = new Map<string, Entry>();

  constructor(listener: FeedListener) {
    this.#listener = listener;
    document.addEventListener('visibilitychange', () => this.#follow());
    this.#follow();
  }

  /** Reconnects now instead of in a moment. */
  retryNow(): void {
    this.#follow();
  }

  #follow(): void {
    clearTimeout(this.#timer);
    if (document.visibilityState === 'hidden') {
      this.#stream?.abort();
      this.#stream = undefined;
    } else if (this.#stream === undefined) {
      this.#stream = new AbortController();
      void this.#read(this.#stream);
    }
  }

  async #read(stream: AbortController): Promise<void> {
    let why: unknown;
    let silence: number | undefined;
    try {
      const events = new EventParser(EVENT_LENGTH);
      const text = new TextDecoder();
      const reader = (await openEvents(stream.signal)).getReader();
      for (;;) {
        clearTimeout(silence);
        silence = setTimeout(() => stream.abort(), SILENCE_TIMEOUT);
        const { value, done } = await reader.read();
        if (done) break;
        for (const event of events.push(text.decode(value, { stream: true }))) this.#handle(event);
      }
    } catch (error) {
      why = error;
    } finally {
      clearTimeout(silence);
      stream.abort();
    }
    // Another stream has taken its place, or none is wanted.
    if (this.#stream !== stream) return;
    this.#stream = undefined;
    if (why !== undefined) this.#listener.onTrouble(why instanceof RefusedError ? why.message : UNREACHABLE);
    this.#timer = setTimeout(() => this.#follow(), RETRY_INTERVAL);
  }

  #handle({ name, data }: ServerEvent): void {
    const value: unknown = JSON.parse(data);
    if (name === 'all') this.#reset(parseSnapshot(value));
    if (name === 'change') this.#apply(value);
  }

  #reset({ entries, ...facts }: Snapshot): void {
    this.#facts = facts;
    this.#entries = new Map(entries.map((entry) => [entry.channel, entry]));
    this.#listener.onTrouble(undefined);
    this.#notify();
  }

  #apply(value: unknown): void {
    const { changed, gone } = parseChange(value);
    for (const channel of gone) this.#entries.delete(channel);
    for (const entry of changed) this.#entries.set(entry.channel, entry);
    this.#notify();
  }

  #notify(): void {
    const entries = [...this.#entries.values()].sort((a, b) => (b.startedAt ?? b.changedAt) - (a.startedAt ?? a.changedAt));
    this.#listener.onList({ ...this.#facts, entries });
  }
}
