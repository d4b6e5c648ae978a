import type { Entry } from './entry.ts';

/** ms in which a removal can be undone. */
export const UNDO_TIME = 8_000;

export interface RemovalsOptions {
  /** Removes a log for good. */
  readonly remove: (channel: string) => Promise<void>;
  /** Called when what is hidden or can be undone changed. */
  readonly onChange: () => void;
  /** A log could not be removed; it is shown again. */
  readonly onFailed: (entry: Entry, error: unknown) => void;
}

/**
 * Logs that are removed from the list. A removed log is hidden at once, and deleted when it can no longer be undone: after a while,
 * or when the next one is removed. A page that is closed before then leaves the log where it is.
 */
export class Removals {
  readonly #options: RemovalsOptions;
  /** Channels that are not listed: waiting to be deleted, or being deleted. */
  readonly #hidden = new Set<string>();
  #last: Entry | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: RemovalsOptions) {
    this.#options = options;
  }

  /** The log whose removal can be undone. */
  get undoable(): Entry | undefined {
    return this.#last;
  }

  isHidden(channel: string): boolean {
    return this.#hidden.has(channel);
  }

  remove(entry: Entry): void {
    this.#commit();
    this.#last = entry;
    this.#hidden.add(entry.channel);
    this.release();
    this.#options.onChange();
  }

  /** The user is about to decide: the removal can be undone until {@link release}. */
  hold(): void {
    clearTimeout(this.#timer);
  }

  /** The time in which the removal can be undone begins again. */
  release(): void {
    clearTimeout(this.#timer);
    if (this.#last !== undefined) this.#timer = setTimeout(() => this.#commit(), UNDO_TIME);
  }

  undo(): void {
    if (this.#last === undefined) return;
    clearTimeout(this.#timer);
    this.#hidden.delete(this.#last.channel);
    this.#last = undefined;
    this.#options.onChange();
  }

  /** The server no longer lists these logs. */
  gone(listed: ReadonlySet<string>): void {
    for (const channel of this.#hidden) if (!listed.has(channel) && channel !== this.#last?.channel) this.#hidden.delete(channel);
  }

  #commit(): void {
    const entry = this.#last;
    if (entry === undefined) return;
    clearTimeout(this.#timer);
    this.#last = undefined;
    this.#options.onChange();
    this.#options.remove(entry.channel).catch((error: unknown) => {
      this.#hidden.delete(entry.channel);
      this.#options.onFailed(entry, error);
    });
  }
}
