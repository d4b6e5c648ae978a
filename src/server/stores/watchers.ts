import { SmallSet } from '../util/small-set.ts';
import type { News } from '../store.ts';

type Listener = (news: News) => void;

/** One call of `add`: adding the same function twice must not make the first removal silence both. */
interface Watch {
  readonly listener: Listener;
}

/** Who listens to which log in this process. Listeners of one log hear news in the order it is told. */
export class Watchers {
  readonly #listeners = new Map<string, SmallSet<Watch>>();

  /** Adds a listener; each call is a subscription of its own, also with a function that listens already. */
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

  /** The channels somebody listens to. */
  channels(): string[] {
    return [...this.#listeners.keys()];
  }

  /** A listener that throws is warned about and keeps the news from nobody else: what was written stays written. */
  tell(channel: string, news: News): void {
    const set = this.#listeners.get(channel);
    if (set === undefined) return;
    // Who begins to listen because of this news has not missed it, who stopped must hear no more.
    for (const watch of set.members()) {
      if (!set.has(watch)) continue;
      try {
        watch.listener(news);
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : new Error(String(error)));
      }
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}
