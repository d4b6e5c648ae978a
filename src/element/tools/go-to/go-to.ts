import type { TemplateResult } from 'lit';
import type { LogState } from '../../../worker/api.ts';
import type { LogStreamAttributes } from '../../attributes.ts';
import type { Viewport } from '../../viewport/viewport.ts';
import type { CurrentLine } from '../current/current-line.ts';
import { isAbortError, type Task } from '../messages/task.ts';
import type { ToolStrings } from '../strings.ts';
import type { goToBar } from './go-to-bar.ts';
import { parseTarget } from './parse-target.ts';
import type { TimeSeekerHost } from './time-seeker.ts';

/** States in which the lines of the log are known. */
const KNOWN: ReadonlySet<LogState> = new Set<LogState>(['catching-up', 'live', 'ended']);

export interface GoToHost extends Omit<TimeSeekerHost, 'held'> {
  readonly element: LogStreamAttributes;
  readonly scroller: HTMLElement;
  readonly viewport: Pick<Viewport, 'line' | 'visible' | 'goTo'>;
  readonly current: CurrentLine;
  readonly task: Task;
  readonly strings: ToolStrings;
  notify(text: string): void;
}

/** Goes to a line or a time, which the reader types into a field. */
export class GoTo {
  readonly #host: GoToHost;
  #state: LogState = 'connecting';
  /** Called once the lines of the log are known, with whether this is still what the reader wants. */
  #waiting: ((isWanted: boolean) => void) | undefined;
  #bar: typeof goToBar | undefined;
  #isOpen = false;
  #problem = '';

  constructor(host: GoToHost) {
    this.#host = host;
  }

  stateChanged(state: LogState): void {
    this.#state = state;
    if (KNOWN.has(state)) this.#settle(true);
  }

  /** Another log is shown, or this one began again. */
  reset(): void {
    this.#settle(false);
    this.close();
  }

  template(): TemplateResult | undefined {
    if (!this.#isOpen) return undefined;
    return this.#bar?.(
      { strings: this.#host.strings, submit: (text) => this.#submit(text), close: () => this.close() },
      this.#problem,
      (problem) => this.#setProblem(problem),
    );
  }

  /** Opens the field. */
  async open(): Promise<void> {
    this.#bar ??= (await import('./go-to-bar.ts')).goToBar;
    const { element } = this.#host;
    this.#isOpen = true;
    this.#setProblem('');
    element.requestUpdate();
    await element.updateComplete;
    element.renderRoot.querySelector<HTMLInputElement>('.go-to input')?.focus();
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const { element, scroller } = this.#host;
    if (element.renderRoot.querySelector('.go-to:focus-within') !== null) scroller.focus({ preventScroll: true });
    element.requestUpdate();
  }

  /**
   * Goes to the first line at or after a time, once the lines of the log are known. Resolves with its number; undefined if the
   * log has none, the reader cancels or something else is gone to meanwhile.
   */
  async time(date: Date): Promise<number | undefined> {
    const time = date.getTime();
    if (Number.isNaN(time) || !(await this.#isKnown())) return undefined;
    const { task, viewport, current, notify, lines, strings } = this.#host;
    try {
      const line = await task.run(strings.seekingTime, async (signal) => {
        const { seekTime } = await import('./time-seeker.ts');
        return seekTime({ ...this.#host, held: (number) => viewport.line(number) }, time, signal);
      });
      const { from, to } = lines();
      if (line === undefined && to >= from) notify(strings.allOlder(date));
      if (to < from) return undefined;
      current.line = line ?? to;
      viewport.goTo(line ?? to);
      return line;
    } catch (error) {
      if (!isAbortError(error)) notify(strings.seekFailed);
      return undefined;
    }
  }

  #line(line: number): void {
    const { viewport, current, notify, lines, strings } = this.#host;
    const { from, to } = lines();
    if (line > to) notify(strings.notYet(line, to));
    else if (line < from) notify(strings.notKept(line));
    const existing = Math.max(from, Math.min(line, to));
    current.line = existing;
    viewport.goTo(existing);
  }

  #submit(text: string): string | undefined {
    const { element, viewport, strings } = this.#host;
    const now = Date.now();
    const near = viewport.line(viewport.visible.from)?.[0] ?? now;
    const target = parseTarget(text, { now, near, isUtc: element.time === 'utc' });
    if (target === undefined) return strings.notATarget;
    if ('line' in target) this.#line(target.line);
    else void this.time(new Date(target.time));
    return undefined;
  }

  #setProblem(problem: string): void {
    this.#problem = problem;
    this.#host.element.requestUpdate();
  }

  /** Resolves once the lines of the log are known; with false if another call or log replaces this one before. */
  #isKnown(): Promise<boolean> {
    this.#settle(false);
    if (KNOWN.has(this.#state)) return Promise.resolve(true);
    return new Promise((resolve) => (this.#waiting = resolve));
  }

  #settle(isWanted: boolean): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(isWanted);
  }
}
