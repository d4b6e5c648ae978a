import type { LogStreamAttributes, TextSize } from '../attributes.ts';
import type { Level } from '../../protocol/marks/level.ts';
import { choicesFor, rememberChoice } from '../remembered.ts';
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

/** The filter by level, which remembers what is chosen, and begins with what was chosen before. */
export function rememberedLevels(
  element: LogStreamAttributes,
  filter: { levels: number | undefined },
): { get levels(): number | undefined; set levels(level: Level | undefined) } {
  const { levels: before } = choicesFor(element);
  if (before !== undefined) filter.levels = before;
  return {
    get levels(): number | undefined {
      return filter.levels;
    },
    set levels(level: Level | undefined) {
      filter.levels = level;
      rememberChoice(element, { levels: level });
    },
  };
}
