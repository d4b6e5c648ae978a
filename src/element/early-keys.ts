import { isComposed, isFind, isSelectAll, type KeyInput } from './util/keys.ts';

/** The most keys that are kept; the last ones count. */
export const MAX_KEYS = 8;
/** How long a key is kept, ms: later the reader has given up, and no browser lets it copy any more. */
export const MAX_AGE = 5_000;

/** Keeps the keys that are pressed in the log before the tools, which know what they mean, are loaded. */
export class EarlyKeys {
  readonly #listening = new AbortController();
  #keys: KeyInput[] = [];

  /** `pressed` is called for each key, to load the tools. */
  constructor(scroller: EventTarget, pressed: () => void) {
    const { signal } = this.#listening;
    scroller.addEventListener(
      'keydown',
      (event) => {
        // Keys in a row belong to its button or link.
        if (event.target !== scroller || !this.#keep(event as KeyboardEvent)) return;
        pressed();
      },
      { signal },
    );
  }

  /** The keys that still count, in order. No more are kept: the tools listen themselves now. */
  take(): readonly KeyInput[] {
    this.#listening.abort();
    const keys = this.#keys.filter(({ timeStamp }) => performance.now() - timeStamp <= MAX_AGE);
    this.#keys = [];
    return keys;
  }

  #keep(event: KeyboardEvent): boolean {
    if (isComposed(event) || !isKept(event)) return false;
    // The browser would select or search the whole page.
    if (isSelectAll(event) || isFind(event)) event.preventDefault();
    const { key, shiftKey, ctrlKey, altKey, metaKey, timeStamp } = event;
    this.#keys = [...this.#keys.slice(1 - MAX_KEYS), { key, shiftKey, ctrlKey, altKey, metaKey, timeStamp }];
    return true;
  }
}

/** Keys that scroll are left to the browser, which does so by itself. */
function isKept(event: KeyboardEvent): boolean {
  const { key, ctrlKey, altKey, metaKey } = event;
  if (ctrlKey || altKey || metaKey) return isSelectAll(event) || isFind(event);
  return key === 'Enter' || key === 'Escape' || (key.length === 1 && key !== ' ');
}
