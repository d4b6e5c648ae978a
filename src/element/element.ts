import { html, type CSSResultGroup, type TemplateResult } from 'lit';
import type { ClientOptions, LogStatus, LogStreamClient, Range, ViewUpdate } from '../worker/api.ts';
import { connect } from '../worker/client.ts';
import { readTopic } from '../protocol/topic.ts';
import { Address } from './address.ts';
import { LogStreamAttributes } from './attributes.ts';
import { Condition } from './condition.ts';
import { bodyTemplate, headerTemplate, type ChromeActions, type ChromeModel } from './chrome.ts';
import { LogStreamEndEvent, LogStreamFollowEvent, LogStreamSelectEvent, LogStreamStateEvent } from './events.ts';
import { runKey, type KeyActions } from './key-actions.ts';
import { KeyReader } from './keys.ts';
import { Pace } from './pace.ts';
import { downloadRaw, textOf } from './raw.ts';
import { freshTopic } from './refresh.ts';
import { createScroller, type Scroller } from './scroller.ts';
import { selectedText } from './selection.ts';
import { Session } from './session.ts';
import { Speaker } from './speaker.ts';
import { noticeOf, type Notice } from './state-rows.ts';
import { chipOf, isFinal } from './status.ts';
import { STRINGS } from './strings.ts';
import { bodyStyles } from './styles/body.ts';
import { chromeStyles } from './styles/chrome.ts';
import { rowStyles } from './styles/rows.ts';
import { tokens } from './styles/tokens.ts';
import { plainText } from './terminal/parse.ts';
import { nextTimeMode } from './time.ts';
import { Toast } from './toast.ts';
import { moveFocus, placeMenu, rove } from './toolbar.ts';
import { FIRST_TAIL, Viewport, type Target } from './viewport/viewport.ts';

export * from './events.ts';

/** Shortest time between two updates of the header, ms: figures that change faster cannot be read. */
const CHROME_INTERVAL = 100;

const NO_TOPIC: Notice = { kind: 'waiting', text: STRINGS.noTopic, action: undefined };

/** What is made by hand, once, when the element is first connected. */
interface Parts {
  readonly scroller: Scroller;
  readonly viewport: Viewport;
  readonly speaker: Speaker;
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
  static override styles: CSSResultGroup = [tokens, bodyStyles, chromeStyles, rowStyles];

  /** Registers the element; does nothing where the name is taken already. */
  static define(tag = 'log-stream', registry: CustomElementRegistry = customElements): void {
    if (registry.get(tag) === undefined) registry.define(tag, this);
  }

  readonly #session = new Session({
    createClient: () => this.createClient({ endpoint: this.endpoint || undefined, workerUrl: this.workerUrl || undefined }),
    refresh: () => freshTopic(this, this.refreshUrl, this.#session.topic),
    updated: (update) => this.#updated(update),
  });
  readonly #keys = new KeyReader();
  readonly #chrome = new Pace(() => this.requestUpdate(), CHROME_INTERVAL);
  readonly #toast = new Toast(() => this.requestUpdate());
  readonly #address = new Address(this, (range) => this.#show(range));
  #parts: Parts | undefined;
  #internals: ElementInternals | undefined;
  readonly #condition = new Condition({
    lacking: (status, fresh) => this.#parts?.viewport.lacking(status, fresh) ?? false,
    changed: (previous) => this.#changed(previous),
    ticked: () => this.#parts?.viewport.schedule(),
  });
  #picked: number | undefined;
  #selected: Range | undefined;
  #warned = '';
  #reopening = false;

  /** State of the log; also an attribute, and `:state()` for styles. */
  get state(): LogStatus['state'] {
    return this.#condition.status.state;
  }

  /** Scrolls to a line, centred, or to an end; going to the end follows it. */
  goTo(target: Target): void {
    if (typeof target === 'number' && !(Number.isInteger(target) && target >= 1)) return;
    this.#parts?.viewport.goTo(target);
  }

  /**
   * Copies lines as they are shown, by default the selected ones, else all. Resolves with how many; rejects for more
   * than 100,000 lines, and when the browser does not allow it.
   */
  async copy(range?: Range): Promise<number> {
    const { log } = this.#session;
    const { first, head } = this.#condition.status;
    const { from, to } = range ?? this.#selected ?? { from: first, to: head };
    if (log === undefined || head < first) return 0;
    const { text, lines } = await textOf(log, { from: Math.max(from, first), to: Math.min(to, head) });
    await navigator.clipboard.writeText(text);
    return lines;
  }

  /** Downloads the raw log as a file. Rejects when the server refuses. */
  async download(): Promise<void> {
    const { log, endpoint, topic } = this.#session;
    if (log !== undefined && endpoint !== undefined) await downloadRaw(endpoint, log.channel, topic);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const { scroller, viewport } = (this.#parts ??= this.#build());
    scroller.observe();
    viewport.recover();
    this.#address.connect();
    if (this.#internals === undefined) {
      this.#internals = this.attachInternals();
      this.#reflect(this.state);
    }
    if (this.#session.log === undefined) this.#open();
    if (this.permalink) this.#address.read();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // Moving an element within its document disconnects it, too; that must not cost the log.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#session.close();
      this.#address.disconnect();
      this.#parts?.scroller.disconnect();
      this.#parts?.speaker.dispose();
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
    else if (name === 'topic' || name === 'endpoint' || name === 'worker-url') this.#reopen(name !== 'topic');
  }

  /** The client that logs are opened on: shared by all elements of the page that have the same endpoint. */
  protected createClient(options: ClientOptions): LogStreamClient {
    return connect(options);
  }

  protected override render(): TemplateResult {
    const parts = (this.#parts ??= this.#build());
    const model = this.#model(parts.viewport);
    return html`<div class="base" part="base" role="region" aria-label=${STRINGS.region(model.title)}>
      ${headerTemplate(model, this.#actions)}${bodyTemplate(model, parts.scroller.element, this.#actions)}${parts.speaker.element}
    </div>`;
  }

  protected override firstUpdated(): void {
    const toolbar = this.#query('.toolbar');
    const menu = this.#query('.menu');
    const more = this.#query('.more-actions');
    if (toolbar === undefined || menu === undefined) return;
    toolbar.addEventListener('keydown', (event) => moveFocus(event, toolbar, '.icon'));
    toolbar.addEventListener('focusin', (event) => rove(toolbar, event.target));
    menu.addEventListener('keydown', (event) => moveFocus(event, menu, '.item'));
    menu.addEventListener('click', () => menu.hidePopover());
    menu.addEventListener('toggle', (event) => {
      if (more !== undefined && event.newState === 'open') placeMenu(menu, more);
    });
    menu.addEventListener('beforetoggle', (event) => {
      if (event.newState === 'closed' && menu.contains(this.shadowRoot?.activeElement ?? null)) more?.focus();
    });
  }

  protected override updated(): void {
    // A button that goes away while it has the focus leaves it to the log.
    if (this.#query('.notice .button[hidden]:focus') !== undefined) this.#parts?.scroller.element.focus({ preventScroll: true });
    const toolbar = this.#query('.toolbar');
    if (toolbar !== undefined) rove(toolbar);
  }

  #build(): Parts {
    const scroller = createScroller((height, rowHeight) => viewport.resize(height, rowHeight));
    const viewport = new Viewport(scroller.element, this.follow, {
      look: (want, tail) => this.#session.look(want, tail),
      followed: (following) => {
        this.dispatchEvent(new LogStreamFollowEvent({ following }));
        this.requestUpdate();
      },
      picked: (line, extend) => this.#pick(line, extend),
      retry: () => this.#session.retry(),
      committed: () => {
        this.#condition.committed();
        this.#chrome.request();
      },
    });
    viewport.time = this.time;
    scroller.element.addEventListener('keydown', (event) => this.#onKey(event));
    scroller.element.addEventListener('copy', (event) => this.#onCopy(event));
    return { scroller, viewport, speaker: new Speaker(() => this.announce) };
  }

  #open(): void {
    if (!this.#session.open(this.topic)) return;
    // Asked before anything is known, so that the first answer brings the newest lines with it.
    this.#session.look([], FIRST_TAIL);
    this.#parts?.viewport.lookAgain();
  }

  /** Once for any number of attributes that change together. */
  #reopen(elsewhere: boolean): void {
    if (elsewhere) this.#session.close();
    if (this.#reopening || !this.isConnected) return;
    this.#reopening = true;
    queueMicrotask(() => {
      this.#reopening = false;
      const { log } = this.#session;
      if (!this.isConnected) return;
      if (log === undefined || log.channel !== readTopic(this.topic)?.channel) {
        this.#parts?.viewport.reset();
        this.#select(undefined);
        this.#condition.reset();
      }
      this.#open();
    });
  }

  #updated({ status, runs }: ViewUpdate): void {
    const before = this.#condition.status;
    const anew = status.epoch !== before.epoch && before.epoch !== '';
    // What was there before the log was live is its past, not news.
    if (status.head > before.head && before.state === 'live' && !anew) {
      const texts = this.announce === 'lines' ? runs.flatMap((run) => run.lines.map(([, text]) => plainText(text))) : [];
      this.#parts?.speaker.grew(status.head - before.head, texts);
    }
    if (anew) {
      this.#select(undefined);
      this.#say(STRINGS.beganAnew);
    }
    this.#condition.update(status);
    this.#parts?.viewport.update(this.#condition.status, runs);
  }

  #changed(previous: LogStatus['state']): void {
    const { status } = this.#condition;
    const { state, problem, end, head } = status;
    this.#reflect(state);
    this.#parts?.viewport.update(status, []);
    this.#parts?.speaker.state(state, head);
    this.requestUpdate();
    if ((state === 'denied' || state === 'error') && problem !== undefined && problem !== this.#warned) {
      this.#warned = problem;
      console.warn(`<${this.localName}>: ${problem}`);
    }
    this.dispatchEvent(new LogStreamStateEvent({ state, previous, problem }));
    if (state === 'ended') this.dispatchEvent(new LogStreamEndEvent({ code: end, lines: head }));
  }

  #reflect(state: LogStatus['state']): void {
    this.setAttribute('state', state);
    const states = this.#internals?.states;
    states?.clear();
    states?.add(state);
  }

  #model(viewport: Viewport): ChromeModel {
    const { status, quiet } = this.#condition;
    const { progress } = viewport;
    return {
      title: this.label || (readTopic(this.topic)?.channel ?? ''),
      chip: chipOf({ status, quiet, progress, behind: viewport.behind }),
      lines: status.head,
      elapsed: viewport.elapsed,
      toolbar: this.toolbar,
      following: isFinal(status.state) ? undefined : viewport.following,
      time: this.time,
      progress: status.state === 'catching-up' ? progress : undefined,
      notice: this.topic === '' ? NO_TOPIC : noticeOf(status, Date.now()),
      unseen: viewport.unseen,
      toast: this.#toast.text,
    };
  }

  readonly #actions: ChromeActions = {
    follow: () => this.#parts?.viewport.toggleFollow(),
    time: () => {
      this.time = nextTimeMode(this.time);
    },
    copy: () => void this.#copy(),
    download: () => void this.download().catch((error: unknown) => this.#say(reason(error, STRINGS.downloadFailed))),
    start: () => this.goTo('start'),
    end: () => this.goTo('end'),
    retry: () => this.#session.retry(),
  };

  readonly #keyActions: KeyActions = {
    ...this.#actions,
    link: () => void this.#copyLink(),
    escape: () => this.#escape(),
  };

  #onKey(event: KeyboardEvent): void {
    // Keys of a button within the log are the button's.
    if (event.target !== this.#parts?.scroller.element) return;
    const command = this.#keys.read(event, this.shortcuts === 'on');
    if (command === undefined) return;
    event.preventDefault();
    runKey(command, this.#parts.viewport, this.#parts.scroller.element, this.#keyActions);
  }

  /** First clears what is selected, then leaves the log. */
  #escape(): void {
    if (this.#selected !== undefined) this.#select(undefined);
    else this.#query('.toolbar .icon[tabindex="0"]')?.focus();
  }

  #pick(line: number, extend: boolean): void {
    const from = extend ? (this.#picked ?? line) : line;
    this.#picked = from;
    const range = { from: Math.min(from, line), to: Math.max(from, line) };
    this.#select(range);
    if (this.permalink) this.#address.write(range);
  }

  #select(range: Range | undefined): void {
    if (range === undefined) this.#picked = undefined;
    if (range === this.#selected) return;
    this.#selected = range;
    if (this.#parts !== undefined) this.#parts.viewport.selected = range;
    this.dispatchEvent(new LogStreamSelectEvent({ range }));
  }

  /** Shows lines that the page's address names. */
  #show(range: Range): void {
    if (!this.permalink) return;
    this.#picked = range.from;
    this.#select(range);
    this.goTo(range.from);
  }

  #onCopy(event: ClipboardEvent): void {
    const text = this.#selectedText();
    if (text === '' || event.clipboardData === null) return;
    event.clipboardData.setData('text/plain', text);
    event.preventDefault();
  }

  #selectedText(): string {
    const root = this.shadowRoot;
    const block = this.#query('.block');
    return root === null || block === undefined ? '' : selectedText(root, block);
  }

  async #copy(): Promise<void> {
    const text = this.#selectedText();
    try {
      if (text === '') return this.#say(STRINGS.copied(await this.copy()));
      await navigator.clipboard.writeText(text);
      this.#say(STRINGS.copied(text.split('\n').length));
    } catch (error) {
      this.#say(error instanceof RangeError ? error.message : STRINGS.copyFailed);
    }
  }

  async #copyLink(): Promise<void> {
    if (this.#selected === undefined) return;
    try {
      await navigator.clipboard.writeText(this.#address.link(this.#selected));
      this.#say(STRINGS.copiedLink);
    } catch {
      this.#say(STRINGS.copyFailed);
    }
  }

  #say(text: string): void {
    this.#toast.show(text);
    this.#parts?.speaker.say(text);
  }

  #query(selector: string): HTMLElement | undefined {
    return this.renderRoot.querySelector<HTMLElement>(selector) ?? undefined;
  }
}

function reason(error: unknown, otherwise: string): string {
  return error instanceof Error ? error.message : otherwise;
}
