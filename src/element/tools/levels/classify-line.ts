import type { Line } from '../../../protocol/line.ts';
import { continueEntry, type EntryMark } from '../../../protocol/marks/entries.ts';
import { lineLevel } from '../../../protocol/marks/line-level.ts';
import { shownText } from '../../../protocol/terminal/shown-text.ts';
import type { Classifier } from '../../viewport/levels/line-levels.ts';

/** Lines above a line that are read to find the entry which it continues. */
const LOOK_BACK = 50;

const marks = new WeakMap<Line, EntryMark>();

/** Finds the level of a line as a server would, from its text and that of the lines above it. */
export const classifyLine: Classifier = (number, line, held) => {
  const known = marks.get(line);
  if (known !== undefined) return { level: known.level, continues: known.continues };
  const lines = [line];
  let mark: EntryMark | undefined;
  while (lines.length <= LOOK_BACK && mark === undefined) {
    const above = held(number - lines.length);
    if (above === undefined) break;
    mark = marks.get(above);
    if (mark === undefined) lines.unshift(above);
  }
  for (const next of lines) {
    const shown = shownText(next[1]);
    mark = continueEntry(mark?.state, shown, lineLevel(shown));
    marks.set(next, mark);
  }
  return { level: mark?.level, continues: mark?.continues === true };
};
