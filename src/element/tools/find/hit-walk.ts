import { stepFrom, type FindState, type FindStep } from './find-state.ts';
import type { FinderHost } from './finder-host.ts';
import type { Highlighter } from './highlighter.ts';
import { scrollToRange } from './scroll-to-range.ts';

export interface HitWalkHost extends Pick<FinderHost, 'viewport' | 'scroller'> {
  readonly highlighter: Pick<Highlighter, 'current' | 'currentRange' | 'currentSegment' | 'isCurrentHidden'>;
  state(): FindState;
  /** Whether only the hits that are held are shown, so that others are not gone to. */
  isOnly(): boolean;
  went(line: number): void;
  /** The next hit is among lines whose hits are not held. */
  ask(step: Extract<FindStep, { readonly kind: 'ask' }>): void;
}

/** The way from one hit to the next. */
export class HitWalk {
  readonly #host: HitWalkHost;
  /** Goes to the first hit at or after this line once it is known; undefined when there is nothing to go to. */
  #origin: number | undefined;
  /** The reader asked for the next hit, or the previous one (true), before it was found. */
  #wanted: boolean | undefined;

  constructor(host: HitWalkHost) {
    this.#host = host;
  }

  /** Goes to the first hit at or after a line as soon as it is found; nowhere without one. */
  begin(line: number | undefined): void {
    this.#origin = line;
    this.#wanted = undefined;
  }

  /** Goes to the next hit, or the previous one, as soon as it is found. */
  step(isBackwards: boolean): void {
    this.#origin = undefined;
    this.#wanted = isBackwards;
  }

  /** Goes to the hit that the reader waits for, if it is known by now. */
  goOn(): void {
    const { state, isOnly, ask } = this.#host;
    const isBackwards = this.#wanted ?? false;
    if (this.#wanted === undefined && this.#origin === undefined) return;
    const from = this.#origin === undefined ? this.#place(isBackwards) : this.#origin - 1;
    const step = stepFrom(state(), from, isBackwards);
    if (step.kind === 'wait') return;
    this.begin(undefined);
    if (step.kind === 'line') this.#goTo(step.line);
    if (step.kind !== 'ask') return;
    if (!isOnly()) return ask(step);
    const { first, last } = state().hits.lines;
    const end = isBackwards ? last : first;
    if (end !== undefined) this.#goTo(end);
  }

  /** The hit the reader is at while it is on screen, else the edge of the screen. */
  #place(isBackwards: boolean): number {
    const { visible } = this.#host.viewport;
    const { current } = this.#host.state();
    if (current !== undefined && current >= visible.from && current <= visible.to) return current;
    return isBackwards ? visible.to + 1 : visible.from - 1;
  }

  #goTo(line: number): void {
    const { viewport, scroller, highlighter, state, went } = this.#host;
    highlighter.current = line;
    went(line);
    viewport.goTo(line);
    const rangeOf = (): StaticRange | undefined => {
      if (highlighter.isCurrentHidden) viewport.expand(line);
      return highlighter.currentRange;
    };
    const segmentOf = (): Element | undefined => highlighter.currentSegment;
    void scrollToRange(scroller, () => state().current === line, rangeOf, segmentOf, viewport);
  }
}
