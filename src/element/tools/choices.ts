import type { LogStreamAttributes, TextSize } from '../attributes.ts';
import type { Level } from '../../protocol/marks/level.ts';
import { rememberChoice } from '../remembered.ts';
import { nextTimeMode } from '../util/time.ts';

/** How lines look, as the reader chooses it: for this element, and for others of the origin where that is remembered. */
export const CHOICES = {
  wrap(element: LogStreamAttributes): void {
    element.wrap = !element.wrap;
    rememberChoice(element, { wrap: element.wrap });
  },
  time(element: LogStreamAttributes): void {
    element.time = nextTimeMode(element.time);
    rememberChoice(element, { time: element.time });
  },
  /** `level`: the lowest that is shown; undefined for all. */
  levels(element: LogStreamAttributes, filter: { levels: number | undefined }, level: Level | undefined): void {
    filter.levels = level;
    rememberChoice(element, { levels: level });
  },
  size(element: LogStreamAttributes, size: TextSize): void {
    element.size = size;
    rememberChoice(element, { size });
  },
} as const;
