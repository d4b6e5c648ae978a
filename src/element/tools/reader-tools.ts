import { html, type CSSResult, type TemplateResult } from 'lit';
import type { Line } from '../../protocol/line.ts';
import { shownText } from '../../protocol/terminal/shown-text.ts';
import type { LogStatus, Range, ViewUpdate } from '../../worker/api.ts';
import type { LogStreamAttributes } from '../attributes.ts';
import type { LogBinding } from '../log-binding.ts';
import type { ChipInput } from '../status/chip.ts';
import type { Strings } from '../strings.ts';
import { paperStyles } from '../styles/paper.ts';
import { themed } from '../styles/themed.ts';
import type { KeyInput } from '../util/keys.ts';
import type { ElementWords } from '../words/element-words.ts';
import type { Viewport } from '../viewport/viewport.ts';
import type { KeyActions, ToolActions } from './actions.ts';
import { CHOICES, rememberedLevels } from './choices.ts';
import { Copier } from './copy/copier.ts';
import { CopyEvents } from './copy/copy-events.ts';
import { ReaderCopies } from './copy/reader-copies.ts';
import { CurrentLine } from './current/current-line.ts';
import { Downloader } from './download/downloader.ts';
import { FieldTool } from './fields/field-tool.ts';
import { ERRORS, WARNINGS } from './entries/entry-kind.ts';
import type { FindOptions } from './find/find-options.ts';
import { groupStyles } from './groups/styles.ts';
import { GoTo } from './go-to/go-to.ts';
import { goToStyles } from './go-to/styles.ts';
import { KeyHelp } from './help/key-help.ts';
import { helpStyles } from './help/styles.ts';
import { listenForKeys, type RowAction } from './keyboard/keyboard.ts';
import { errorsIn } from './levels/entry-tally.ts';
import { LiveRegion } from './live-region/live-region.ts';
import { newLinesPill } from './messages/new-lines-pill.ts';
import { messageStyles } from './messages/styles.ts';
import { Task } from './messages/task.ts';
import { Toast, toastTemplate, type ToastAction } from './messages/toast.ts';
import { Notifier } from './notify/notifier.ts';
import { Permalinks } from './permalink/permalinks.ts';
import { Selection } from './selection/selection.ts';
import { selectionStyles } from './selection/styles.ts';
import { englishTools, type ToolStrings } from './strings.ts';
import { ToolbarCollapse } from './toolbar/collapse.ts';
import { explanationOf } from './toolbar/explanation.ts';
import { LevelMenu } from './toolbar/level-menu.ts';
import { toolbarStyles } from './toolbar/styles.ts';
import { toolbarTemplate, type ToolsModel } from './toolbar/toolbar.ts';
import { titleTimes } from './toolbar/time-titles.ts';
import { Tooltips } from './toolbar/tooltips.ts';
import { freshTopicFor } from './topic/fresh-topic.ts';
import { ViewportExtension } from './viewport-extension.ts';
import { WholeLogTools } from './whole-log-tools.ts';

export interface ReaderToolsHost {
  readonly element: LogStreamAttributes;
  readonly binding: LogBinding;
  readonly viewport: Viewport;
  readonly scroller: HTMLElement;
  /** The element with the role `status`. */
  readonly liveRegion: HTMLElement;
  readonly words: ElementWords<Strings>;
  /** The first and the last line of the log. */
  lines(): Range;
  /** What the header counts changed, as it does with every batch of lines: draws it soon. */
  counted(): void;
}

/**
 * What a reader does with a log beyond reading it: toolbar, keys, selecting, copying, downloading, finding errors, links to
 * lines, and announcements for screen readers. The log is shown without it, so it is loaded once that is done.
 */
export class ReaderTools {
  readonly styles: readonly CSSResult[] = [
    toolbarStyles,
    messageStyles,
    selectionStyles,
    groupStyles,
    goToStyles,
    helpStyles,
    paperStyles,
  ].map(themed);
  readonly #host: ReaderToolsHost;
  readonly #strings: ToolStrings;
  readonly #toast: Toast;
  readonly #liveRegion: LiveRegion;
  readonly #task: Task;
  readonly #selection: Selection;
  readonly #current: CurrentLine;
  readonly #fields: FieldTool;
  readonly #goTo: GoTo;
  readonly #help: KeyHelp;
  readonly #levelMenu: LevelMenu;
  readonly #notifier: Notifier;
  readonly #permalinks: Permalinks;
  readonly #copies: ReaderCopies;
  readonly #copyEvents: CopyEvents;
  readonly #downloader: Downloader;
  readonly #wholeLog: WholeLogTools;
  readonly #tooltips: Tooltips;
  readonly #collapse: ToolbarCollapse;
  readonly #extension: ViewportExtension;
  readonly #press: (key: KeyInput) => void;

  constructor(host: ReaderToolsHost) {
    this.#host = host;
    const { element, binding, viewport, scroller, words } = host;
    const strings = (this.#strings = words.add('tools', englishTools));
    this.#extension = new ViewportExtension(element, viewport, scroller, words.strings, () => this.#selection.hold());
    const notify = (text: string, action?: ToastAction): void => this.#notify(text, action);
    const announce = (text: string): void => this.#liveRegion.announce(text);
    const lines = (): Range => host.lines();
    this.#toast = new Toast(() => this.#messageChanged());
    this.#liveRegion = new LiveRegion(
      host.liveRegion,
      strings,
      () => element.announce,
      (line) => this.#wholeLog.levels.errorsAfter(line),
    );
    const task = (this.#task = new Task(this.#toast, strings, announce));
    const selection = (this.#selection = new Selection({ element, viewport, scroller }));
    const current = (this.#current = new CurrentLine(viewport));
    const filterByField = (name: string, value: string): void => this.#wholeLog.find.filterByField(name, value);
    this.#fields = new FieldTool({ element, scroller, viewport, current, strings, notify, announce, filterByField });
    const freshTopic = (): Promise<string | undefined> => this.freshTopic();
    this.#goTo = new GoTo({ element, scroller, binding, viewport, current, task, strings, lines, notify, freshTopic });
    const counted = (): void => {
      host.counted();
      this.#notifier.counted(this.#wholeLog.levels);
    };
    const filtered = (): void => this.#permalinks.filtered();
    this.#wholeLog = new WholeLogTools({ ...host, task, selection, current, strings, freshTopic, notify, announce, counted, filtered });
    const { filter, levels } = this.#wholeLog;
    this.#levelMenu = new LevelMenu({ element, filter: rememberedLevels(element, filter), strings, lines, counts: () => levels.counts });
    this.#help = new KeyHelp(element, strings);
    this.#notifier = new Notifier({ element, strings, title: () => this.#title, notify });
    this.#permalinks = new Permalinks({
      element,
      viewport,
      selection,
      current,
      strings,
      lines,
      notify,
      goToTime: (date) => void this.goToTime(date),
      goToError: () => void this.#wholeLog.entries.go(ERRORS, false, this.#host.lines().from),
      filter: () => this.#wholeLog.find.finder?.filter,
      showOnly: (filter, line) => this.#wholeLog.find.use((finder) => finder.showOnly(filter, line)),
    });
    this.#downloader = new Downloader({ binding, task, strings, lines, notify, freshTopic });
    const download = (range: Range): void => void this.#downloader.downloadAndNotify(range);
    const copier = new Copier({ binding, viewport, task, strings, lines, notify, download });
    const link = (range: Range): string => this.#permalinks.link(range);
    const title = (): string => this.#title;
    const copies = (this.#copies = new ReaderCopies({ copier, selection, current, strings, lines, title, link, notify }));
    this.#copyEvents = new CopyEvents({ element, scroller, copier, span: () => copies.selected });
    this.#tooltips = new Tooltips(element);
    this.#collapse = new ToolbarCollapse(() => element.renderRoot);
    titleTimes(scroller, viewport, words.strings, () => element.time);
    this.#press = listenForKeys({
      current,
      scroller,
      actions: this.#keyActions,
      // Among filtered lines it shows all of them.
      entered: () => this.#wholeLog.find.finder?.showAll(current.line) === true,
      hasShortcuts: () => element.shortcuts === 'on',
      selected: () => selection.lines,
    });
  }

  connect(): void {
    this.#tooltips.connect();
    this.#selection.connect();
    this.#copyEvents.connect();
    this.#permalinks.connect();
    this.#wholeLog.connect();
    this.#extension.connect();
  }

  disconnect(): void {
    this.#wholeLog.disconnect();
    this.#permalinks.disconnect();
    this.#tooltips.disconnect();
    this.#collapse.disconnect();
    this.#selection.disconnect();
    this.#copyEvents.disconnect();
    this.#extension.disconnect();
    this.#task.stop();
    this.#liveRegion.dispose();
  }

  toolbar(model: ToolsModel): TemplateResult {
    const { counts, isPartial, isWaiting } = this.#wholeLog.levels;
    const known = counts && { counts, isPartial };
    return toolbarTemplate(model, this.#actions, { known, isCountable: isWaiting, strings: this.#strings });
  }

  bar(): TemplateResult | undefined {
    return this.#wholeLog.find.finder?.template();
  }

  overlay(): TemplateResult {
    const actions = { end: () => this.#actions.end(), error: () => this.#wholeLog.goToNewError() };
    const pill = newLinesPill(this.#wholeLog.unseen, actions, this.#strings);
    return html`${pill}${toastTemplate(this.#toast.message)}${this.#goTo.template()}${this.#help.template()}${this.#levelMenu.template()}`;
  }

  /** What the status chip stands for, in a sentence. */
  explain(input: ChipInput): string {
    return explanationOf(input, this.#host.words.strings, this.#strings);
  }

  /** The element was rendered. */
  rendered(): void {
    this.#collapse.update();
    this.#wholeLog.rendered();
  }

  stateChanged(status: LogStatus): void {
    const { state, head, end } = status;
    this.#wholeLog.stateChanged(status);
    const announce = (): void => {
      const { counts, isPartial } = this.#wholeLog.levels;
      this.#liveRegion.announceState(state, head, end, counts === undefined || isPartial ? 0 : errorsIn(counts));
    };
    // The last lines may not be counted yet.
    if (state === 'ended') this.#wholeLog.levels.whenCounted(announce);
    else announce();
    this.#permalinks.stateChanged(state);
    this.#goTo.stateChanged(state);
    this.#notifier.stateChanged({ state, head, end });
    this.#notifier.counted(this.#wholeLog.levels);
  }

  /** Lines on screen could not be fetched; `text` says which, undefined where there are none. */
  linesMissing(text: string | undefined): void {
    this.#liveRegion.announceMissing(text);
  }

  /** The log grew by `count` lines, to `head`; `lines` are those that came. */
  linesAdded(count: number, lines: readonly Line[], head: number): void {
    const isRead = this.#host.element.announce === 'lines';
    this.#liveRegion.addLines(count, isRead ? lines.map(([, text]) => shownText(text)) : [], head);
    // Where nothing is counted, what comes is all that is known.
    if (this.#wholeLog.levels.isUncounted) this.#notifier.linesAdded(lines);
  }

  /** The status changed, or lines came. */
  updated(update: ViewUpdate): void {
    this.#fields.updated(update.runs);
    this.#wholeLog.updated(update);
  }

  logRestarted(): void {
    this.logReplaced();
    this.#notifier.restarted();
    this.#notify(this.#strings.restarted);
  }

  /** Another log is shown: selections and running tasks mean nothing any more. */
  logReplaced(): void {
    this.#wholeLog.logReplaced();
    this.#task.stop();
    this.#goTo.reset();
    this.#notifier.reset();
    this.#selection.clear();
  }

  /** A key was pressed in the log before the tools were loaded. */
  press(key: KeyInput): void {
    this.#press(key);
  }

  /** A line number was clicked. */
  pick(line: number, extend: boolean): void {
    const range = this.#selection.pick(line, extend);
    this.#current.line = line;
    this.#liveRegion.announce(this.#strings.selected(range));
    this.#permalinks.write(range);
  }

  /** Resolves with undefined where the page supplies none; rejects when asking failed. */
  freshTopic(): Promise<string | undefined> {
    return freshTopicFor(this.#host.element, this.#host.binding);
  }

  /** Copies a range, by default the selection, else all lines. Resolves with the number of lines. */
  copy(range?: Range): Promise<number> {
    return this.#copies.copyRange(range);
  }

  /** Copies lines at the reader's request, and says so. */
  copyLines(range: Range): void {
    this.#copies.copyLines(range);
  }

  download(): Promise<void> {
    return this.#downloader.download();
  }

  goToError(): Promise<number | undefined> {
    return this.#wholeLog.entries.go(ERRORS, false);
  }

  /** Searches the log. Resolves with the number of lines found. */
  async find(query: string, options?: FindOptions): Promise<number> {
    return (await this.#wholeLog.find.load()).find(query, options);
  }

  /** Goes to the first line at or after a time. Resolves with its number; undefined if there is none. */
  goToTime(date: Date): Promise<number | undefined> {
    return this.#goTo.time(date);
  }

  readonly #actions: ToolActions = {
    follow: () => this.#host.viewport.toggleFollow(),
    wrap: () => CHOICES.wrap(this.#host.element),
    time: () => CHOICES.time(this.#host.element),
    size: (size) => CHOICES.size(this.#host.element, size),
    copy: () => this.#copies.copy(),
    download: () => void this.#downloader.downloadAndNotify(),
    error: () => void this.#wholeLog.entries.go(ERRORS, false),
    previousError: () => void this.#wholeLog.entries.go(ERRORS, true),
    warning: () => void this.#wholeLog.entries.go(WARNINGS, false),
    previousWarning: () => void this.#wholeLog.entries.go(WARNINGS, true),
    count: () => void this.#wholeLog.count(),
    levels: (opener) => void this.#levelMenu.open(opener),
    find: () => this.#wholeLog.find.use((finder) => finder.open()),
    goToLine: () => void this.#goTo.open(),
    copyLink: () => void this.#permalinks.copyLink(),
    copyMarkdown: () => this.#copies.copyMarkdown(),
    help: () => void this.#help.open(),
    notify: () => void this.#notifier.toggle(),
    start: () => this.#current.edge('start'),
    end: () => this.#current.edge('end'),
  };

  readonly #keyActions: Omit<KeyActions, RowAction> = {
    ...this.#actions,
    raw: () => this.#host.viewport.toggleRaw(),
    nextMatch: (isBackwards) => this.#wholeLog.find.finder?.step(isBackwards),
    selectAll: () => this.#selectAll(),
    closeGroups: () => this.#host.viewport.groups?.setAll(false),
    openGroups: () => this.#host.viewport.groups?.setAll(true),
    escape: () => this.#escape(),
  };

  /** Cancels the running task, else closes the search, else the fields of the current line, else clears the selection, else leaves the log. */
  #escape(): void {
    if (this.#task.stop() || this.#wholeLog.find.finder?.close() === true || this.#fields.close()) return;
    if (this.#selection.clear()) this.#liveRegion.announce(this.#strings.nothingSelected);
    else this.#query('.toolbar .icon[tabindex="0"]')?.focus();
  }

  #selectAll(): void {
    const range = this.#host.lines();
    if (range.to < range.from) return;
    this.#selection.selectAll(range);
    this.#notify(this.#strings.selected(range));
  }

  /** The title of the log. */
  get #title(): string {
    const { element, binding } = this.#host;
    return element.label || (binding.log?.channel ?? '');
  }

  /** Shows a message, and announces it. */
  #notify(text: string, action?: ToastAction): void {
    this.#toast.show(text, action);
    this.#liveRegion.announce(text);
  }

  #messageChanged(): void {
    // A button that disappears while it has the focus returns it to the log, before the browser moves it to the page.
    if (this.#toast.message?.action === undefined && this.#query('.act:focus') !== undefined)
      this.#host.scroller.focus({ preventScroll: true });
    this.#host.element.requestUpdate();
  }

  #query(selector: string): HTMLElement | undefined {
    return this.#host.element.renderRoot.querySelector<HTMLElement>(selector) ?? undefined;
  }
}
