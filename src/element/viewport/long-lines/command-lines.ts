import type { Line } from '../../../protocol/line.ts';
import { commandRuns } from '../../terminal/command-runs.ts';
import { parseLine } from '../../terminal/parse.ts';
import { drawnTextOf } from '../../terminal/runs.ts';
import { rowCount } from '../../terminal/wrap.ts';
import type { CommandSource, LongView } from './long-view.ts';

/** The view of a line, and what it depends on. */
interface Known {
  readonly columns: number | undefined;
  readonly sourceUrl: string;
  /** Undefined for a line without a command. */
  readonly view: LongView | undefined;
}

/** Lines with a command for a CI system, such as `##[error]`, drawn without it. */
export class CommandLines implements CommandSource {
  readonly #known = new WeakMap<Line, Known>();

  view(line: Line, columns: number | undefined, sourceUrl: string): LongView | undefined {
    const known = this.#known.get(line);
    if (known !== undefined && known.columns === columns && known.sourceUrl === sourceUrl) return known.view;
    const runs = parseLine(line[1], line[2]?.c);
    const drawn = commandRuns(runs, sourceUrl);
    const view = drawn === runs ? undefined : viewOf(drawn, columns);
    this.#known.set(line, { columns, sourceUrl, view });
    return view;
  }
}

function viewOf(runs: ReturnType<typeof commandRuns>, columns: number | undefined): LongView {
  const text = drawnTextOf(runs);
  const rows = columns === undefined ? 1 : rowCount(text, columns);
  const head = { runs, text, hidden: 0 };
  return { head, whole: undefined, lent: [], segments: [], hidden: undefined, wraps: columns !== undefined, rows };
}
