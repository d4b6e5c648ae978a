import { LEVEL } from '../../protocol/marks/level.ts';
import { hidesText } from '../../protocol/terminal/hidden-text.ts';
import { shownText } from '../../protocol/terminal/shown-text.ts';
import type { WholeLine } from '../../protocol/search/whole-lines.ts';

export type LevelName = keyof typeof LEVEL;

/** A line for programs to read. */
export interface LineRecord {
  readonly offset: number;
  /** When it was written, unix ms. */
  readonly time: number;
  readonly level?: LevelName;
  /** As it is shown: without sequences, and without text that it overwrote or erased. */
  readonly text: string;
  /** Some of its text is not seen by readers: overwritten, erased, concealed or invisible. */
  readonly hidden?: true;
}

export function recordOf({ from, time, text, extra }: WholeLine): LineRecord {
  const level = extra?.l === undefined ? undefined : levelName(extra.l);
  return {
    offset: from,
    time,
    ...(level !== undefined && { level }),
    text: shownText(text),
    ...(hidesText(text, extra?.c) && { hidden: true as const }),
  };
}

const NAMES = Object.keys(LEVEL) as LevelName[];

/** The name of a SeverityNumber, 1 to 24. */
export function levelName(level: number): LevelName | undefined {
  return NAMES[Math.ceil(level / 4) - 1];
}
