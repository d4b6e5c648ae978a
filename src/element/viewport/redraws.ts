/** Whether a line may write over lines before it, as progress displays do: by going up, to a place, or to where the cursor was kept. */
const UP = /\x1b(?:[8Mc]|\[[0-9;]*[AFHJdfu])/u;

/** Cheap: most lines have no escape sequence, or only colours. */
export function goesUp(text: string): boolean {
  return text.includes('\x1b') && UP.test(text);
}
