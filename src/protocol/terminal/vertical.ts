/** Sequences that may leave the row: moves up, down, to a position or to the saved one, and erasing below. */
const VERTICAL = /\x1b(?:[78DEMc]|\[[0-9;]*[ABEFHJdefsu])/u;

/** Whether a line may write to rows other than its own, as progress displays do. Cheap: most lines have no sequences but colours. */
export function movesVertically(text: string): boolean {
  return text.includes('\x1b') && VERTICAL.test(text);
}
