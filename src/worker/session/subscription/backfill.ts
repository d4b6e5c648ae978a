import { clipRanges, normalizeRanges, type Range } from '../../../protocol/ranges.ts';
import type { HistoryRequest, HistoryResult } from '../events.ts';
import { segmentOf, SEGMENT_LINES } from '../lines/sparse-log.ts';
import { backoff, earliest, TIMING, type Now } from '../timing.ts';
import type { ChannelState } from './channel-state.ts';

/** Failures in a row after which the lines of a segment are unavailable; and failing segments after which the others wait, too. */
const MAX_FAILURES = 3;

/** Most failed segments to remember. */
const FAILED_SEGMENTS = 1_024;

/** Most segments to remember that need more than one answer. */
const SHORT_SEGMENTS = 1_024;

interface PendingFetch {
  readonly request: HistoryRequest;
  readonly segment: number;
  /** The line it was made for. */
  readonly hole: number;
}

/** Failed requests for a segment. */
interface Failure {
  count: number;
  /** No request for it before this, monotonic. */
  notBefore: number;
}

const NONE: readonly Range[] = [];
const ALL: readonly Range[] = [{ from: 1, to: Infinity }];

/** Fetches the lines of one log that views want and that are not held: in aligned ranges, each at most once at a time. */
export class Backfill {
  readonly #state: ChannelState;
  /** Undelivered bytes of a view above which no more is fetched for it: that would only evict what it has yet to receive. */
  readonly #readAhead: number;
  /** Requests under way, by id. */
  readonly #pending = new Map<number, PendingFetch>();
  /** Segments with more text than one answer may hold. */
  readonly #shortSegments = new Set<number>();
  /** When an answer came, by the line it was requested for. */
  readonly #receivedAt = new Map<number, number>();
  /** By segment: each waits by itself, so that one which the server cannot read does not block the others. */
  readonly #failures = new Map<number, Failure>();
  /** Segments that failed since the last success. */
  readonly #failedInARow = new Set<number>();
  /** No request for any segment before this, monotonic. */
  #notBefore = -Infinity;
  #missingOnServer = false;

  constructor(state: ChannelState, readAhead: number) {
    this.#state = state;
    this.#readAhead = readAhead;
  }

  /** Requests are under way. */
  get busy(): boolean {
    return this.#pending.size > 0;
  }

  /** The last failure was an answer without the lines requested; otherwise there was no answer. */
  get missingOnServer(): boolean {
    return this.#missingOnServer;
  }

  due({ monotonic }: Now): number {
    const waits = [this.#notBefore, ...[...this.#failures.values()].map(({ notBefore }) => notBefore)];
    return earliest(...waits.filter((time) => time > monotonic), earliest(...this.#receivedAt.values()) + TIMING.again);
  }

  /** The requests to make now, at most `slots`; `settle` must be called for each. */
  plan(slots: number, nextId: () => number, now: Now): HistoryRequest[] {
    const { monotonic } = now;
    const state = this.#state;
    const isSkipping = state.isSkipping(now);
    const requests: HistoryRequest[] = [];
    for (const [hole, receivedAt] of this.#receivedAt) if (monotonic >= receivedAt + TIMING.again) this.#receivedAt.delete(hole);
    if (state.epoch === '' || state.refusal?.state === 'denied') return requests;
    for (const view of state.activeViews()) {
      const wanted = isSkipping ? view.undeliveredWant(state) : view.undelivered(state);
      let checked = false;
      for (const { from, to } of wanted) {
        for (let at = from; at <= to;) {
          if (requests.length >= slots) return requests;
          const [hole] = state.lines.notHeld(at, to, 1);
          if (hole === undefined) break;
          if (!checked && this.#hasReadAhead(wanted)) break;
          checked = true;
          const segment = segmentOf(hole.from);
          at = (segment + 1) * SEGMENT_LINES + 1;
          if (this.#isPending(segment) || this.#receivedAt.has(hole.from) || this.#mustWait(segment, monotonic)) continue;
          requests.push(this.#request(segment, hole.from, nextId()));
        }
      }
    }
    return requests;
  }

  /** Applies an answer. Returns the request it answers; undefined when that was cancelled. */
  settle(id: number, result: HistoryResult, now: Now): HistoryRequest | undefined {
    const fetch = this.#pending.get(id);
    if (fetch === undefined) return undefined;
    this.#pending.delete(id);
    switch (result.kind) {
      case 'lines':
        if (this.#insert(fetch, result)) this.#receivedAt.set(fetch.hole, now.monotonic);
        else this.#fail(fetch, now, true);
        break;
      case 'truncated':
        this.#state.truncate(result.first);
        // If the new first line does not explain the refusal, the same request would follow at once.
        if (result.first <= fetch.request.after + 1) this.#fail(fetch, now);
        break;
      case 'expired':
      case 'denied':
        // The lines are requested again with another topic, or not at all; that is no failure of this segment.
        break;
      case 'epoch':
        this.#failAll(fetch, now);
        break;
      case 'failed':
        this.#fail(fetch, now);
        break;
    }
    return fetch.request;
  }

  /** Wanted lines that several requests did not bring; `blocked`: no request can be made, so all that are not held. */
  unavailable(blocked: boolean): readonly Range[] {
    if (!blocked && this.#failures.size === 0) return NONE;
    const given = blocked ? ALL : this.#givenUp();
    const state = this.#state;
    const ranges = [...state.activeViews()]
      .flatMap((view) => view.undelivered(state))
      .flatMap((wanted) => given.flatMap(({ from, to }) => clipRanges([wanted], from, to)))
      .flatMap(({ from, to }) => state.lines.notHeld(from, to, 100));
    return normalizeRanges(ranges);
  }

  /** Waits no longer for what failed. */
  retryNow(): void {
    this.#notBefore = -Infinity;
    for (const failure of this.#failures.values()) failure.notBefore = -Infinity;
  }

  /** The log was reset. Returns the requests to cancel. */
  reset(): number[] {
    const ids = [...this.#pending.keys()];
    this.#pending.clear();
    this.#shortSegments.clear();
    this.#receivedAt.clear();
    this.#failures.clear();
    this.#failedInARow.clear();
    this.#notBefore = -Infinity;
    return ids;
  }

  #request(segment: number, hole: number, id: number): HistoryRequest {
    const { channel, topic, epoch, first } = this.#state;
    const end = (segment + 1) * SEGMENT_LINES;
    // Aligned, so that caches can answer; a segment that takes several answers is fetched from the hole on.
    const start = this.#shortSegments.has(segment) ? hole : Math.max(first, segment * SEGMENT_LINES + 1);
    const request = { id, channel, topic, epoch, after: start - 1, limit: end - start + 1 };
    this.#pending.set(id, { request, segment, hole });
    return request;
  }

  /** Returns false if the line that it was requested for did not come: the same request would follow at once, forever. */
  #insert({ request, segment, hole }: PendingFetch, { lines, first, head, end }: HistoryResult & { readonly kind: 'lines' }): boolean {
    const state = this.#state;
    // The socket says how far the log goes where it brings only the newest lines: those beyond are on their way.
    if (!state.isTail || end !== undefined) state.growTo(head);
    if (end !== undefined) state.endWith(end);
    state.truncate(first);
    state.lines.insert(request.after + 1, lines);
    const last = request.after + lines.length;
    const short = lines.length < request.limit && last < head && !this.#shortSegments.has(segment);
    if (short) this.#rememberShort(segment);
    if (hole > last && hole >= state.first && !short) return false;
    this.#failures.delete(segment);
    this.#failedInARow.clear();
    this.#notBefore = -Infinity;
    return true;
  }

  #isPending(segment: number): boolean {
    for (const fetch of this.#pending.values()) if (fetch.segment === segment) return true;
    return false;
  }

  /** Whether enough undelivered lines of a view are held already. */
  #hasReadAhead(wanted: readonly Range[]): boolean {
    let left = this.#readAhead;
    for (const { from, to } of wanted) {
      left -= this.#state.lines.cost(from, to, left);
      if (left <= 0) return true;
    }
    return false;
  }

  #rememberShort(segment: number): void {
    if (this.#shortSegments.size >= SHORT_SEGMENTS) this.#shortSegments.clear();
    this.#shortSegments.add(segment);
  }

  /** The lines that are given up for now, wanted or not. */
  #givenUp(): readonly Range[] {
    // When the server fails for any request, one failure of a segment says as much as many.
    const down = [...this.#failedInARow].some((segment) => this.#countOf(segment) >= MAX_FAILURES);
    if (down && this.#failedInARow.size >= MAX_FAILURES) return ALL;
    const segments = [...this.#failures].flatMap(([segment, { count }]) => (down || count >= MAX_FAILURES ? [segment] : []));
    return segments.map((segment) => ({ from: segment * SEGMENT_LINES + 1, to: (segment + 1) * SEGMENT_LINES }));
  }

  /** Whether a segment is not requested yet: it failed lately, or so many others did that it would fail as well. */
  #mustWait(segment: number, monotonic: number): boolean {
    return monotonic < Math.max(this.#notBefore, this.#failures.get(segment)?.notBefore ?? -Infinity);
  }

  #countOf(segment: number): number {
    return this.#failures.get(segment)?.count ?? 0;
  }

  #fail({ segment }: PendingFetch, { monotonic, random }: Now, missingOnServer = false): void {
    this.#missingOnServer = missingOnServer;
    const count = this.#countOf(segment);
    // Moves to the end: the first one is the oldest.
    this.#failures.delete(segment);
    this.#failures.set(segment, { count: count + 1, notBefore: monotonic + backoff(count, random) });
    this.#failedInARow.add(segment);
    for (const [oldest] of this.#failures) {
      if (this.#failures.size <= FAILED_SEGMENTS) break;
      this.#failures.delete(oldest);
      this.#failedInARow.delete(oldest);
    }
    if (this.#failedInARow.size >= MAX_FAILURES) this.#notBefore = monotonic + backoff(this.#failedInARow.size - MAX_FAILURES, random);
  }

  /** The request would have failed for any segment. */
  #failAll(fetch: PendingFetch, now: Now): void {
    this.#fail(fetch, now);
    this.#notBefore = Math.max(this.#notBefore, this.#failures.get(fetch.segment)?.notBefore ?? -Infinity);
  }
}
