/** Sequences that move the cursor to another row (up, down, to a place, or to where it was saved), or erase other rows. */
const VERTICAL = /\x1b(?:[8DEMc]|\[[0-9;]*[ABEFHJdefu])/u;

/** Whether a line may write to other rows than its own, as progress displays do. Cheap: most lines have no escape sequence, or only colours. */
export function movesVertically(text: string): boolean {
  return text.includes('\x1b') && VERTICAL.test(text);
}
