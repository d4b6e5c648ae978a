/** A key that was pressed. */
export interface KeyInput {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  /** In ms, on any clock that never goes back. */
  readonly timeStamp: number;
}

/**
 * Whether a key belongs to an input method that is composing a word, and must not act as a key. Not every engine sets
 * `isComposing` for the first and the last key of a word, but all give those the key code 229.
 */
export function isComposed({ isComposing, keyCode }: Pick<KeyboardEvent, 'isComposing' | 'keyCode'>): boolean {
  return isComposing || keyCode === 229;
}

/** Whether a key selects everything: Ctrl+A, or Cmd+A. */
export function isSelectAll({ key, ctrlKey, metaKey, altKey, shiftKey }: Omit<KeyInput, 'timeStamp'>): boolean {
  return ctrlKey !== metaKey && !altKey && !shiftKey && key.toLowerCase() === 'a';
}

/** Whether a key opens a search: Ctrl+F, or Cmd+F. */
export function isFind({ key, ctrlKey, metaKey, altKey, shiftKey }: Omit<KeyInput, 'timeStamp'>): boolean {
  return ctrlKey !== metaKey && !altKey && !shiftKey && key.toLowerCase() === 'f';
}
