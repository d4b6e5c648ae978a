import type { TemplateResult } from 'lit';
import { checkQuery, QueryError, type SearchQuery } from '../../../protocol/search/query.ts';
import { LogStreamFindEvent } from '../../events.ts';
import { Throttle } from '../../util/throttle.ts';
import { isAbortError } from '../messages/task.ts';
import { fieldPattern } from './field-pattern.ts';
import { findBar, PLAIN, type FindBarActions } from './find-bar.ts';
import {
  IDLE,
  isFull,
  isWhole,
  MAX_HITS,
  MAX_SHOWN,
  reduceFind,
  shareSearched,
  windowOf,
  type FindEvent,
  type FindState,
} from './find-state.ts';
import type { FinderHost, FindOptions, ShownFilter } from './finder-host.ts';
import { Highlighter } from './highlighter.ts';
import { HitWalk } from './hit-walk.ts';
import { LogSource } from './log-source.ts';
import { NewLines } from './new-lines.ts';
import type { PatternScanner } from './pattern-scanner.ts';
import { ResultAnnouncer } from './result-announcer.ts';
import type { OnlyRowModel } from './only-row.ts';
import { scannerOf } from './scanner-of.ts';
import { searchedQuery } from './searched-query.ts';
import { findLines, problemOf, searchLog, type FoundLines, type LineScope } from './search-log.ts';
import { ShownMatches } from './shown-matches.ts';
import { englishFind, summaryOf, type FindStrings } from './strings.ts';
import { TextMatcher } from './text-matcher.ts';

/** How long the reader must not type before a search begins, ms. */
const TYPING = 150;
/** Shortest time between two updates of the bar, ms. */
const SHOW_INTERVAL = 100;

/** A search of the log: the bar, the hits, the way from one to the next, and only them. */
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
  readonly #walk: HitWalk;
  readonly #only: ShownMatches;
  #isOnly = false;
  /** What the reader looks for, and what is asked for that. */
  #query: SearchQuery = { q: '' };
  #asked: SearchQuery = { q: '' };
  #mode = PLAIN;
  #hasWorker = typeof Worker === 'function';
  #running: AbortController | undefined;
  /** Resolves when the search has ended. */
  #ended: Promise<void> = Promise.resolve();
  #typing: ReturnType<typeof setTimeout> | undefined;

  constructor(host: FinderHost) {
    this.#host = host;
    const strings = (this.#strings = host.words.add('find', englishFind));
    const { element, viewport, scroller } = host;
    this.#scanner = scannerOf(element);
    this.#announcer = new ResultAnnouncer(
      strings,
      () => this.#state,
      (text) => host.announce(text),
    );
    this.#matcher = new TextMatcher(this.#scanner);
    this.#only = new ShownMatches(viewport, strings, (line) => this.showAll(line));
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
      admits: (line) => this.#asked.level === undefined || this.#source.isReading || (line?.[2]?.l ?? 0) >= this.#asked.level,
      find: (texts, signal) => this.#matcher.find(this.#asked, texts, signal),
      failed: (error, signal) => this.#fail(error, signal),
    });
    this.#walk = new HitWalk({
      ...host,
      highlighter: this.#highlighter,
      state: () => this.#state,
      isOnly: () => this.#isOnly,
      went: (line) => this.#dispatch({ type: 'went', line }),
      ask: ({ after, upto, isBackwards }) => void this.#ask(after, upto, isBackwards),
    });
  }

  /** The hits that are held. */
  get hits(): FindState['hits'] {
    return this.#state.hits;
  }

  /** The lines that are shown alone; undefined while all are shown. */
  get filter(): ShownFilter | undefined {
    return this.#isOnly ? { ...this.#query, ...this.#mode, context: this.#only.context } : undefined;
  }

  /** Shows the bar, and puts the focus in its field. */
  open(): void {
    this.#isOpen = true;
    this.#host.element.requestUpdate();
    void this.#host.element.updateComplete.then(() => {
      const field = this.#bar()?.querySelector<HTMLInputElement>('.field');
      field?.focus();
      field?.select();
    });
  }

  /** Closes the bar. The focus returns to the log, at the hit. Returns false if it was not open. */
  close(): boolean {
    if (!this.#isOpen) return false;
    const hasFocus = this.#bar()?.matches(':focus-within') === true;
    this.#setOnly(false);
    this.stop();
    if (hasFocus) this.#host.scroller.focus({ preventScroll: true });
    return true;
  }

  /** Ends the search without a word: the log is gone, or another one is shown. */
  stop(): void {
    this.#isOpen = false;
    this.#end();
    this.#only.hide();
    this.#isOnly = false;
    this.#query = { q: '' };
    this.#scanner.stop();
    this.#dispatch({ type: 'closed' });
  }

  /** Searches for a text. Resolves with the number of lines found. */
  async find(q: string, { without, level, only = false, context = 0, ...mode }: FindOptions = {}): Promise<number> {
    if (searchedQuery({ q, without, level }) === undefined) {
      this.close();
      return 0;
    }
    this.#isOpen = true;
    this.#mode = { ...PLAIN, ...mode };
    this.#only.context = context;
    this.#setOnly(only);
    this.#search({ q, without, level });
    await this.#ended;
    return this.#state.found;
  }

  /** Shows only what a filter finds, at a line where one is given. */
  showOnly({ q, ...options }: ShownFilter, line?: number): void {
    void this.find(q, { ...options, only: true });
    if (line !== undefined) this.#walk.begin(line);
  }

  /** Shows only the lines of a level and above; all lines again with undefined, unless they are filtered by more than that. */
  showLevel(level: number | undefined): void {
    const { q, without } = this.#query;
    if (level === undefined && !this.#isOnly) return;
    void this.find(q, { without, ...this.#mode, context: this.#only.context, level, only: true });
  }

  /** Shows only the structured lines that have a field with this value, as it is written in them. */
  filterByField(name: string, value: string): void {
    void this.find(fieldPattern(name, value), { regex: true, case: true, only: true, context: this.#only.context });
  }

  /** Shows all lines again; a line stays where it is on screen. Returns false if they were shown already. */
  showAll(line?: number): boolean {
    if (!this.#isOnly) return false;
    this.#setOnly(false, line);
    if (line !== undefined) this.#host.viewport.current = line;
    this.#host.announce(this.#strings.allShown);
    return true;
  }

  /** Goes to the next hit, or the previous one. */
  step(isBackwards: boolean): void {
    if (!this.#isOpen) return;
    // What was typed a moment ago is meant.
    if (this.#typing !== undefined || ['failed', 'stopped'].includes(this.#state.phase)) return this.#search(this.#query);
    this.#walk.step(isBackwards);
    this.#walk.goOn();
  }

  /** The log was started again, or another one is shown. */
  logReplaced(): void {
    if (!this.#isOpen) return;
    this.#end();
    this.#dispatch({ type: 'closed' });
    this.#search(this.#query);
  }

  /** Looks whether the log has changed. */
  rendered(): void {
    const { after, phase } = this.#state;
    if (phase !== 'done') return;
    const { from: first } = this.#host.lines();
    if (first - 1 > after) this.#dispatch({ type: 'trimmed', first });
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
        isOnly: this.#isOnly,
        row: this.#row,
      },
      this.#actions,
    );
  }

  get #row(): OnlyRowModel | undefined {
    const { without = '', level } = this.#query;
    if (!this.#isOnly && without === '' && level === undefined) return undefined;
    const bound = this.#isOnly && isFull(this.#state) ? this.#strings.bound(this.#state.hits.lines.size) : '';
    return { without, level, context: this.#only.context, bound };
  }

  readonly #actions: FindBarActions = {
    typed: (q) => this.#typed({ q }),
    withoutTyped: (without) => this.#typed({ without }),
    toggled: (name) => {
      this.#mode = { ...this.#mode, [name]: !this.#mode[name] };
      this.#search(this.#query);
    },
    levelChosen: (level) => this.#search({ ...this.#query, level }),
    contextChosen: (context) => {
      this.#only.context = context;
      if (this.#isOnly) this.#only.show(this.#state);
      this.#setOnly(this.#isOnly);
    },
    onlyToggled: () => {
      if (this.showAll()) return;
      this.#setOnly(true);
      if (isWhole(this.#state)) this.#dispatch({ type: 'limited', limit: MAX_SHOWN });
      else this.#search(this.#query);
    },
    step: (isBackwards) => this.step(isBackwards),
    cancel: () => {
      this.#running?.abort(new DOMException('Stopped.', 'AbortError'));
      this.#dispatch({ type: 'stopped' });
    },
    close: () => void this.close(),
  };

  #typed(change: Partial<SearchQuery>): void {
    clearTimeout(this.#typing);
    this.#query = { ...this.#query, ...change };
    this.#typing = setTimeout(() => this.#search(this.#query), TYPING);
  }

  /** Only matches are shown, or all lines, where a line stays in its place; tells the page's address. */
  #setOnly(isOnly: boolean, kept?: number): void {
    const wasOnly = this.#isOnly;
    this.#isOnly = isOnly;
    if (!isOnly) this.#only.hide(kept);
    this.#host.element.requestUpdate();
    if (isOnly || wasOnly) this.#host.filtered();
  }

  #search(query: SearchQuery): void {
    const { current } = this.#state;
    const { viewport } = this.#host;
    this.#end();
    this.#query = query;
    this.#setOnly(this.#isOnly);
    const asked = searchedQuery({ ...query, ...this.#mode });
    if (asked === undefined) return this.#dispatch({ type: 'closed' });
    this.#asked = asked;
    this.#dispatch({ type: 'started', limit: this.#isOnly ? MAX_SHOWN : MAX_HITS });
    // A view of the matches that follows the end stays there.
    this.#walk.begin(this.#isOnly && viewport.following ? undefined : (current ?? viewport.visible.from));
    this.#announcer.begin();
    const running = (this.#running = new AbortController());
    this.#ended = this.#run(running.signal);
  }

  /** Ends the search; what it found is forgotten with the next one. */
  #end(): void {
    clearTimeout(this.#typing);
    this.#typing = undefined;
    this.#walk.begin(undefined);
    this.#announcer.end();
    this.#running?.abort(new DOMException('Stopped.', 'AbortError'));
    this.#running = undefined;
    this.#highlighter.stop();
    this.#highlighter.current = undefined;
  }

  async #run(signal: AbortSignal): Promise<void> {
    try {
      checkQuery(this.#asked);
      // Tells what is wrong with a pattern, and whether there is a worker for it, before anything else uses it.
      await this.#matcher.check(this.#asked, signal);
      this.#highlighter.start();
      await this.#source.known(signal);
      const waiting = (): void => this.#dispatch({ type: 'waiting' });
      await this.#source.use(signal, waiting, async (source) => {
        const { from, to } = this.#host.lines();
        const scope = { after: from - 1, upto: to };
        for await (const event of searchLog({ ...source, isShown: this.#isOnly }, this.#asked, scope, signal)) {
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
      (source) => findLines(source, this.#asked, scope, isBackwards, signal),
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
    if (this.#isOnly) this.#only.show(this.#state);
    this.#announcer.stateChanged();
    this.#walk.goOn();
  }

  /** Shows the state, and tells the page. */
  #show(): void {
    const { element } = this.#host;
    const { found, current, problem } = this.#state;
    const searched = shareSearched(this.#state);
    element.requestUpdate();
    element.dispatchEvent(new LogStreamFindEvent({ query: this.#query.q, matches: found, line: current, searched, problem }));
  }

  /** Asks for hits that are not held, and goes to the first of them, or the last. */
  #ask(after: number, upto: number, isBackwards: boolean): Promise<void> {
    return this.#whileRunning(async (signal) => {
      const scope = { after, upto };
      const answer = await this.#findIn(scope, isBackwards, signal);
      signal.throwIfAborted();
      this.#walk.step(isBackwards);
      this.#dispatch({ type: 'window', hits: windowOf(this.#state, scope, answer, isBackwards) });
    });
  }

  /** Tests the lines that came since the search. */
  #catchUp(): Promise<void> {
    return this.#whileRunning((signal) => this.#newLines.catchUp(this.#asked, signal));
  }

  /** Does something for the search, which ends with it; does nothing where there is none. */
  async #whileRunning(act: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { signal } = this.#running ?? {};
    if (signal !== undefined) await act(signal).catch((error: unknown) => this.#fail(error, signal));
  }

  #bar(): HTMLElement | null {
    return this.#host.element.renderRoot.querySelector<HTMLElement>('.find');
  }
}
