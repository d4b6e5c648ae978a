import { SmallSet } from '../util/small-set.ts';
import type { LogEvent } from '../store.ts';

type Listener = (event: LogEvent) => void;

/** One call of `add`. A function that was added twice must be removed twice. */
interface Watch {
  readonly listener: Listener;
}

/** Passes the events of logs to their watchers in this process, in the order in which they are emitted. */
export class LogEmitter {
  readonly #listeners = new Map<string, SmallSet<Watch>>();

  /** Adds a listener; returns a function that removes it. */
  add(channel: string, listener: Listener): () => void {
    const own: Watch = { listener };
    let set = this.#listeners.get(channel);
    if (set === undefined) {
      set = new SmallSet();
      this.#listeners.set(channel, set);
    }
    set.add(own);
    return () => {
      const current = this.#listeners.get(channel);
      current?.delete(own);
      if (current?.size === 0) this.#listeners.delete(channel);
    };
  }

  has(channel: string): boolean {
    return this.#listeners.has(channel);
  }

  /** The channels with listeners. */
  channels(): string[] {
    return [...this.#listeners.keys()];
  }

  /** Calls all listeners of a channel. One that throws causes a warning, and does not affect the others or the caller. */
  emit(channel: string, event: LogEvent): void {
    const set = this.#listeners.get(channel);
    if (set === undefined) return;
    // A snapshot: a listener added during the event does not receive it; neither does one that was removed.
    for (const watch of set.members()) {
      if (!set.has(watch)) continue;
      try {
        watch.listener(event);
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : new Error(String(error)));
      }
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}
