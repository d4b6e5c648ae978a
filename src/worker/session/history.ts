import type { Range } from '../api.ts';
import type { HistoryRequest, HistoryResult } from './events.ts';
import { normalize } from './ranges.ts';
import { backoff, earliest, PACE, type Moment } from './pacing.ts';
import { segmentOf, SEGMENT } from './sparse-log.ts';
import type { Topic } from './topic.ts';

/** Failures in a row after which the lines that are wanted count as missing. */
const PATIENCE = 3;

/** How many segments are remembered to need more than one answer. */
const SHORT_SEGMENTS = 1_024;

interface Flight {
  readonly request: HistoryRequest;
  readonly segment: number;
  /** The line it was made for. */
  readonly hole: number;
}

/** Fetches the lines of one log that are looked at and not held: aligned ranges, each at most once at a time. */
export class History {
  readonly #topic: Topic;
  /** Lines a view may have waiting before more is fetched for it, bytes: it would only push out what it did not take yet. */
  readonly #ahead: number;
  /** Requests under way: segment by request. */
  readonly #flying = new Map<number, Flight>();
  /** Segments with more text than one answer may hold. */
  readonly #short = new Set<number>();
  /** Lines that came lately, by the line they were asked for, and when. */
  readonly #came = new Map<number, number>();
  #failures = 0;
  /** What failed last was an answer without the lines asked for, rather than no answer. */
  absent = false;
  /** No request before this moment. */
  #notBefore = -Infinity;

  constructor(topic: Topic, ahead: number) {
    this.#topic = topic;
    this.#ahead = ahead;
  }

  get busy(): boolean {
    return this.#flying.size > 0;
  }

  due({ now }: Moment): number {
    if (this.#notBefore > now) return this.#notBefore;
    return earliest(...this.#came.values()) + PACE.again;
  }

  /** Requests to make now, at most `slots`; each has to be answered by `settle`. */
  plan(slots: number, nextId: () => number, { now }: Moment): HistoryRequest[] {
    const topic = this.#topic;
    const requests: HistoryRequest[] = [];
    for (const [hole, came] of this.#came) if (now >= came + PACE.again) this.#came.delete(hole);
    if (topic.epoch === '' || topic.refusal?.state === 'denied' || now < this.#notBefore) return requests;
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
          at = (segment + 1) * SEGMENT + 1;
          if (this.#under(segment) || this.#came.has(hole.from)) continue;
          requests.push(this.#request(segment, hole.from, nextId()));
        }
      }
    }
    return requests;
  }

  /** Takes an answer in. Returns the request that it answers; none when that was given up. */
  settle(id: number, result: HistoryResult, moment: Moment): HistoryRequest | undefined {
    const flight = this.#flying.get(id);
    // An answer about an incarnation that is over was given up already.
    if (flight === undefined) return undefined;
    this.#flying.delete(id);
    switch (result.kind) {
      case 'lines':
        if (this.#insert(flight, result)) this.#came.set(flight.hole, moment.now);
        else this.#fail(moment, true);
        break;
      case 'truncated':
        this.#topic.truncate(result.first);
        // A floor that does not explain the refusal would be asked below again at once.
        if (result.first <= flight.request.after + 1) this.#fail(moment);
        break;
      case 'expired':
      case 'denied':
        // It is asked for again with another token, or not at all: no lines are missing for that.
        break;
      case 'epoch':
      case 'failed':
        this.#fail(moment);
        break;
    }
    return flight.request;
  }

  /** Wanted lines that could not be had although they were asked for several times; `barred`: that cannot be asked for. */
  missing(barred: boolean): readonly Range[] {
    if (!barred && this.#failures < PATIENCE) return NONE;
    const topic = this.#topic;
    const ranges = [...topic.active()].flatMap((view) => view.wanted(topic)).flatMap(({ from, to }) => topic.lines.missing(from, to, 100));
    return normalize(ranges);
  }

  /** Does not wait any longer. */
  hurry(): void {
    this.#notBefore = -Infinity;
  }

  /** The log began anew: gives up what is under way; returns it. */
  reset(): number[] {
    const ids = [...this.#flying.keys()];
    this.#flying.clear();
    this.#short.clear();
    this.#came.clear();
    this.#failures = 0;
    this.#notBefore = -Infinity;
    return ids;
  }

  #request(segment: number, hole: number, id: number): HistoryRequest {
    const { channel, signed, epoch, first } = this.#topic;
    const end = (segment + 1) * SEGMENT;
    // Aligned, so that caches can answer; the rest of a segment that takes several answers is asked for as it is needed.
    const start = this.#short.has(segment) ? hole : Math.max(first, segment * SEGMENT + 1);
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
    this.#failures = 0;
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

  #fail({ now, random }: Moment, absent = false): void {
    this.absent = absent;
    this.#notBefore = now + backoff(this.#failures, random);
    this.#failures += 1;
  }
}

const NONE: readonly Range[] = [];
