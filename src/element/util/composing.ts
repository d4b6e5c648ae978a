/**
 * Whether a key goes to an input method: it composes a word with it, and is nobody else's. Not every engine says so of the
 * first and last key of a word, but all give those the code 229.
 */
export function isComposed({ isComposing, keyCode }: Pick<KeyboardEvent, 'isComposing' | 'keyCode'>): boolean {
  return isComposing || keyCode === 229;
}
