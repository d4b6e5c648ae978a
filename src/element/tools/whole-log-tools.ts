import type { LogStatus, Range, ViewUpdate } from '../../worker/api.ts';
import type { LogQueries } from '../../worker/queries/log-queries.ts';
import type { LogStreamAttributes } from '../attributes.ts';
import type { LogBinding } from '../log-binding.ts';
import type { Viewport } from '../viewport/viewport.ts';
import type { CurrentLine } from './current/current-line.ts';
import { EntryFinder } from './entries/entry-finder.ts';
import { ERRORS } from './entries/entry-kind.ts';
import { FindLoader } from './find/find-loader.ts';
import { LevelFilter } from './find/level-filter.ts';
import { GroupTool } from './groups/group-tool.ts';
import { LevelCounter } from './levels/level-counter.ts';
import type { Task } from './messages/task.ts';
import type { ToastAction } from './messages/toast.ts';
import { queriesOf } from './queries-of.ts';
import { RulerLoader } from './ruler/ruler-loader.ts';
import type { Selection } from './selection/selection.ts';

export interface WholeLogToolsHost {
  readonly element: LogStreamAttributes;
  readonly binding: LogBinding;
  readonly viewport: Viewport;
  readonly scroller: HTMLElement;
  readonly task: Task;
  readonly selection: Selection;
  readonly current: CurrentLine;
  /** The first and the last line of the log. */
  lines(): Range;
  freshTopic(): Promise<string | undefined>;
  /** Shows a message, and announces it. */
  notify(text: string, action?: ToastAction): void;
  /** For screen readers only. */
  announce(text: string): void;
  /** Other lines are shown alone, or all are again. */
  filtered(): void;
}

/** The tools that ask about a whole log, lines that are not loaded included: levels, errors and warnings, groups, ruler and search. */
export class WholeLogTools {
  readonly entries: EntryFinder;
  readonly levels: LevelCounter;
  readonly find: FindLoader;
  /** Which levels are shown. */
  readonly filter: LevelFilter;
  readonly #host: WholeLogToolsHost;
  readonly #ruler: RulerLoader;
  readonly #groups: GroupTool;

  constructor(host: WholeLogToolsHost) {
    this.#host = host;
    const { element, binding, viewport, selection, current } = host;
    const queries = (): LogQueries | undefined => queriesOf(binding);
    this.levels = new LevelCounter({ queries, changed: () => element.requestUpdate(), unmarked: () => void this.#classify() });
    this.entries = new EntryFinder({
      ...host,
      queries,
      // A fold shows it in the row of its first line.
      current: () => (current.line === undefined ? undefined : viewport.current),
      select: (line) => {
        selection.pick(line, false);
        current.line = line;
      },
    });
    this.#ruler = new RulerLoader({
      ...host,
      hits: () => this.find.finder?.hits.lines,
      selected: () => selection.lines,
      found: (line) => {
        selection.pick(line, false);
        viewport.goTo(line, false);
      },
    });
    this.find = new FindLoader(host);
    this.filter = new LevelFilter(this.find);
    this.#groups = new GroupTool(host);
  }

  connect(): void {
    this.#ruler.connect();
  }

  disconnect(): void {
    this.#groups.stop();
    this.#ruler.disconnect();
    this.levels.reset();
    this.find.finder?.stop();
  }

  /** The element was rendered. */
  rendered(): void {
    this.find.finder?.rendered();
    this.#ruler.update();
    this.#groups.modeChanged();
  }

  stateChanged(status: LogStatus): void {
    this.#groups.updated(status, []);
  }

  /** The status changed, or lines came. */
  updated({ status, runs }: ViewUpdate): void {
    this.levels.update(status, runs);
    this.#groups.updated(status, runs);
  }

  /** Another log is shown. */
  logReplaced(): void {
    this.#ruler.disconnect();
    this.#ruler.connect();
    this.levels.reset();
    this.find.finder?.logReplaced();
    this.#groups.stop();
  }

  /** How many of the lines that came since the reader left the end, and were not on screen, are errors. */
  newErrors(unseen: number): number {
    return unseen === 0 ? 0 : this.levels.errorsAfter(this.#host.lines().to - unseen);
  }

  /** Goes to the first error among the lines that came since the reader left the end. */
  goToNewError(): void {
    const { lines, viewport } = this.#host;
    void this.entries.go(ERRORS, false, lines().to - viewport.unseen + 1);
  }

  /** The server marks no lines: those that are drawn are classified here. */
  async #classify(): Promise<void> {
    const { classifyLine } = await import('./levels/classify-line.ts');
    this.#host.viewport.classifier = classifyLine;
  }
}
