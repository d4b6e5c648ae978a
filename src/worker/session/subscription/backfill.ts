import type { Range } from '../../api.ts';
import type { HistoryRequest, HistoryResult } from '../events.ts';
import { clipRanges as clip, normalizeRanges as normalize } from '../../../protocol/ranges.ts';
import { backoff, earliest, TIMING, type Now } from '../timing.ts';
import { segmentOf, SEGMENT_LINES } from '../lines/sparse-log.ts';
import type { ChannelState } from './channel-state.ts';

/** Failures in a row of a segment after which its lines count as missing, and segments that fail one by one before others wait, too. */
const PATIENCE = 3;

/** How many segments are remembered to have failed. */
const FAILED_SEGMENTS = 1_024;

/** How many segments are remembered to need more than one answer. */
const SHORT_SEGMENTS = 1_024;

interface Flight {
  readonly request: HistoryRequest;
  readonly segment: number;
  /** The line it was made for. */
  readonly hole: number;
}

/** Requests for a segment that failed, one by one. */
interface Failure {
  count: number;
  /** No request for it before this moment. */
  notBefore: number;
}

/** Fetches the lines of one log that are looked at and not held: aligned ranges, each at most once at a time. */
export class Backfill {
  readonly #topic: ChannelState;
  /** Lines a view may have waiting before more is fetched for it, bytes: it would only push out what it did not take yet. */
  readonly #ahead: number;
  /** Requests under way: segment by request. */
  readonly #flying = new Map<number, Flight>();
  /** Segments with more text than one answer may hold. */
  readonly #short = new Set<number>();
  /** Lines that came lately, by the line they were asked for, and when. */
  readonly #came = new Map<number, number>();
  /** Segments that failed: each waits by itself, so that one the server cannot read keeps no other from coming. */
  readonly #failed = new Map<number, Failure>();
  /** Those that failed since the last request that did not. */
  readonly #since = new Set<number>();
  /** What failed last was an answer without the lines asked for, rather than no answer. */
  absent = false;
  /** No request for a segment that did not fail yet before this moment. */
  #notBefore = -Infinity;

  constructor(topic: ChannelState, ahead: number) {
    this.#topic = topic;
    this.#ahead = ahead;
  }

  get busy(): boolean {
    return this.#flying.size > 0;
  }

  due({ now }: Now): number {
    const waits = [this.#notBefore, ...[...this.#failed.values()].map(({ notBefore }) => notBefore)].filter((moment) => moment > now);
    return earliest(...waits, earliest(...this.#came.values()) + TIMING.again);
  }

  /** Requests to make now, at most `slots`; each has to be answered by `settle`. */
  plan(slots: number, nextId: () => number, { now }: Now): HistoryRequest[] {
    const topic = this.#topic;
    const requests: HistoryRequest[] = [];
    for (const [hole, came] of this.#came) if (now >= came + TIMING.again) this.#came.delete(hole);
    if (topic.epoch === '' || topic.refusal?.state === 'denied') return requests;
    for (const view of topic.active()) {
      const wanted = view.wanted(topic);
      let checked = false;
      for (const { from, to } of wanted) {
        for (let at = from; at <= to;) {
          if (requests.length >= slots) return requests;
          const [hole] = topic.lines.missing(at, to, 1);
          if (hole === undefined) break;
          if (!checked && this.#waiting(wanted)) break;
          checked = true;
          const segment = segmentOf(hole.from);
          at = (segment + 1) * SEGMENT_LINES + 1;
          if (this.#under(segment) || this.#came.has(hole.from) || this.#waits(segment, now)) continue;
          requests.push(this.#request(segment, hole.from, nextId()));
        }
      }
    }
    return requests;
  }

  /** Takes an answer in. Returns the request that it answers; none when that was given up. */
  settle(id: number, result: HistoryResult, moment: Now): HistoryRequest | undefined {
    const flight = this.#flying.get(id);
    // An answer about an incarnation that is over was given up already.
    if (flight === undefined) return undefined;
    this.#flying.delete(id);
    switch (result.kind) {
      case 'lines':
        if (this.#insert(flight, result)) this.#came.set(flight.hole, moment.now);
        else this.#fail(flight, moment, true);
        break;
      case 'truncated':
        this.#topic.truncate(result.first);
        // A floor that does not explain the refusal would be asked below again at once.
        if (result.first <= flight.request.after + 1) this.#fail(flight, moment);
        break;
      case 'expired':
      case 'denied':
        // It is asked for again with another token, or not at all: no lines are missing for that.
        break;
      case 'epoch':
        this.#failAll(flight, moment);
        break;
      case 'failed':
        this.#fail(flight, moment);
        break;
    }
    return flight.request;
  }

  /** Wanted lines that could not be had although they were asked for several times; `barred`: that cannot be asked for. */
  missing(barred: boolean): readonly Range[] {
    if (!barred && this.#failed.size === 0) return NONE;
    const given = barred ? ALL : this.#given();
    const topic = this.#topic;
    const ranges = [...topic.active()]
      .flatMap((view) => view.wanted(topic))
      .flatMap((wanted) => given.flatMap(({ from, to }) => clip([wanted], from, to)))
      .flatMap(({ from, to }) => topic.lines.missing(from, to, 100));
    return normalize(ranges);
  }

  /** Does not wait any longer. */
  hurry(): void {
    this.#notBefore = -Infinity;
    for (const failure of this.#failed.values()) failure.notBefore = -Infinity;
  }

  /** The log began anew: gives up what is under way; returns it. */
  reset(): number[] {
    const ids = [...this.#flying.keys()];
    this.#flying.clear();
    this.#short.clear();
    this.#came.clear();
    this.#failed.clear();
    this.#since.clear();
    this.#notBefore = -Infinity;
    return ids;
  }

  #request(segment: number, hole: number, id: number): HistoryRequest {
    const { channel, signed, epoch, first } = this.#topic;
    const end = (segment + 1) * SEGMENT_LINES;
    // Aligned, so that caches can answer; the rest of a segment that takes several answers is asked for as it is needed.
    const start = this.#short.has(segment) ? hole : Math.max(first, segment * SEGMENT_LINES + 1);
    const request = { id, channel, topic: signed, epoch, after: start - 1, limit: end - start + 1 };
    this.#flying.set(id, { request, segment, hole });
    return request;
  }

  /** False when the line that it was made for did not come: asking again at once would go on for ever. */
  #insert({ request, segment, hole }: Flight, { lines, first, head, end }: HistoryResult & { readonly kind: 'lines' }): boolean {
    const topic = this.#topic;
    topic.grow(head);
    topic.end ??= end;
    topic.truncate(first);
    topic.lines.insert(request.after + 1, lines);
    const last = request.after + lines.length;
    const short = lines.length < request.limit && last < head && !this.#short.has(segment);
    if (short) this.#remember(segment);
    if (hole > last && hole >= topic.first && !short) return false;
    this.#failed.delete(segment);
    this.#since.clear();
    this.#notBefore = -Infinity;
    return true;
  }

  #under(segment: number): boolean {
    for (const flying of this.#flying.values()) if (flying.segment === segment) return true;
    return false;
  }

  /** Whether enough lines for this view are held that it did not take yet. */
  #waiting(wanted: readonly Range[]): boolean {
    let left = this.#ahead;
    for (const { from, to } of wanted) {
      left -= this.#topic.lines.cost(from, to, left);
      if (left <= 0) return true;
    }
    return false;
  }

  #remember(segment: number): void {
    if (this.#short.size >= SHORT_SEGMENTS) this.#short.clear();
    this.#short.add(segment);
  }

  /** The lines that are given up for now, whether anybody wants them or not. */
  #given(): readonly Range[] {
    // Of a server that fails whatever it is asked for, one failure says as much as many.
    const down = [...this.#since].some((segment) => this.#count(segment) >= PATIENCE);
    if (down && this.#since.size >= PATIENCE) return ALL;
    const segments = [...this.#failed].flatMap(([segment, { count }]) => (down || count >= PATIENCE ? [segment] : []));
    return segments.map((segment) => ({ from: segment * SEGMENT_LINES + 1, to: (segment + 1) * SEGMENT_LINES }));
  }

  /** Whether a segment is not asked for yet: it failed lately, or so many others did that it would as well. */
  #waits(segment: number, now: number): boolean {
    return now < Math.max(this.#notBefore, this.#failed.get(segment)?.notBefore ?? -Infinity);
  }

  #count(segment: number): number {
    return this.#failed.get(segment)?.count ?? 0;
  }

  #fail({ segment }: Flight, moment: Now, absent = false): void {
    this.absent = absent;
    const count = this.#count(segment);
    const notBefore = moment.now + backoff(count, moment.random);
    // Again behind the others: the first one is the oldest.
    this.#failed.delete(segment);
    this.#failed.set(segment, { count: count + 1, notBefore });
    this.#since.add(segment);
    for (const [oldest] of this.#failed) {
      if (this.#failed.size <= FAILED_SEGMENTS) break;
      this.#failed.delete(oldest);
      this.#since.delete(oldest);
    }
    if (this.#since.size >= PATIENCE) this.#notBefore = moment.now + backoff(this.#since.size - PATIENCE, moment.random);
  }

  /** What failed would fail for any segment. */
  #failAll(flight: Flight, moment: Now): void {
    this.#fail(flight, moment);
    this.#notBefore = Math.max(this.#notBefore, this.#failed.get(flight.segment)?.notBefore ?? -Infinity);
  }
}

const NONE: readonly Range[] = [];
const ALL: readonly Range[] = [{ from: 1, to: Infinity }];
