import type { LevelCounts } from '../../../protocol/answers/answers.ts';
import { LEVEL } from '../../../protocol/marks/level.ts';

/** What a reader goes to from entry to entry. */
export interface EntryKind {
  readonly name: 'error' | 'warning';
  /** The lowest level of these entries. */
  readonly level: number;
  /** Whether an entry of this level is one. */
  has(level: number | undefined): boolean;
  /** How many there are. */
  in(counts: LevelCounts): number;
}

/** Fatal ones are errors too. */
export const ERRORS: EntryKind = {
  name: 'error',
  level: LEVEL.error,
  has: (level) => level !== undefined && level >= LEVEL.error,
  in: ([, , , , error, fatal]) => error + fatal,
};

export const WARNINGS: EntryKind = {
  name: 'warning',
  level: LEVEL.warn,
  has: (level) => level !== undefined && level >= LEVEL.warn && level < LEVEL.error,
  in: ([, , , warn]) => warn,
};
