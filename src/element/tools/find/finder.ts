import type { TemplateResult } from 'lit';
import { checkQuery, QueryError, type SearchQuery } from '../../../protocol/search/query.ts';
import type { Range } from '../../../worker/api.ts';
import { BUILD } from '../../../worker/tab-messages.ts';
import { scriptOf } from '../../../worker/tab/page.ts';
import { startScanWorker } from '../../../worker/tab/start-worker.ts';
import { isSetByCode, type LogStreamAttributes } from '../../attributes.ts';
import type { ElementWords } from '../../words/element-words.ts';
import type { Strings } from '../../strings.ts';
import { LogStreamFindEvent } from '../../events.ts';
import type { LogBinding } from '../../log-binding.ts';
import { Throttle } from '../../util/throttle.ts';
import type { Viewport } from '../../viewport/viewport.ts';
import { isAbortError } from '../messages/task.ts';
import { findBar, type FindBarActions, type FindMode } from './find-bar.ts';
import { IDLE, reduceFind, stepFrom, windowOf, type FindEvent, type FindState, type HitWindow } from './find-state.ts';
import { Highlighter } from './highlighter.ts';
import { LogSource } from './log-source.ts';
import { NewLines } from './new-lines.ts';
import { PatternScanner } from './pattern-scanner.ts';
import { ResultAnnouncer } from './result-announcer.ts';
import { scrollToRange } from './scroll-to-range.ts';
import { findLines, problemOf, searchLog, type FoundLines, type LineScope } from './search-log.ts';
import { englishFind, summaryOf, type FindStrings } from './strings.ts';
import { TextMatcher } from './text-matcher.ts';

/** How long the reader must not type before a search begins, ms. */
const TYPING = 150;
/** Shortest time between two updates of the bar, ms. */
const SHOW_INTERVAL = 100;

export interface FinderHost {
  readonly words: ElementWords<Strings>;
  readonly element: LogStreamAttributes;
  readonly binding: LogBinding;
  readonly viewport: Pick<Viewport, 'line' | 'visible' | 'goTo' | 'scrollBy' | 'expand'>;
  readonly scroller: HTMLElement;
  /** The first and the last line of the log. */
  lines(): Range;
  freshTopic(): Promise<string | undefined>;
  /** For screen readers only. */
  announce(text: string): void;
}

/** What a page searches for. */
export interface FindOptions extends Partial<FindMode> {
  /** Lines with this text are left out. */
  readonly without?: string | undefined;
  /** Only lines of this level or above, as an OpenTelemetry SeverityNumber: 13 warnings, 17 errors. */
  readonly level?: number | undefined;
}

/** A search of the log: the bar, the hits, and the way from one to the next. */
export class Finder {
  readonly #host: FinderHost;
  readonly #strings: FindStrings;
  readonly #scanner: PatternScanner;
  readonly #matcher: TextMatcher;
  readonly #source: LogSource;
  readonly #newLines: NewLines;
  readonly #highlighter: Highlighter;
  readonly #announcer: ResultAnnouncer;
  readonly #shown = new Throttle(() => this.#show(), SHOW_INTERVAL);
  #state: FindState = IDLE;
  #isOpen = false;
  #query: SearchQuery = { q: '' };
  #mode: FindMode = { case: false, word: false, regex: false };
  #hasWorker = typeof Worker === 'function';
  #running: AbortController | undefined;
  /** Resolves when the search has ended. */
  #ended: Promise<void> = Promise.resolve();
  /** Goes to the first hit at or after this line once it is known; undefined when there is nothing to go to. */
  #origin: number | undefined;
  /** The reader asked for the next hit, or the previous one (true), before it was found. */
  #wanted: boolean | undefined;
  #typing: ReturnType<typeof setTimeout> | undefined;

  constructor(host: FinderHost) {
    this.#host = host;
    const strings = (this.#strings = host.words.add('find', englishFind));
    const { element, viewport, scroller } = host;
    this.#scanner = new PatternScanner(() => {
      const script = element.workerUrl ? scriptOf(element.workerUrl, isSetByCode(element, 'worker-url')) : undefined;
      return startScanWorker(script, `log-stream-scan:${BUILD}`);
    });
    this.#announcer = new ResultAnnouncer(
      strings,
      () => this.#state,
      (text) => host.announce(text),
    );
    this.#matcher = new TextMatcher(this.#scanner);
    this.#source = new LogSource(host, this.#matcher);
    this.#newLines = new NewLines({
      matcher: this.#matcher,
      line: (number) => viewport.line(number),
      head: () => host.lines().to,
      state: () => this.#state,
      isMarked: () => !this.#source.isReading,
      ask: (scope, signal) => this.#findIn(scope, false, signal),
      grew: (tested) => this.#dispatch({ type: 'grew', ...tested }),
      again: () => this.rendered(),
    });
    this.#highlighter = new Highlighter({
      scroller,
      line: (number) => viewport.line(number),
      admits: (line) => this.#query.level === undefined || this.#source.isReading || (line?.[2]?.l ?? 0) >= this.#query.level,
      find: (texts, signal) => this.#matcher.find(this.#query, texts, signal),
      failed: (error, signal) => this.#fail(error, signal),
    });
  }

  /** The hits that are held. */
  get hits(): HitWindow {
    return this.#state.hits;
  }

  /** Shows the bar, and puts the focus in its field. */
  open(): void {
    this.#isOpen = true;
    this.#host.element.requestUpdate();
    void this.#host.element.updateComplete.then(() => {
      const field = this.#field();
      field?.focus();
      field?.select();
    });
  }

  /** Closes the bar. The focus returns to the log, at the hit. Returns false if it was not open. */
  close(): boolean {
    if (!this.#isOpen) return false;
    const hasFocus = this.#bar()?.matches(':focus-within') === true;
    this.stop();
    if (hasFocus) this.#host.scroller.focus({ preventScroll: true });
    return true;
  }

  /** Ends the search without a word: the log is gone, or another one is shown. */
  stop(): void {
    this.#isOpen = false;
    this.#end();
    this.#query = { q: '' };
    this.#scanner.stop();
    this.#dispatch({ type: 'closed' });
  }

  /** Searches for a text. Resolves with the number of lines found. */
  async find(q: string, { without, level, ...mode }: FindOptions = {}): Promise<number> {
    if (q === '' && level === undefined) {
      this.close();
      return 0;
    }
    this.#isOpen = true;
    this.#mode = { case: false, word: false, regex: false, ...mode };
    this.#search({ q, without, level });
    await this.#ended;
    return this.#state.found;
  }

  /** Goes to the next hit, or the previous one. */
  step(isBackwards: boolean): void {
    if (!this.#isOpen) return;
    // What was typed a moment ago is meant.
    if (this.#typing !== undefined) return this.#searchTyped(this.#query.q);
    if (this.#state.phase === 'failed' || this.#state.phase === 'stopped') return this.#search(this.#query);
    this.#origin = undefined;
    this.#wanted = isBackwards;
    this.#goOn();
  }

  /** The log was started again, or another one is shown. */
  logReplaced(): void {
    if (!this.#isOpen) return;
    const query = this.#query;
    this.#end();
    this.#dispatch({ type: 'closed' });
    if (query.q !== '' || query.level !== undefined) this.#search(query);
  }

  /** Looks whether the log has changed. */
  rendered(): void {
    const { after, phase } = this.#state;
    if (phase !== 'done') return;
    const { from } = this.#host.lines();
    if (from - 1 > after) this.#dispatch({ type: 'trimmed', first: from });
    void this.#catchUp();
  }

  template(): TemplateResult | undefined {
    if (!this.#isOpen) return undefined;
    const { phase, problem } = this.#state;
    return findBar(
      {
        strings: this.#strings,
        query: this.#query.q,
        mode: this.#mode,
        noRegex: this.#hasWorker ? undefined : this.#strings.problems['no-regex'],
        phase,
        summary: summaryOf(this.#state, this.#strings),
        isProblem: problem !== undefined,
        canCancel: phase === 'searching' && this.#source.isReading,
      },
      this.#actions,
    );
  }

  readonly #actions: FindBarActions = {
    typed: (q) => {
      clearTimeout(this.#typing);
      this.#query = { ...this.#query, q };
      this.#typing = setTimeout(() => this.#searchTyped(q), TYPING);
    },
    toggled: (name) => {
      this.#mode = { ...this.#mode, [name]: !this.#mode[name] };
      this.#searchTyped(this.#query.q);
    },
    step: (isBackwards) => this.step(isBackwards),
    cancel: () => {
      this.#running?.abort(new DOMException('Stopped.', 'AbortError'));
      this.#dispatch({ type: 'stopped' });
    },
    close: () => void this.close(),
  };

  #searchTyped(q: string): void {
    clearTimeout(this.#typing);
    this.#typing = undefined;
    if (q !== '' || this.#query.level !== undefined) return this.#search({ ...this.#query, q });
    this.#end();
    this.#query = { ...this.#query, q };
    this.#dispatch({ type: 'closed' });
  }

  #search(query: SearchQuery): void {
    const { current } = this.#state;
    this.#end();
    this.#query = { ...query, ...this.#mode };
    this.#dispatch({ type: 'started' });
    this.#origin = current ?? this.#host.viewport.visible.from;
    this.#announcer.begin();
    const running = (this.#running = new AbortController());
    this.#ended = this.#run(running.signal);
  }

  /** Ends the search; what it found is forgotten with the next one. */
  #end(): void {
    clearTimeout(this.#typing);
    this.#typing = this.#origin = this.#wanted = undefined;
    this.#announcer.end();
    this.#running?.abort(new DOMException('Stopped.', 'AbortError'));
    this.#running = undefined;
    this.#highlighter.stop();
    this.#highlighter.current = undefined;
  }

  async #run(signal: AbortSignal): Promise<void> {
    try {
      checkQuery(this.#query);
      // Tells what is wrong with a pattern, and whether there is a worker for it, before anything else uses it.
      await this.#matcher.check(this.#query, signal);
      this.#highlighter.start();
      await this.#source.known(signal);
      const waiting = (): void => this.#dispatch({ type: 'waiting' });
      await this.#source.use(signal, waiting, async (source) => {
        const { from, to } = this.#host.lines();
        for await (const event of searchLog(source, this.#query, { after: from - 1, upto: to }, signal)) {
          signal.throwIfAborted();
          this.#dispatch(event);
        }
      });
    } catch (error) {
      this.#fail(error, signal);
    }
  }

  /** Finds hits in a part of the log. */
  #findIn(scope: LineScope, isBackwards: boolean, signal: AbortSignal): Promise<FoundLines> {
    return this.#source.use(
      signal,
      () => undefined,
      (source) => findLines(source, this.#query, scope, isBackwards, signal),
    );
  }

  #fail(error: unknown, signal: AbortSignal): void {
    if (signal.aborted || isAbortError(error)) return;
    const { problem, detail } = error instanceof QueryError ? ({ problem: 'invalid', detail: error.message } as const) : problemOf(error);
    if (problem === 'no-regex') {
      this.#hasWorker = false;
      this.#mode = { ...this.#mode, regex: false };
    }
    this.#highlighter.stop();
    this.#running?.abort(error);
    this.#dispatch({ type: 'failed', problem, detail });
  }

  #dispatch(event: FindEvent): void {
    const before = this.#state;
    this.#state = reduceFind(before, event);
    if (this.#state === before) return;
    this.#shown.request();
    this.#announcer.stateChanged();
    this.#goOn();
  }

  /** Shows the state, and tells the page. */
  #show(): void {
    const { element } = this.#host;
    const { found, current, scanned, after, upto, problem, phase } = this.#state;
    element.requestUpdate();
    const searched = phase === 'done' ? 1 : upto > after ? Math.min(1, scanned / (upto - after)) : 0;
    element.dispatchEvent(new LogStreamFindEvent({ query: this.#query.q, matches: found, line: current, searched, problem }));
  }

  /** Goes to the hit that the reader waits for, if it is known by now. */
  #goOn(): void {
    const isBackwards = this.#wanted ?? false;
    if (this.#wanted === undefined && this.#origin === undefined) return;
    const from = this.#origin === undefined ? this.#place(isBackwards) : this.#origin - 1;
    const step = stepFrom(this.#state, from, isBackwards);
    if (step.kind === 'wait') return;
    this.#origin = this.#wanted = undefined;
    if (step.kind === 'line') this.#goTo(step.line);
    if (step.kind === 'ask') void this.#ask(step.after, step.upto, isBackwards);
  }

  /** The hit the reader is at while it is on screen, else the edge of the screen. */
  #place(isBackwards: boolean): number {
    const { visible } = this.#host.viewport;
    const { current } = this.#state;
    if (current !== undefined && current >= visible.from && current <= visible.to) return current;
    return isBackwards ? visible.to + 1 : visible.from - 1;
  }

  #goTo(line: number): void {
    const { viewport, scroller } = this.#host;
    this.#highlighter.current = line;
    this.#dispatch({ type: 'went', line });
    viewport.goTo(line);
    const rangeOf = (): StaticRange | undefined => {
      if (this.#highlighter.isCurrentHidden) viewport.expand(line);
      return this.#highlighter.currentRange;
    };
    const segmentOf = (): Element | undefined => this.#highlighter.currentSegment;
    void scrollToRange(scroller, () => this.#state.current === line, rangeOf, segmentOf, viewport);
  }

  /** Asks for hits that are not held, and goes to the first of them, or the last. */
  async #ask(after: number, upto: number, isBackwards: boolean): Promise<void> {
    const signal = this.#running?.signal;
    if (signal === undefined) return;
    try {
      const scope = { after, upto };
      const answer = await this.#findIn(scope, isBackwards, signal);
      signal.throwIfAborted();
      const window = windowOf(this.#state, scope, answer, isBackwards);
      this.#wanted = isBackwards;
      this.#dispatch({ type: 'window', hits: window });
    } catch (error) {
      this.#fail(error, signal);
    }
  }

  /** Tests the lines that came since the search. */
  async #catchUp(): Promise<void> {
    const signal = this.#running?.signal;
    if (signal === undefined) return;
    try {
      await this.#newLines.catchUp(this.#query, signal);
    } catch (error) {
      this.#fail(error, signal);
    }
  }

  #bar(): HTMLElement | undefined {
    return this.#host.element.renderRoot.querySelector<HTMLElement>('.find') ?? undefined;
  }

  #field(): HTMLInputElement | undefined {
    return this.#bar()?.querySelector<HTMLInputElement>('.field') ?? undefined;
  }
}
