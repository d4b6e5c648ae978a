/** Sequences that move the cursor to another row (up, down, to a position, to the saved one) or erase other rows. */
const VERTICAL = /\x1b(?:[8DEMc]|\[[0-9;]*[ABEFHJdefu])/u;

/** Whether a line may write to rows other than its own, as progress displays do. Cheap: most lines have no sequences but colours. */
export function movesVertically(text: string): boolean {
  return text.includes('\x1b') && VERTICAL.test(text);
}
