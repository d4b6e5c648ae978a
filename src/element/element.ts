import type { PropertyValues, TemplateResult } from 'lit';
import { readTopic } from '../protocol/topic.ts';
import type { ClientOptions, LogState, LogStreamClient, Range, ViewUpdate } from '../worker/api.ts';
import { connect, connectAsMarkup } from '../worker/tab/client.ts';
import { isSetByCode } from './attributes.ts';
import { modelOf } from './element-model.ts';
import { EarlyKeys } from './early-keys.ts';
import { createParts, type ElementParts } from './element-parts.ts';
import { LogStreamFollowEvent } from './events.ts';
import { LogBinding } from './log-binding.ts';
import { outcomeOf, type Outcome } from './outcome.ts';
import { applyChoices } from './remembered.ts';
import { StateReflection } from './state-reflection.ts';
import { isRestart, addedLinesOf } from './status/added-lines.ts';
import { ShownStatus } from './status/shown-status.ts';
import { missingRow } from './status/state-rows.ts';
import { ADVICE } from './strings.ts';
import { styles } from './styles/styles.ts';
import { elementTemplate } from './template.ts';
import { ToolsLoader } from './tools-loader.ts';
import type { FindOptions } from './tools/find/find-options.ts';
import type { ReaderTools, ReaderToolsHost } from './tools/reader-tools.ts';
import { addStyles } from './util/add-styles.ts';
import { MicrotaskRequest } from './util/microtask-request.ts';
import { Throttle } from './util/throttle.ts';
import { WordedElement } from './worded-element.ts';
import { FIRST_TAIL } from './viewport/frame/frame-requests.ts';

export * from './events.ts';
export type { Outcome } from './outcome.ts';
export type * from './worded-element.ts';
export type { FindOptions } from './tools/find/find-options.ts';

/** Shortest time between two updates of the header, ms: nobody can read figures that change faster. */
const HEADER_INTERVAL = 100;

/**
 * Shows a log while it is being written. All elements and tabs of an origin share one connection.
 *
 * ```html
 * <log-stream topic="…"></log-stream>
 * ```
 *
 * It fills the width of its container, or is 640 px wide where that sets none, and is 480 px high unless `--ls-height`,
 * `height` or a stretching flex or grid cell says otherwise.
 *
 * @slot title - The title in the header, in place of `label` or the channel.
 * @slot actions - Controls of the page's own, at the end of the header.
 * @slot empty - What is shown in place of the lines while there are none.
 * @slot error - What is shown in place of the lines when the log can't be loaded.
 *
 * @csspart base - Everything inside the host.
 * @csspart header - The header.
 * @csspart status - The chip with the state of the log.
 * @csspart title - The title.
 * @csspart counts - The number of lines and the time they span.
 * @csspart toolbar - The toolbar.
 * @csspart find - The find bar.
 * @csspart viewport - The scrolling log.
 * @csspart row - A row with a line.
 * @csspart row-selected - A row that is selected by number; it is a `row`, too.
 * @csspart number - The line number.
 * @csspart time - The timestamp.
 * @csspart text - The text of a line.
 * @csspart group - The header of a group of lines; it is a `row`, too.
 * @csspart fold - The rows that remain of folded progress updates.
 * @csspart fields - The fields of a structured line, below it.
 * @csspart state-row - A row that is not a line, e.g. how the log ended.
 * @csspart notice - What is shown in place of the lines.
 * @csspart pill - The button that jumps to new lines.
 * @csspart toast - A short message over the log.
 * @csspart ruler - The strip beside the scrollbar that marks errors, warnings and density.
 *
 * @cssprop [--ls-height=auto] - The height of the element.
 * @cssprop [--ls-font] - The font family of the lines; by default the system's monospaced font.
 * @cssprop [--ls-size=13px] - The font size of the lines.
 * @cssprop [--ls-line=20px] - The height of a row.
 * @cssprop --ls-bg - The background. On an opaque one, text outside the palette is adjusted until its contrast is 4.5 to 1.
 * @cssprop --ls-fg - The text.
 * @cssprop --ls-surface - The background of the header and of buttons.
 * @cssprop --ls-hover - The background of the row under the pointer.
 * @cssprop --ls-muted - Secondary text: line numbers, timestamps, counts.
 * @cssprop --ls-border - Borders.
 * @cssprop --ls-edge - Borders of buttons, and the scrollbar.
 * @cssprop --ls-accent - Progress, pressed buttons and the mark of selected lines.
 * @cssprop --ls-focus - The focus ring.
 * @cssprop --ls-pill - The button that jumps to new lines.
 * @cssprop --ls-sel - The background of selected lines.
 * @cssprop --ls-gap - The background of rows that are not lines.
 * @cssprop --ls-err-bg - The background of errors, and of a row that says the log failed.
 * @cssprop --ls-err - Errors.
 * @cssprop [--ls-err-edge=--ls-err] - The bar at the edge of errors.
 * @cssprop --ls-warn-bg - The background of warnings.
 * @cssprop --ls-warn - Warnings; the log reconnects.
 * @cssprop [--ls-warn-edge=--ls-warn] - The bar at the edge of warnings.
 * @cssprop --ls-ok - The log is live.
 * @cssprop --ls-match-bg - The background of matches.
 * @cssprop --ls-match-fg - The text of matches.
 * @cssprop --ls-match-current - The background of the match that the reader is at.
 *
 * @cssState connecting - The log is being opened.
 * @cssState catching-up - Connected; lines are loading.
 * @cssState live - New lines appear as they are written.
 * @cssState reconnecting - The connection is lost.
 * @cssState offline - The device is offline.
 * @cssState ended - The log is complete.
 * @cssState denied - The server refused access.
 * @cssState error - The log can't be loaded.
 * @cssState wraps - Long lines wrap.
 */
export class LogStreamElement extends WordedElement {
  static override styles = styles;

  /** Registers the element; does nothing if the name is taken. */
  static define(tag = 'log-stream', registry: CustomElementRegistry = customElements): void {
    if (registry.get(tag) === undefined) registry.define(tag, this);
  }

  readonly #binding = new LogBinding({
    createClient: () => this.createClient({ endpoint: this.endpoint || undefined, workerUrl: this.workerUrl || undefined }),
    refresh: async () => (await this.#tools.load()).freshTopic(),
    updated: (update) => this.#onUpdate(update),
  });
  readonly #status = new ShownStatus({
    isAwaitingLines: (status, isUndrawn) => this.#built?.viewport.isAwaitingLines(status, isUndrawn) ?? false,
    show: (status, runs) => {
      // Listeners of what the viewport dispatches read the same state everywhere.
      this.#reflection.reflect();
      this.#built?.viewport.update(status, runs);
    },
    stateChanged: (previous) => this.#onStateChange(previous),
    tick: () => this.#built?.viewport.schedule(),
  });
  readonly #tools = new ToolsLoader(
    () => this.#toolsHost(),
    (tools) => this.#addTools(tools),
  );
  readonly #reflection = new StateReflection(this);
  readonly #header = new Throttle(() => this.requestUpdate(), HEADER_INTERVAL);
  /** Opens the log once for any number of attributes that change together. */
  readonly #opening = new MicrotaskRequest(() => {
    if (this.isConnected) this.#open();
  });
  #built: ElementParts | undefined;
  #earlyKeys: EarlyKeys | undefined;
  /** Channel of the log that is shown, empty for none; undefined before the first. */
  #channel: string | undefined;

  /** The state of the log. Also an attribute, and a custom state: `:state(live)`. */
  get state(): LogState {
    return this.#status.status.state;
  }

  /** The number of lines of the log. */
  get lines(): number {
    return this.#status.status.head;
  }

  /** The exit code of the process that wrote the log, 128 + signal if it was killed; undefined until the log is complete, or without one. */
  get exitCode(): number | undefined {
    const { state, end } = this.#status.status;
    return state === 'ended' ? end : undefined;
  }

  /** `succeeded`, `failed`, `stopped`, `killed`, or `ended` without an exit code; undefined until the log is complete. */
  get outcome(): Outcome | undefined {
    return this.state === 'ended' ? outcomeOf(this.exitCode) : undefined;
  }

  override get wrap(): boolean {
    const value = this.getAttribute('wrap');
    return value === null ? (this.#built?.scroller.narrow ?? false) : value !== 'off';
  }

  override set wrap(value: boolean | null) {
    if (value === null) this.removeAttribute('wrap');
    else this.setAttribute('wrap', value ? '' : 'off');
  }

  /** Scrolls to the line of that number and centres it, or to the start or the end. Going to the end also follows it. */
  goTo(target: number | 'start' | 'end'): void;
  /**
   * Jumps to the next line that looks like an error, starting at the lines on screen and wrapping around, and selects it.
   * Text that a tool has overwritten does not count. Resolves with the number of the line; undefined if there is none or the
   * reader cancels the search.
   */
  goTo(target: 'error'): Promise<number | undefined>;
  /**
   * Goes to the first line at or after a point in time, once the lines of the log are known. Resolves with its number; undefined
   * if all lines are older, where it goes to the last one, or if the reader cancels.
   */
  goTo(target: Date): Promise<number | undefined>;
  goTo(target: number | 'start' | 'end' | 'error' | Date): Promise<number | undefined> | void {
    if (target instanceof Date) return this.#tools.load().then((tools) => tools.goToTime(target));
    if (target === 'error') return this.#tools.load().then((tools) => tools.goToError());
    if (typeof target === 'number' && !(Number.isInteger(target) && target >= 1)) return;
    // A topic that was just set is the one meant. An element outside the page goes there once it is connected.
    this.#opening.flush();
    this.#parts.viewport.goTo(target);
  }

  /**
   * Copies lines: the range `{ from, to }` of line numbers, else the selection, else all. Each line of a range or of lines selected by number is copied as it
   * is shown, folded or not, without escape sequences; selected text is copied as it is seen, so of folded updates only the
   * rows that remain. Resolves with the number of lines. Rejects with a RangeError above 10 MB, with an AbortError if the
   * reader cancels, and if the browser blocks it.
   */
  async copy(range?: Range): Promise<number> {
    return (await this.#tools.load()).copy(range);
  }

  /**
   * Searches the whole log for a text, in the bar, and goes to the first match from the lines on screen on; with `only` it shows only
   * the lines found. Without a text, a level or `without` it closes the search. Resolves with the number of lines found once all are searched. What happens is told by `log-stream-find`.
   */
  async find(query: string, options?: FindOptions): Promise<number> {
    return (await this.#tools.load()).find(query, options);
  }

  /** Downloads the raw log as a file. Rejects if the server refuses, with an AbortError if the reader cancels. */
  async download(): Promise<void> {
    return (await this.#tools.load()).download();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    applyChoices(this);
    const { scroller, viewport } = this.#parts;
    scroller.observe();
    viewport.recover();
    this.#reflection.connect();
    if (this.#binding.log === undefined) this.#open();
    this.#tools.tools?.connect();
    if (this.permalink) this.#tools.use();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // Moving an element within its document disconnects it, too. The log must survive that.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#binding.close();
      this.#built?.scroller.disconnect();
      this.#tools.tools?.disconnect();
      this.#header.dispose();
      this.#status.stop();
    });
  }

  override attributeChangedCallback(name: string, before: string | null, value: string | null): void {
    super.attributeChangedCallback(name, before, value);
    if (before === value || this.#built === undefined) return;
    const { viewport } = this.#built;
    if (name === 'follow') viewport.mode = this.follow;
    else if (name === 'time') viewport.time = this.time;
    else if (name === 'source-url') viewport.sourceUrl = this.sourceUrl;
    else if (name === 'wrap') this.#applyWrap(this.#built);
    else if (name === 'topic') this.#reopen();
    else if (name === 'endpoint' || name === 'worker-url') {
      this.#binding.close();
      this.#channel &&= '';
      this.#reopen();
    }
  }

  /** The client that logs are opened on, which all elements of the page with the same endpoint share. */
  protected createClient(options: ClientOptions): LogStreamClient {
    return isSetByCode(this, 'worker-url') ? connect(options) : connectAsMarkup(options);
  }

  protected override render(): TemplateResult {
    const parts = this.#parts;
    const { tools } = this.#tools;
    return elementTemplate(modelOf(this, this.#status, parts.viewport, tools, this.words.strings), parts, this.#retry, tools);
  }

  protected override firstUpdated(): void {
    setTimeout(() => {
      if (this.topic === '' && this.isConnected) this.#reflection.warn(ADVICE.setTopic);
      this.#tools.loadWhenIdle();
    });
    for (const type of ['pointerenter', 'focusin']) this.addEventListener(type, () => this.#tools.use());
  }

  protected override update(changed: PropertyValues<this>): void {
    const focused = this.shadowRoot?.activeElement ?? null;
    super.update(changed);
    // A button that disappears while it has the focus passes it to the log.
    if (focused !== null && (!focused.isConnected || focused.closest('[hidden]') !== null))
      this.#built?.scroller.element.focus({ preventScroll: true });
  }

  protected override updated(): void {
    this.#tools.tools?.rendered();
  }

  get #parts(): ElementParts {
    return (this.#built ??= this.#build());
  }

  #build(): ElementParts {
    const parts = createParts(this.follow, this.words, {
      requested: (want, tail) => this.#binding.request(want, tail),
      followed: (following) => {
        this.dispatchEvent(new LogStreamFollowEvent({ following }));
        this.requestUpdate();
      },
      copied: (range) => this.#tools.use((tools) => tools.copyLines(range)),
      picked: (line, extend) => this.#tools.use((tools) => tools.pick(line, extend)),
      retry: this.#retry,
      // Those of the tools win, whichever come first.
      styled: (added) => addStyles(this.renderRoot, added, styles.length),
      committed: () => {
        this.#status.committed();
        this.#header.request();
      },
      narrowChanged: () => this.#applyWrap(this.#parts),
    });
    parts.viewport.time = this.time;
    parts.viewport.sourceUrl = this.sourceUrl;
    this.#applyWrap(parts);
    this.#earlyKeys = new EarlyKeys(parts.scroller.element, () => this.#tools.use());
    return parts;
  }

  #applyWrap({ viewport }: ElementParts): void {
    viewport.wrapping.set(this.wrap);
    this.#reflection.showStates();
    this.requestUpdate();
  }

  #toolsHost(): ReaderToolsHost {
    const { viewport, scroller, liveRegion } = this.#parts;
    return {
      element: this,
      binding: this.#binding,
      viewport,
      scroller: scroller.element,
      liveRegion,
      words: this.watchedWords(),
      lines: () => ({ from: this.#status.status.first, to: this.#status.status.head }),
      counted: () => this.#header.request(),
    };
  }

  #addTools(tools: ReaderTools): void {
    addStyles(this.renderRoot, tools.styles);
    if (this.isConnected) tools.connect();
    tools.updated({ status: this.#status.status, runs: [] });
    tools.stateChanged(this.#status.status);
    this.requestUpdate();
    const keys = this.#earlyKeys?.take() ?? [];
    // Some move the focus to the toolbar.
    void this.updateComplete.then(() => {
      for (const key of keys) tools.press(key);
    });
  }

  readonly #retry = (): void => this.#binding.retry();

  #reopen(): void {
    if (this.isConnected) this.#opening.request();
  }

  /** Shows the log of `topic`. Nothing stays of another one. */
  #open(): void {
    const channel = readTopic(this.topic)?.channel ?? '';
    if (this.#channel !== undefined && (channel === '' || channel !== this.#channel)) {
      this.#built?.viewport.reset();
      this.#tools.tools?.logReplaced();
      this.#status.reset();
    }
    this.#channel = channel;
    if (!this.#binding.open(this.topic)) return;
    // Requested before anything is known, so that the first answer brings the newest lines.
    this.#binding.request([], FIRST_TAIL);
    this.#built?.viewport.requestAgain();
  }

  #onUpdate(update: ViewUpdate): void {
    const { status, runs } = update;
    const before = this.#status.status;
    const added = addedLinesOf(update, before);
    if (added !== undefined) this.#tools.tools?.linesAdded(added.count, added.lines, status.head);
    if (isRestart(status, before)) this.#tools.use((tools) => tools.logRestarted());
    this.#tools.tools?.updated(update);
    const [missing] = status.unavailable;
    this.#tools.tools?.linesMissing(missing && missingRow(missing, status.missingOnServer === true, this.words.strings).text);
    this.#status.update(status, runs);
  }

  #onStateChange(previous: LogState): void {
    const { status } = this.#status;
    this.#tools.tools?.stateChanged(status);
    this.requestUpdate();
    this.#reflection.stateChanged(status, previous);
  }
}
