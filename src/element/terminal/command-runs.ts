import { applySgr } from '../../protocol/sgr.ts';
import { commandOf } from './command-parts.ts';
import { textOf, type TextRun } from './runs.ts';
import { sourceTarget } from './source-target.ts';

/**
 * The runs of a line with a command without its syntax, with its title in bold, and its place as a link where the page gives a
 * template; the same runs for any other line.
 */
export function commandRuns(runs: readonly TextRun[], sourceUrl: string): readonly TextRun[] {
  const command = commandOf(textOf(runs));
  if (command === undefined) return runs;
  const { parts, place } = command;
  const link = place && sourceTarget(sourceUrl, place);
  const drawn: TextRun[] = [];
  let at = 0;
  let next = 0;
  for (const run of runs) {
    const end = at + run.text.length;
    for (let from = at; from < end;) {
      while ((parts[next]?.to ?? Infinity) <= from) next += 1;
      const part = parts[next];
      const to = Math.min(end, part?.to ?? end);
      // A label that several runs share is drawn by the first of them.
      const label = part?.label === undefined || part.from === from ? part?.label : '';
      drawn.push({
        ...run,
        text: run.text.slice(from - at, to - at),
        ...(part?.role === 'title' && { style: applySgr(run.style, '1') }),
        ...(part?.role === 'place' && link !== undefined && { link }),
        ...(label !== undefined && { label }),
      });
      from = to;
    }
    at = end;
  }
  return drawn;
}
