/**
 * Whether a key belongs to an input method that is composing a word, and must not act as a key. Not every engine sets
 * `isComposing` for the first and the last key of a word, but all give those the key code 229.
 */
export function isComposed({ isComposing, keyCode }: Pick<KeyboardEvent, 'isComposing' | 'keyCode'>): boolean {
  return isComposing || keyCode === 229;
}
