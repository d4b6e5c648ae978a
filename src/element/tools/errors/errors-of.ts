import { beginsEntry, continueEntry, type EntryState } from '../../../protocol/marks/entries.ts';
import { LEVEL } from '../../../protocol/marks/level.ts';
import { lineLevel } from '../../../protocol/marks/line-level.ts';
import type { NumberedText } from '../lines/search-lines.ts';

/** Whether a line is an error, or worse, by its text. */
export function isError(text: string): boolean {
  const level = lineLevel(text);
  return level !== undefined && level >= LEVEL.error;
}

/** The errors among `lines`, without lines that continue an entry. The entry of the first one may begin in the lines above. */
export function errorsOf(lines: readonly NumberedText[], above: readonly NumberedText[] = []): NumberedText[] {
  let state: EntryState | undefined;
  const errors: NumberedText[] = [];
  for (const [at, line] of [...above, ...lines].entries()) {
    const { level, continues, state: next } = continueEntry(state, line.text, lineLevel(line.text));
    state = next;
    if (at >= above.length && !continues && level !== undefined && level >= LEVEL.error) errors.push(line);
  }
  return errors;
}

/** Whether one of these lines begins an entry regardless of the lines above it. */
export function holdsBeginning(lines: readonly NumberedText[]): boolean {
  return lines.some(({ text }) => beginsEntry(text, lineLevel(text)));
}
