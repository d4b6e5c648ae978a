import { groupMarkers } from '../../../protocol/marks/group-markers.ts';
import type { GroupsPage } from '../../../protocol/answers/answers.ts';
import { shownText } from '../../../protocol/terminal/shown-text.ts';
import type { LineRun, LogStatus } from '../../../worker/api.ts';
import { monotonic } from '../../../worker/platform/attempt.ts';
import { RefusedQueryError } from '../../../worker/queries/refused-query-error.ts';
import type { GroupsMode, LogStreamAttributes } from '../../attributes.ts';
import type { LogBinding } from '../../log-binding.ts';
import type { Strings } from '../../strings.ts';
import { Groups } from '../../viewport/groups/groups.ts';
import { queriesOf } from '../queries-of.ts';
import type { Viewport } from '../../viewport/viewport.ts';
import { ASKED, type FirstGroups } from './first-groups.ts';

/** The server is asked again after this time at the earliest, ms: while lines pass by, and while the reader is elsewhere. */
const AGAIN = { following: 1_000, elsewhere: 5_000 } as const;
/** After a failure, ms: twice as long each time. */
const RETRY = { least: 5_000, most: 120_000 } as const;
/** Lines before those on screen whose groups are asked for too, where not all are held. */
const BEFORE = 5_000;

export interface GroupFeedHost {
  readonly element: LogStreamAttributes;
  readonly binding: LogBinding;
  readonly viewport: Viewport;
  readonly scroller: HTMLElement;
  /** The words of the first load. */
  readonly shown: Strings;
  /** The lines that say something about groups, as far as the log was read because its server marks none. */
  marked(): readonly LineRun[];
}

/** Keeps the groups of the viewport up to date. */
export class GroupFeed {
  readonly #host: GroupFeedHost;
  /** Taken by the first question, if it is still the one that was asked. */
  #first: FirstGroups | undefined;
  #mode: GroupsMode;
  #groups: Groups | undefined;
  #epoch = '';
  #status: LogStatus | undefined;
  /** The server has no marks: lines are read instead. */
  #isUnsupported = false;
  /** Whether it was found out that the log has groups, or none so far. */
  #isKnown = false;
  #asking: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Not to be asked before, ms of a monotonic clock. */
  #askAt = 0;
  #failures = 0;

  constructor(host: GroupFeedHost, first: FirstGroups | undefined) {
    this.#host = host;
    this.#first = first;
    this.#mode = host.element.groups;
  }

  /** A status came, and lines with it, which the viewport has already. */
  updated(status: LogStatus, runs: readonly LineRun[]): void {
    if (status.epoch !== this.#epoch) this.#forget(status.epoch);
    this.#status = status;
    if (this.#isOff || this.#groups !== undefined || status.epoch === '') return;
    if (this.#isUnsupported) return this.#readLines(runs);
    if (!this.#isKnown) this.#askLater(undefined);
    // Before the first answer groups would be drawn open, and close under the reader's eyes.
    const isExpected = this.#isKnown || this.#failures > 0;
    if (isExpected && runs.some(({ lines }) => lines.some(([, , extra]) => extra?.g !== undefined))) this.#show();
  }

  /** Lines that say something about groups were read: {@link GroupFeedHost.marked} has them, too. */
  linesRead(runs: readonly LineRun[]): void {
    if (this.#isOff || !this.#isUnsupported) return;
    if (this.#groups === undefined) this.#readLines(runs);
    else this.#groups.readRuns(runs);
  }

  /** The attribute `groups` may have changed. */
  modeChanged(): void {
    const mode = this.#host.element.groups;
    if (mode === this.#mode) return;
    this.#mode = mode;
    if (this.#isOff) this.#hide();
    else if (this.#groups !== undefined) this.#host.viewport.regroup(false);
    else if (this.#status !== undefined) this.updated(this.#status, [...this.#host.viewport.held.runs(), ...this.#host.marked()]);
  }

  /** Another log is shown, or none. */
  stop(): void {
    this.#first = undefined;
    this.#forget('');
  }

  get #isOff(): boolean {
    return this.#host.element.groups === 'off';
  }

  #forget(epoch: string): void {
    this.#epoch = epoch;
    this.#status = undefined;
    this.#isUnsupported = this.#isKnown = false;
    this.#askAt = this.#failures = 0;
    this.#hide();
  }

  #hide(): void {
    this.#asking?.abort();
    this.#asking = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isKnown = false;
    if (this.#groups === undefined) return;
    this.#host.viewport.groups = undefined;
    this.#groups.dispose();
    this.#groups = undefined;
  }

  /** Groups are drawn from now on, beginning with those of a page. */
  #show(page?: GroupsPage): Groups {
    const { element, viewport, scroller } = this.#host;
    const groups = (this.#groups = new Groups({
      scroller,
      strings: this.#host.shown,
      mode: () => (element.groups === 'open' ? 'open' : 'auto'),
      changed: (isIndented) => viewport.regroup(isIndented),
      goTo: (line) => viewport.goTo(line),
      dismiss: () => viewport.dismiss(),
      behind: (at) => this.#askLater(at),
    }));
    if (page !== undefined) groups.load(page, false);
    viewport.groups = groups;
    return groups;
  }

  #readLines(runs: readonly LineRun[]): void {
    const hasMarkers = runs.some(({ lines }) => lines.some(([, text]) => groupMarkers(text, shownText(text)).length > 0));
    if (hasMarkers) this.#read(this.#show());
  }

  /** Asks once no question is open and the server may be asked again. */
  #askLater(at: number | undefined): void {
    if (this.#asking !== undefined || this.#timer !== undefined || this.#isUnsupported) return;
    const wait = this.#askAt - monotonic();
    if (wait <= 0) return void this.#ask(at);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#ask(at);
    }, wait);
  }

  /** Asks for the groups around line `at`, or for those after the last line that is accounted for. Never throws. */
  async #ask(at: number | undefined): Promise<void> {
    const { binding, viewport } = this.#host;
    const status = this.#status;
    const queries = queriesOf(binding);
    if (status === undefined || queries === undefined) return;
    const stop = (this.#asking = new AbortController());
    const known = this.#groups?.outline.upto;
    const after = at === undefined ? (known ?? status.first - 1) : Math.max(status.first - 1, at - BEFORE);
    let wait: number = viewport.following ? AGAIN.following : AGAIN.elsewhere;
    try {
      const first = at === undefined && known === undefined && this.#first?.epoch === status.epoch ? this.#first : undefined;
      this.#first = undefined;
      const question = { epoch: status.epoch, after, upto: status.head, limit: ASKED };
      const page = await (first?.page ?? queries.groups(question, stop.signal));
      if (stop.signal.aborted) return;
      this.#isKnown = true;
      this.#failures = 0;
      this.#apply(page, at === undefined ? known : undefined);
    } catch (error) {
      if (stop.signal.aborted) return;
      const refused = error instanceof RefusedQueryError ? error : undefined;
      if (refused?.reason === 'unsupported') this.#readFrom(this.#groups);
      wait = Math.max(Math.min(RETRY.most, RETRY.least * 2 ** this.#failures), (refused?.seconds ?? 0) * 1_000);
      this.#failures += 1;
    }
    this.#asking = undefined;
    this.#askAt = monotonic() + wait;
    if (!this.#isKnown && this.#status !== undefined) this.updated(this.#status, viewport.held.runs());
  }

  /** `after` is the last line that was known; undefined for a page that replaces what is known. */
  #apply(page: GroupsPage, after: number | undefined): void {
    const groups = this.#groups;
    const isEmpty = page.groups.length + page.around.length === 0;
    if (groups === undefined) {
      if (!isEmpty) this.#show(page);
      return;
    }
    // Lines that came meanwhile said the same.
    if (after === undefined || groups.outline.upto === after) groups.load(page, after !== undefined);
  }

  #read(groups: Groups): void {
    groups.readLines(this.#host.viewport.held);
    groups.readRuns(this.#host.marked());
  }

  #readFrom(groups: Groups | undefined): void {
    this.#isUnsupported = this.#isKnown = true;
    const { held } = this.#host.viewport;
    if (groups === undefined) this.#readLines([...held.runs(), ...this.#host.marked()]);
    else this.#read(groups);
  }
}
