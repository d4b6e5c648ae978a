import { beginsEntry, continueEntry, type EntryState } from '../../../protocol/marks/entries.ts';
import { LEVEL } from '../../../protocol/marks/level.ts';
import { levelOf } from '../../../protocol/marks/level-of.ts';
import type { NumberedText } from '../lines/search-lines.ts';

/** Whether the text of a line says that it is an error, or worse. */
export function isError(text: string): boolean {
  const level = levelOf(text);
  return level !== undefined && level >= LEVEL.error;
}

/** The errors among lines: what continues an entry is none. The lines above show where the first of them belongs. */
export function errorsOf(lines: readonly NumberedText[], above: readonly NumberedText[] = []): NumberedText[] {
  let state: EntryState | undefined;
  const errors: NumberedText[] = [];
  for (const [at, line] of [...above, ...lines].entries()) {
    const { level, continues, state: next } = continueEntry(state, line.text, levelOf(line.text));
    state = next;
    if (at >= above.length && !continues && level !== undefined && level >= LEVEL.error) errors.push(line);
  }
  return errors;
}

/** Whether an entry begins among these lines, whatever stands above them. */
export function holdsBeginning(lines: readonly NumberedText[]): boolean {
  return lines.some(({ text }) => beginsEntry(text, levelOf(text)));
}
