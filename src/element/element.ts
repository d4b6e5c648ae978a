import { adoptStyles, type CSSResultGroup, type PropertyValues, type TemplateResult } from 'lit';
import type { Line } from '../protocol/line.ts';
import type { ClientOptions, LogStatus, LogStreamClient, Range, LineRun, ViewUpdate } from '../worker/api.ts';
import { connect, connectAsMarkup } from '../worker/tab/client.ts';
import { readTopic } from '../protocol/topic.ts';
import { LogStreamAttributes, isSetByCode } from './attributes.ts';
import { elementTemplate, type ElementModel } from './template.ts';
import { ShownStatus } from './status/shown-status.ts';
import { LogStreamEndEvent, LogStreamFollowEvent, LogStreamStateEvent } from './events.ts';
import { outcomeOf, type Outcome } from './outcome.ts';
import { Throttle } from './util/throttle.ts';
import { createScroller, type Scroller } from './viewport/layout/scroller.ts';
import { LogBinding } from './log-binding.ts';
import { missingRow, noticeOf, type Notice } from './status/state-rows.ts';
import { chipOf, isFinal, isExplained, silenceOf } from './status/chip.ts';
import { STRINGS } from './strings.ts';
import { bodyStyles } from './styles/body.ts';
import { chromeStyles } from './styles/chrome.ts';
import { paperStyles } from './styles/paper.ts';
import { rowStyles } from './styles/rows.ts';
import { textStyles } from './styles/text.ts';
import { themed } from './styles/themed.ts';
import { tokens } from './styles/tokens.ts';
import { plainText } from './terminal/parse.ts';
import type { ReaderTools } from './tools/reader-tools.ts';
import type { ScrollTarget } from './viewport/layout/scroll-layout.ts';
import { platformIdle } from './util/idle.ts';
import { FIRST_TAIL, Viewport } from './viewport/viewport.ts';

export * from './events.ts';
export type { Outcome } from './outcome.ts';

/** Shortest time between two updates of the header, ms: figures that change faster cannot be read. */
const CHROME_INTERVAL = 100;
/** The log comes first: the tools are loaded when the page has nothing else to do, but no later than this, ms. */
const TOOLS_DELAY = 500;

const NO_TOPIC: Notice = { kind: 'waiting', text: STRINGS.noTopic, action: undefined };

/** What is made by hand, once, when the element is first connected. */
interface Parts {
  readonly scroller: Scroller;
  readonly viewport: Viewport;
  /** What screen readers listen to. */
  readonly speaker: HTMLElement;
}

/**
 * `<log-stream topic="…">`: a log while it is being written.
 *
 * @fires log-stream-state - its state changed
 * @fires log-stream-end - it is complete
 * @fires log-stream-follow - the view began or ceased to follow the end
 * @fires log-stream-select - lines were selected by number
 * @fires log-stream-refresh - a fresh signed topic is needed; answer with `detail.respondWith(promise)`
 */
export class LogStreamElement extends LogStreamAttributes {
  static override styles: CSSResultGroup = [tokens, bodyStyles, chromeStyles, textStyles, rowStyles, paperStyles].map(themed);

  /** Registers the element; does nothing where the name is taken already. */
  static define(tag = 'log-stream', registry: CustomElementRegistry = customElements): void {
    if (registry.get(tag) === undefined) registry.define(tag, this);
  }

  readonly #session = new LogBinding({
    createClient: () => this.createClient({ endpoint: this.endpoint || undefined, workerUrl: this.workerUrl || undefined }),
    refresh: async () => (await this.#load()).freshTopic(),
    updated: (update) => this.#updated(update),
  });
  readonly #chrome = new Throttle(() => this.requestUpdate(), CHROME_INTERVAL);
  readonly #condition = new ShownStatus({
    isAwaitingLines: (status, fresh) => this.#parts?.viewport.isAwaitingLines(status, fresh) ?? false,
    show: (status, runs) => this.#parts?.viewport.update(status, runs),
    stateChanged: (previous) => this.#changed(previous),
    tick: () => this.#parts?.viewport.schedule(),
  });
  #parts: Parts | undefined;
  #tools: ReaderTools | undefined;
  #loading: Promise<ReaderTools> | undefined;
  #internals: ElementInternals | undefined;
  #warned = '';
  /** Channel of the log that is shown, empty for one that cannot be; undefined before there is any. */
  #shown: string | undefined;
  #reopening = false;

  /** State of the log; also an attribute, and `:state()` for styles. */
  get state(): LogStatus['state'] {
    return this.#condition.status.state;
  }

  /** How many lines the log has. */
  get lines(): number {
    return this.#condition.status.head;
  }

  /** Exit code of what wrote the log (128 + signal where one killed it); undefined before the log is complete, and without one. */
  get exitCode(): number | undefined {
    const { state, end } = this.#condition.status;
    return state === 'ended' ? end : undefined;
  }

  /** What became of what wrote the log; undefined before it is complete. */
  get outcome(): Outcome | undefined {
    return this.state === 'ended' ? outcomeOf(this.exitCode) : undefined;
  }

  /**
   * Whether long lines are broken: always with the attribute `wrap`, never with `wrap="off"`, and without it where the
   * element is narrower than 480 px. Setting it decides; null leaves it to the width again. Matches as `:state(wraps)`.
   */
  override get wrap(): boolean {
    const said = this.getAttribute('wrap');
    return said === null ? (this.#parts?.scroller.narrow ?? false) : said !== 'off';
  }

  override set wrap(value: boolean | null) {
    if (value === null) this.removeAttribute('wrap');
    else this.setAttribute('wrap', value ? '' : 'off');
  }

  /** Scrolls to a line, centred, or to an end; going to the end follows it. */
  goTo(target: ScrollTarget): void;
  /**
   * Goes to the next line that looks like an error, from what is on screen on and round to it again, and selects it. What
   * a tool has written over is passed over. Resolves with its number; undefined when none was found or the reader stopped it.
   */
  goTo(target: 'error'): Promise<number | undefined>;
  goTo(target: ScrollTarget | 'error'): Promise<number | undefined> | void {
    if (target === 'error') return this.#load().then((tools) => tools.goToError());
    if (typeof target === 'number' && !(Number.isInteger(target) && target >= 1)) return;
    // A topic that was just set is meant, and what is not in the page yet goes there when it is.
    this.#reopenNow();
    (this.#parts ??= this.#build()).viewport.goTo(target);
  }

  /**
   * Copies lines, by default what is selected, else all. Of a range, or where lines are selected as such, each line is
   * copied as it is shown by itself, without escape sequences and whether it is folded or not; of selected text what is
   * seen, so of folded lines the rows that are left of them. Resolves with how many; rejects with RangeError for more
   * than 10 MB, with AbortError when the reader stops it, and when the browser does not allow it.
   */
  async copy(range?: Range): Promise<number> {
    return (await this.#load()).copy(range);
  }

  /** Downloads the raw log as a file. Rejects when the server refuses, with AbortError when the reader stops it. */
  async download(): Promise<void> {
    return (await this.#load()).download();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const { scroller, viewport } = (this.#parts ??= this.#build());
    scroller.observe();
    viewport.recover();
    if (this.#internals === undefined) {
      this.#internals = this.attachInternals();
      this.#reflect(this.state);
    }
    if (this.#session.log === undefined) this.#open();
    this.#tools?.connect();
    if (this.permalink) this.#want();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // Moving an element within its document disconnects it, too; that must not cost the log.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#session.close();
      this.#parts?.scroller.disconnect();
      this.#tools?.disconnect();
      this.#chrome.dispose();
      this.#condition.stop();
    });
  }

  override attributeChangedCallback(name: string, before: string | null, value: string | null): void {
    super.attributeChangedCallback(name, before, value);
    if (before === value || this.#parts === undefined) return;
    const { viewport } = this.#parts;
    if (name === 'follow') viewport.mode = this.follow;
    else if (name === 'time') viewport.time = this.time;
    else if (name === 'wrap') this.#rewrap();
    else if (name === 'topic' || name === 'endpoint' || name === 'worker-url') this.#reopen(name !== 'topic');
  }

  /** The client that logs are opened on: shared by all elements of the page that have the same endpoint. */
  protected createClient(options: ClientOptions): LogStreamClient {
    return isSetByCode(this, 'worker-url') ? connect(options) : connectAsMarkup(options);
  }

  protected override render(): TemplateResult {
    const { scroller, viewport, speaker } = (this.#parts ??= this.#build());
    return elementTemplate(this.#model(viewport), scroller.element, speaker, this.#retry, this.#tools);
  }

  protected override firstUpdated(): void {
    setTimeout(() => {
      if (this.topic === '' && this.isConnected) console.warn(`<${this.localName}>: ${STRINGS.setTopic}`);
      const idle = platformIdle();
      if (idle === undefined) this.#want();
      else idle(() => this.#want(), { timeout: TOOLS_DELAY });
    });
    for (const type of ['pointerenter', 'focusin']) this.addEventListener(type, () => this.#want());
  }

  protected override update(changed: PropertyValues<this>): void {
    const focused = this.shadowRoot?.activeElement ?? null;
    super.update(changed);
    // A button that goes away while it has the focus leaves it to the log.
    if (focused !== null && (!focused.isConnected || focused.closest('[hidden]') !== null))
      this.#parts?.scroller.element.focus({ preventScroll: true });
  }

  protected override updated(): void {
    this.#tools?.rendered();
  }

  #build(): Parts {
    const scroller = createScroller(
      (sizes) => viewport.resize(sizes),
      () => this.#rewrap(),
      (ground) => viewport.restyle(ground),
      (printing) => {
        viewport.print.printing = printing;
        this.requestUpdate();
      },
    );
    const viewport = new Viewport(scroller.element, this.follow, {
      requested: (want, tail) => this.#session.request(want, tail),
      followed: (following) => {
        this.dispatchEvent(new LogStreamFollowEvent({ following }));
        this.requestUpdate();
      },
      copied: (range) => this.#want((tools) => tools.copyLines(range)),
      picked: (line, extend) => this.#want((tools) => tools.pick(line, extend)),
      retry: this.#retry,
      committed: () => {
        this.#condition.committed();
        this.#chrome.request();
      },
    });
    viewport.time = this.time;
    const speaker = document.createElement('div');
    speaker.className = 'hidden';
    speaker.setAttribute('role', 'status');
    const parts = { scroller, viewport, speaker };
    this.#rewrap(parts);
    return parts;
  }

  /** Breaks long lines, or no longer. */
  #rewrap({ viewport } = this.#parts ?? this.#build()): void {
    const { wrap } = this;
    viewport.wrap = wrap;
    this.#showStates();
    this.requestUpdate();
  }

  /** What a reader does beyond reading; rejects when it cannot be loaded, and tries again the next time. */
  #load(): Promise<ReaderTools> {
    this.#loading ??= this.#loadTools().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  async #loadTools(): Promise<ReaderTools> {
    const { ReaderTools: Loaded } = await import('./tools/reader-tools.ts');
    const { viewport, scroller, speaker: liveRegion } = (this.#parts ??= this.#build());
    const tools = new Loaded({
      element: this,
      binding: this.#session,
      viewport,
      scroller: scroller.element,
      liveRegion,
      lines: () => ({ from: this.#condition.status.first, to: this.#condition.status.head }),
    });
    const { renderRoot } = this;
    if (renderRoot instanceof ShadowRoot) adoptStyles(renderRoot, [...renderRoot.adoptedStyleSheets, ...tools.styles]);
    this.#tools = tools;
    if (this.isConnected) tools.connect();
    tools.stateChanged(this.#condition.status);
    this.requestUpdate();
    return tools;
  }

  /** Uses the tools as soon as they are there. */
  #want(use: (tools: ReaderTools) => void = () => undefined): void {
    if (this.#tools !== undefined) use(this.#tools);
    else
      this.#load().then(use, (error: unknown) =>
        console.warn(`<${this.localName}>: the toolbar couldn't be loaded. Reload the page.`, error),
      );
  }

  readonly #retry = (): void => this.#session.retry();

  /** Shows the log of `topic`. Of another one than before nothing stays. */
  #open(): void {
    const channel = readTopic(this.topic)?.channel ?? '';
    if (this.#shown !== undefined && (channel === '' || channel !== this.#shown)) {
      this.#parts?.viewport.reset();
      this.#tools?.logReplaced();
      this.#condition.reset();
    }
    this.#shown = channel;
    if (!this.#session.open(this.topic)) return;
    // Asked before anything is known, so that the first answer brings the newest lines with it.
    this.#session.request([], FIRST_TAIL);
    this.#parts?.viewport.requestAgain();
  }

  /** Once for any number of attributes that change together. */
  #reopen(elsewhere: boolean): void {
    if (elsewhere) {
      this.#session.close();
      this.#shown &&= '';
    }
    if (this.#reopening || !this.isConnected) return;
    this.#reopening = true;
    queueMicrotask(() => this.#reopenNow());
  }

  #reopenNow(): void {
    const due = this.#reopening && this.isConnected;
    this.#reopening = false;
    if (due) this.#open();
  }

  #updated({ status, runs }: ViewUpdate): void {
    const before = this.#condition.status;
    const anew = status.epoch !== before.epoch && before.epoch !== '';
    // What was there before the log was live is its past, not news.
    if (status.head > before.head && before.state === 'live' && !anew) {
      // With them may come older ones, which were asked for.
      const fresh = (run: LineRun): readonly Line[] => run.lines.slice(Math.max(0, before.head + 1 - run.from));
      const texts = this.announce === 'lines' ? runs.flatMap(fresh).map(([, text]) => plainText(text)) : [];
      this.#tools?.linesAdded(status.head - before.head, texts);
    }
    if (anew) this.#want((tools) => tools.logRestarted());
    const [missing] = status.missing;
    this.#tools?.linesMissing(missing && missingRow(missing, status.absent === true).text);
    this.#condition.update(status, runs);
  }

  #changed(previous: LogStatus['state']): void {
    const { status } = this.#condition;
    const { state, problem, advice, end, head } = status;
    this.#reflect(state);
    this.#tools?.stateChanged(status);
    this.requestUpdate();
    // Readers can do nothing about it: what to do is for the code of the page. Advice of the client is in the console already.
    const told = problem === STRINGS.badTopic ? STRINGS.notSigned : problem;
    if ((state === 'denied' || state === 'error') && advice === undefined && told !== undefined && told !== this.#warned) {
      this.#warned = told;
      console.warn(`<${this.localName}>: ${told}`);
    }
    this.dispatchEvent(new LogStreamStateEvent({ state, previous, problem: told }));
    if (state === 'ended') this.dispatchEvent(new LogStreamEndEvent({ code: end, lines: head }));
  }

  #reflect(state: LogStatus['state']): void {
    this.setAttribute('state', state);
    this.#showStates();
  }

  #showStates(): void {
    const states = this.#internals?.states;
    states?.clear();
    states?.add(this.state);
    if (this.wrap) states?.add('wraps');
  }

  #model(viewport: Viewport): ElementModel {
    const { status, quiet } = this.#condition;
    const { progress, behind, drawn } = viewport;
    const input = { status, quiet, progress, behind };
    return {
      title: this.label || (readTopic(this.topic)?.channel ?? ''),
      chip: chipOf(input),
      explanation: this.#tools?.explain(input),
      isExplained: isExplained(input),
      lines: status.head,
      elapsed: viewport.elapsed,
      silence: silenceOf(input),
      toolbar: this.toolbar,
      following: isFinal(status.state) ? undefined : viewport.following,
      wrap: this.wrap,
      time: this.time,
      progress: status.state === 'catching-up' ? progress : undefined,
      printed: STRINGS.printed(drawn.from, drawn.to, status.first, status.head),
      notice: this.topic === '' ? NO_TOPIC : noticeOf(status, Date.now()),
      unseen: viewport.unseen,
    };
  }
}
