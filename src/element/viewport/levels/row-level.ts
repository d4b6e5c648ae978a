import { LEVEL } from '../../../protocol/marks/level.ts';
import { STRINGS } from '../../strings.ts';
import { levelStyles } from '../../styles/levels.ts';
import { themed } from '../../styles/themed.ts';

/** The styles of rows with a level. */
export const styles = [themed(levelStyles)];

/** What a level adds to the row of a line. */
export interface RowLevel {
  readonly className: string;
  /** Words before the line for screen readers, which neither the ground nor the icon reaches; empty for none. */
  readonly label: string;
}

interface Kind {
  readonly least: number;
  readonly own: RowLevel;
  readonly continued: RowLevel;
}

const kind = (least: number, className: string, label: string): Kind => ({
  least,
  own: { className, label },
  continued: { className: `${className} continued`, label: '' },
});

/** From the worst down. */
const KINDS: readonly Kind[] = [
  kind(LEVEL.fatal, 'error fatal', STRINGS.errorRow),
  kind(LEVEL.error, 'error', STRINGS.errorRow),
  kind(LEVEL.warn, 'warning', STRINGS.warningRow),
];

const QUIET: RowLevel = { className: 'quiet', label: '' };

/** How the row of a line of this level looks; undefined if like any other. `continues`: the line continues the entry above it. */
export function rowLevel(level: number | undefined, continues: boolean): RowLevel | undefined {
  if (level === undefined) return undefined;
  const found = KINDS.find(({ least }) => level >= least);
  if (found === undefined) return level < LEVEL.info ? QUIET : undefined;
  return continues ? found.continued : found.own;
}
