import type { LogState, Range } from '../../../worker/api.ts';
import type { LogStreamAttributes } from '../../attributes.ts';
import type { Viewport } from '../../viewport/viewport.ts';
import type { CurrentLine } from '../current/current-line.ts';
import type { ShownFilter } from '../find/finder-host.ts';
import type { Selection } from '../selection/selection.ts';
import type { ToolStrings } from '../strings.ts';
import { LineFragment } from './line-fragment.ts';
import type { LinkTarget } from './permalink.ts';

/** States in which the number of lines is known. */
const COUNTED: ReadonlySet<LogState> = new Set<LogState>(['catching-up', 'live', 'ended']);

export interface PermalinksHost {
  readonly element: LogStreamAttributes;
  readonly viewport: Pick<Viewport, 'visible' | 'goTo'>;
  readonly selection: Selection;
  readonly current: CurrentLine;
  readonly strings: ToolStrings;
  /** The first and the last line of the log. */
  lines(): Range;
  notify(text: string): void;
  /** Goes to the first line at or after a time. */
  goToTime(date: Date): void;
  /** Goes to the first error. */
  goToError(): void;
  /** The lines that are shown alone. */
  filter(): ShownFilter | undefined;
  /** Shows only the lines that a filter finds, at a line where one is given. */
  showOnly(filter: ShownFilter, line: number | undefined): void;
}

/** Links to lines: goes where the page's address points, writes selected lines into it, and copies links. */
export class Permalinks {
  readonly #host: PermalinksHost;
  readonly #fragment: LineFragment;
  #state: LogState = 'connecting';
  /** Lines that the address names, until it is known whether they exist. */
  #unverified: Range | undefined;
  /** The address names the first error, and the lines of the log are not known yet. */
  #awaitsError = false;

  constructor(host: PermalinksHost) {
    this.#host = host;
    this.#fragment = new LineFragment(host.element, {
      named: (target, filter) => this.#show(target, filter),
      filter: host.filter,
    });
  }

  connect(): void {
    this.#fragment.connect();
    if (this.#host.element.permalink) this.#fragment.read();
  }

  disconnect(): void {
    this.#fragment.disconnect();
  }

  stateChanged(state: LogState): void {
    this.#state = state;
    this.#verify();
  }

  /** Puts selected lines into the address, where the element may change it. */
  write(range: Range): void {
    if (this.#host.element.permalink) this.#fragment.write(range);
  }

  /** Other lines are shown alone, or all are again. */
  filtered(): void {
    if (this.#host.element.permalink) this.#fragment.writeFilter();
  }

  /** Copies a link to the selected lines, else to the current line, else to the first one on screen. */
  async copyLink(): Promise<void> {
    const { selection, current, viewport, notify, strings } = this.#host;
    const { lines, span } = selection;
    const { visible } = viewport;
    const selected = lines ?? (span && { from: span.start.line, to: span.end.line });
    if (selected === undefined && visible.to < visible.from) return notify(strings.noLines);
    const line = current.line ?? visible.from;
    const range = selected ?? { from: line, to: line };
    try {
      await navigator.clipboard.writeText(this.#fragment.link(range));
      // Unless the reader picked the lines by number, the message names them.
      notify(lines === undefined ? strings.copiedLinkTo(range) : strings.copiedLink);
    } catch {
      notify(strings.copyFailed);
    }
  }

  /** The address of a range of lines. */
  link(range: Range): string {
    return this.#fragment.link(range);
  }

  #show(target: LinkTarget | undefined, filter: ShownFilter | undefined): void {
    const { element, goToTime, showOnly } = this.#host;
    if (!element.permalink) return;
    if (filter !== undefined) showOnly(filter, target && 'lines' in target ? target.lines.from : undefined);
    if (target === undefined) return;
    if ('time' in target) goToTime(new Date(target.time));
    else if ('error' in target) {
      this.#awaitsError = true;
      this.#verify();
    } else this.#showLines(target.lines, filter !== undefined);
  }

  /** `isFiltered`: the search that finds the lines goes there. */
  #showLines(range: Range, isFiltered: boolean): void {
    const { selection, current, viewport } = this.#host;
    selection.lines = range;
    current.line = range.from;
    if (!isFiltered) viewport.goTo(range.from);
    this.#unverified = range;
    this.#verify();
  }

  /** Once the number of lines is known, looks for the error that the address names, or says whether its lines do not exist. */
  #verify(): void {
    if (!COUNTED.has(this.#state)) return;
    if (this.#awaitsError) this.#host.goToError();
    this.#awaitsError = false;
    if (this.#unverified === undefined) return;
    const { lines, notify, strings } = this.#host;
    const { from, to } = this.#unverified;
    const { from: first, to: head } = lines();
    this.#unverified = undefined;
    if (from > head) notify(strings.notYet(from, head));
    else if (to < first) notify(strings.notKept(to));
  }
}
