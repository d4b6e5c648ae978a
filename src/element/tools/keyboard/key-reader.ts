import { isFind, isSelectAll, type KeyInput } from '../../util/keys.ts';

/**
 * What a key does to the log. The comments are the keyboard's documentation: `npm run manifest` reads the keys before the
 * colon, and a test presses each of them.
 */
export type KeyCommand =
  /** `ArrowUp`, `k`: Goes to the line above. */
  | 'line-up'
  /** `ArrowDown`, `j`: Goes to the line below. */
  | 'line-down'
  /** `PageUp`, `Shift+Space`: Goes up one page. */
  | 'page-up'
  /** `PageDown`, `Space`: Goes down one page. */
  | 'page-down'
  /** `Home`, `g g`: Jumps to the start. */
  | 'start'
  /** `End`, `G`: Jumps to the end and follows new lines. */
  | 'end'
  /** `ArrowLeft`: Closes the group that the current line begins, else scrolls left. */
  | 'left'
  /** `ArrowRight`: Opens the group that the current line begins, else moves the focus to the open fields of the current line, else scrolls right. */
  | 'right'
  /** `f`: Follows new lines, or stops following. */
  | 'follow'
  /** `w`: Wraps long lines, or stops wrapping. */
  | 'wrap'
  /** `t`: Shows the next kind of timestamp. */
  | 'time'
  /** `r`: Shows structured lines raw, or with all but their message muted. */
  | 'raw'
  /** `l`: Asks for a line or a time to go to. */
  | 'go-to'
  /** `c`: Copies the selection, else the current line. */
  | 'copy'
  /** `y`: Copies a link to the selected lines, else to the current line, else to the first one on screen. */
  | 'copy-link'
  /** `e`: Jumps to the next error. */
  | 'error'
  /** `E`: Jumps to the previous error. */
  | 'previous-error'
  /** `x`: Jumps to the next warning. */
  | 'warning'
  /** `X`: Jumps to the previous warning. */
  | 'previous-warning'
  /** `/`, `Ctrl+F`, `Cmd+F`: Opens the search; in its field, Ctrl+F is the browser's. */
  | 'find'
  /** `n`: Goes to the next match. */
  | 'next-match'
  /** `N`: Goes to the previous match. */
  | 'previous-match'
  /** `[`: Closes all groups. */
  | 'close-groups'
  /** `]`: Opens all groups. */
  | 'open-groups'
  /** `?`: Shows all keys. */
  | 'help'
  /** `Ctrl+A`, `Cmd+A`: Selects all lines. */
  | 'select-all'
  /** `Enter`: Among filtered lines it shows all, with the current one in its place. Else it expands or collapses the current line, or opens its fields, or follows its link. Without any of these it moves the focus to the first link or button on screen; arrow keys go on to the others, `Escape` back to the log. */
  | 'enter'
  /** `Escape`: Cancels what is running, else closes the search, else the fields of the current line, else clears the selection, else moves the focus to the toolbar. */
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
  ['r', 'raw'],
  ['l', 'go-to'],
  ['?', 'help'],
  ['c', 'copy'],
  ['y', 'copy-link'],
  ['e', 'error'],
  ['E', 'previous-error'],
  ['x', 'warning'],
  ['X', 'previous-warning'],
  ['/', 'find'],
  ['n', 'next-match'],
  ['N', 'previous-match'],
  ['[', 'close-groups'],
  [']', 'open-groups'],
]);

/** Keys that are read one by one, below. */
const OTHERS: readonly (readonly [string, KeyCommand])[] = [
  ['Shift+Space', 'page-up'],
  ['Space', 'page-down'],
  ['g g', 'start'],
  ['Ctrl+A', 'select-all'],
  ['Cmd+A', 'select-all'],
  ['Ctrl+F', 'find'],
  ['Cmd+F', 'find'],
];

/** The keys of each command, as the manual writes them. */
export const KEY_TABLE: ReadonlyMap<KeyCommand, readonly string[]> = [...NAMED, ...LETTERS, ...OTHERS].reduce(
  (table, [key, command]) => table.set(command, [...(table.get(command) ?? []), key]),
  new Map<KeyCommand, readonly string[]>(),
);

/** Longest time between the two keys of `g g`, ms. */
const SEQUENCE = 800;

/** Reads keys; remembers the first `g` of `g g`. */
export class KeyReader {
  /** When the first `g` was pressed. */
  #pendingSince = Number.NEGATIVE_INFINITY;

  read(input: KeyInput, hasLetters: boolean): KeyCommand | undefined {
    const { key, shiftKey, ctrlKey, altKey, metaKey, timeStamp } = input;
    // The browser would select or search the whole page.
    if (isSelectAll(input)) return 'select-all';
    if (isFind(input)) return 'find';
    if (ctrlKey || altKey || metaKey) return undefined;
    if (key === ' ') return shiftKey ? 'page-up' : 'page-down';
    // The browser extends its selection by Shift and a named key.
    const named = shiftKey ? undefined : NAMED.get(key);
    if (named !== undefined || !hasLetters) return named;
    const isSecond = timeStamp - this.#pendingSince <= SEQUENCE;
    this.#pendingSince = key === 'g' && !isSecond ? timeStamp : Number.NEGATIVE_INFINITY;
    if (key === 'g') return isSecond ? 'start' : undefined;
    return LETTERS.get(key);
  }
}
