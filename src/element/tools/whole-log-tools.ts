import type { LogStatus, Range, ViewUpdate } from '../../worker/api.ts';
import type { LogQueries } from '../../worker/queries/log-queries.ts';
import type { LogStreamAttributes } from '../attributes.ts';
import type { LogBinding } from '../log-binding.ts';
import type { Strings } from '../strings.ts';
import type { ElementWords } from '../words/element-words.ts';
import type { Viewport } from '../viewport/viewport.ts';
import type { CurrentLine } from './current/current-line.ts';
import { EntryFinder } from './entries/entry-finder.ts';
import { ERRORS, WARNINGS } from './entries/entry-kind.ts';
import { FindLoader } from './find/find-loader.ts';
import { LevelFilter } from './find/level-filter.ts';
import { GroupTool } from './groups/group-tool.ts';
import { LevelCounter, type EntryReader } from './levels/level-counter.ts';
import type { Unseen } from './messages/new-lines-pill.ts';
import { isAbortError, type Task } from './messages/task.ts';
import type { ToastAction } from './messages/toast.ts';
import { queriesOf } from './queries-of.ts';
import type { ToolStrings } from './strings.ts';
import { RulerLoader } from './ruler/ruler-loader.ts';
import type { Selection } from './selection/selection.ts';
import type { MarkReader } from './unmarked/mark-reader.ts';

export interface WholeLogToolsHost {
  readonly element: LogStreamAttributes;
  readonly binding: LogBinding;
  readonly viewport: Viewport;
  readonly scroller: HTMLElement;
  readonly task: Task;
  readonly selection: Selection;
  readonly current: CurrentLine;
  readonly words: ElementWords<Strings>;
  readonly strings: ToolStrings;
  /** The first and the last line of the log. */
  lines(): Range;
  freshTopic(): Promise<string | undefined>;
  /** Shows a message, and announces it. */
  notify(text: string, action?: ToastAction): void;
  /** For screen readers only. */
  announce(text: string): void;
  /** More is known of the entries of the log. */
  counted(): void;
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
  /** Reads the log, where its server marks no lines. */
  #reader: MarkReader | undefined;

  constructor(host: WholeLogToolsHost) {
    this.#host = host;
    const { element, binding, viewport, selection, current } = host;
    const queries = (): LogQueries | undefined => queriesOf(binding);
    this.levels = new LevelCounter({
      queries,
      changed: () => {
        element.requestUpdate();
        host.counted();
      },
      arrived: () => host.counted(),
      unmarked: () => this.#readLines(),
    });
    this.entries = new EntryFinder({
      ...host,
      queries,
      read: () => (this.levels.reader?.isPartial === false ? this.#reader : undefined),
      // A fold shows it in the row of its first line.
      current: () => (current.line === undefined ? undefined : viewport.current),
      select: (line) => {
        selection.pick(line, false);
        current.line = line;
      },
    });
    this.#ruler = new RulerLoader({
      ...host,
      read: () => this.levels.reader && this.#reader,
      counted: () => this.levels,
      hits: () => this.find.finder?.hits.lines,
      selected: () => selection.lines,
      found: (line) => {
        selection.pick(line, false);
        viewport.goTo(line, false);
      },
    });
    this.find = new FindLoader(host);
    this.filter = new LevelFilter(this.find);
    this.#groups = new GroupTool({ ...host, shown: host.words.strings, marked: () => this.#reader?.marked ?? [] });
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

  get unseen(): Unseen {
    const { seen, unseen } = this.#host.viewport;
    return { lines: unseen, errors: this.levels.errorsAfter(seen) };
  }

  /** Goes to the first error among the lines that came since the reader left the end. */
  goToNewError(): void {
    void this.entries.go(ERRORS, false, this.#host.viewport.seen + 1);
  }

  /** Counts the entries of a log whose server does not, however long it is; the reader may cancel. */
  async count(): Promise<void> {
    const { task, lines, notify, strings } = this.#host;
    const reader = this.#reader;
    if (reader === undefined) return;
    const all = lines().to - lines().from + 1;
    try {
      await task.run(strings.countingEntries(0, all), (signal, report) =>
        reader.readAll(signal, (read) => report(strings.countingEntries(read, all))),
      );
    } catch (error) {
      if (isAbortError(error)) return;
      throw error;
    }
    const { counts } = reader;
    if (counts === undefined || reader.isPartial) return notify(strings.countedInPart(reader.lines));
    const [errors, warnings] = [ERRORS, WARNINGS].map((kind) => strings.finding[kind.name].count(kind.in(counts)));
    notify(strings.countedEntries(errors ?? '', warnings ?? ''));
  }

  /** The server marks no lines: they are read here, and those that are drawn are classified. */
  async #readLines(): Promise<EntryReader> {
    const { viewport, binding } = this.#host;
    const [{ classifyLine }, { MarkReader: Loaded }] = await Promise.all([
      import('./levels/classify-line.ts'),
      import('./unmarked/mark-reader.ts'),
    ]);
    viewport.classifier = classifyLine;
    return (this.#reader ??= new Loaded({
      log: () => binding.log,
      changed: () => this.#host.counted(),
      marked: (runs) => this.#groups.linesRead(runs),
    }));
  }
}
