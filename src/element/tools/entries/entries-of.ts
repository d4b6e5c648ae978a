import { beginsEntry, continueEntry, type EntryState } from '../../../protocol/marks/entries.ts';
import { lineLevel } from '../../../protocol/marks/line-level.ts';
import type { NumberedText } from '../lines/search-lines.ts';
import { ERRORS, type EntryKind } from './entry-kind.ts';

/** The entries of a kind among `lines`, without lines that continue one. The entry of the first line may begin in the lines above. */
export function entriesOf(lines: readonly NumberedText[], above: readonly NumberedText[] = [], kind: EntryKind = ERRORS): NumberedText[] {
  let state: EntryState | undefined;
  const entries: NumberedText[] = [];
  for (const [at, line] of [...above, ...lines].entries()) {
    const { level, continues, state: next } = continueEntry(state, line.text, lineLevel(line.text));
    state = next;
    if (at >= above.length && !continues && kind.has(level)) entries.push(line);
  }
  return entries;
}

/** Whether one of these lines begins an entry regardless of the lines above it. */
export function holdsBeginning(lines: readonly NumberedText[]): boolean {
  return lines.some(({ text }) => beginsEntry(text, lineLevel(text)));
}
