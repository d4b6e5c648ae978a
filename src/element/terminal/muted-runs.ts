import { applySgr, SGR_DEFAULT } from '../../protocol/sgr.ts';
import { STRUCTURED } from './plain-text.ts';
import type { TextRun } from './runs.ts';
import { messageOf, structuredFields } from './structured-fields.ts';

const MUTED = applySgr(SGR_DEFAULT, '2');

/**
 * The runs of a structured line with all but its message muted; the same runs for any other line, and where the writer styled the
 * text. The text stays as it is, so that what is searched, selected and copied does, too.
 */
export function mutedRuns(runs: readonly TextRun[]): readonly TextRun[] {
  const [run] = runs;
  if (run === undefined || runs.length > 1 || run.chip || run.style !== SGR_DEFAULT || !STRUCTURED.test(run.text)) return runs;
  const message = messageOf(structuredFields(run.text) ?? []);
  if (message === undefined) return runs;
  const { from, to } = message;
  return [
    { ...run, text: run.text.slice(0, from), style: MUTED },
    { ...run, text: run.text.slice(from, to) },
    { ...run, text: run.text.slice(to), style: MUTED },
  ].filter(({ text }) => text !== '');
}
