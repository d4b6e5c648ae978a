import type { LogStreamAttributes, TextSize } from '../attributes.ts';
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
  size(element: LogStreamAttributes, size: TextSize): void {
    element.size = size;
    rememberChoice(element, { size });
  },
} as const;
