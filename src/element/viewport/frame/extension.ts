import type { LineSteps } from '../layout/line-steps.ts';
import type { ScrollLayout } from '../layout/scroll-layout.ts';
import type { ExtendedLines, ExtendedLinesHost } from '../lines/extended-lines.ts';
import type { LineCache } from '../lines/line-cache.ts';
import type { CurrentRow } from '../rows/current-row.ts';
import type { RowGroups } from '../rows/row-groups.ts';

/** What is needed only once the log is shown. */
export interface Extension {
  readonly extended: (lines: LineCache, host: ExtendedLinesHost) => ExtendedLines;
  readonly steps: (scroll: ScrollLayout) => LineSteps;
  readonly groups: RowGroups;
  readonly currentRow: CurrentRow;
}
