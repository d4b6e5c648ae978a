/** What a key does to the log. */
export type KeyCommand =
  | 'line-up'
  | 'line-down'
  | 'page-up'
  | 'page-down'
  | 'start'
  | 'end'
  | 'left'
  | 'right'
  | 'follow'
  | 'wrap'
  | 'time'
  | 'copy'
  | 'link'
  | 'error'
  | 'error-before'
  | 'all'
  | 'enter'
  | 'escape';

const NAMED: ReadonlyMap<string, KeyCommand> = new Map([
  ['ArrowUp', 'line-up'],
  ['ArrowDown', 'line-down'],
  ['PageUp', 'page-up'],
  ['PageDown', 'page-down'],
  ['Home', 'start'],
  ['End', 'end'],
  ['ArrowLeft', 'left'],
  ['ArrowRight', 'right'],
  ['Enter', 'enter'],
  ['Escape', 'escape'],
]);

/** Single characters: `shortcuts="off"` turns them off (WCAG 2.1.4). */
const LETTERS: ReadonlyMap<string, KeyCommand> = new Map([
  ['k', 'line-up'],
  ['j', 'line-down'],
  ['G', 'end'],
  ['f', 'follow'],
  ['w', 'wrap'],
  ['t', 'time'],
  ['c', 'copy'],
  ['y', 'link'],
  ['e', 'error'],
  ['E', 'error-before'],
]);

/** Longest time between the two keys of `g g`, ms. */
const SEQUENCE = 800;

export interface KeyInput {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  /** Milliseconds, of any clock that goes forward. */
  readonly timeStamp: number;
}

/** Reads keys; remembers the first `g` of `g g`. */
export class KeyReader {
  #g = Number.NEGATIVE_INFINITY;

  read({ key, shiftKey, ctrlKey, altKey, metaKey, timeStamp }: KeyInput, letters: boolean): KeyCommand | undefined {
    // The browser's own would select the page.
    if (ctrlKey !== metaKey && !altKey && !shiftKey && key.toLowerCase() === 'a') return 'all';
    if (ctrlKey || altKey || metaKey) return undefined;
    if (key === ' ') return shiftKey ? 'page-up' : 'page-down';
    // Shift with a named key extends a selection; that is the browser's.
    const named = shiftKey ? undefined : NAMED.get(key);
    if (named !== undefined || !letters) return named;
    const second = timeStamp - this.#g <= SEQUENCE;
    this.#g = key === 'g' && !second ? timeStamp : Number.NEGATIVE_INFINITY;
    if (key === 'g') return second ? 'start' : undefined;
    return LETTERS.get(key);
  }
}
