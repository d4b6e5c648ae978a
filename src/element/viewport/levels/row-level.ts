import { LEVEL } from '../../../protocol/marks/level.ts';
import { levelStyles } from '../../styles/levels.ts';
import { themed } from '../../styles/themed.ts';

/** The styles of rows with a level. */
export const styles = [themed(levelStyles)];

/** What a level adds to the row of a line. */
export interface RowLevel {
  readonly className: string;
  /** Which words are before the line for screen readers, which neither the ground nor the icon reaches; undefined for none. */
  readonly says: 'errorRow' | 'warningRow' | undefined;
}

interface Kind {
  readonly least: number;
  readonly own: RowLevel;
  readonly continued: RowLevel;
}

const kind = (least: number, className: string, says: RowLevel['says']): Kind => ({
  least,
  own: { className, says },
  continued: { className: `${className} continued`, says: undefined },
});

/** From the worst down. */
const KINDS: readonly Kind[] = [
  kind(LEVEL.fatal, 'error fatal', 'errorRow'),
  kind(LEVEL.error, 'error', 'errorRow'),
  kind(LEVEL.warn, 'warning', 'warningRow'),
];

const QUIET: RowLevel = { className: 'quiet', says: undefined };

/** How the row of a line of this level looks; undefined if like any other. `continues`: the line continues the entry above it. */
export function rowLevel(level: number | undefined, continues: boolean): RowLevel | undefined {
  if (level === undefined) return undefined;
  const found = KINDS.find(({ least }) => level >= least);
  if (found === undefined) return level < LEVEL.info ? QUIET : undefined;
  return continues ? found.continued : found.own;
}
