import { LIMITS } from '../../protocol/limits.ts';
import type { Line } from '../../protocol/line.ts';
import { encodeBatches, encodeLines, isReplayable } from './encoded-lines.ts';
import type { FrameCache } from './frame-cache.ts';
import { countNewest, readNewest } from './newest-lines.ts';
import { MAX_WRITERS, UnfinishedLines } from './unfinished-lines.ts';
import type { RingBudget } from './ring-budget.ts';
import { Ring } from './ring.ts';
import { SmallSet } from '../util/small-set.ts';
import { NO_LOG, type LogStore, type LogTail, type LogEvent } from '../store.ts';
import type { EncodedLines, FollowedLog, LinesFrame, LogListener, NewestLines } from './followed-log.ts';

/** The parts of the hub that a live log uses. */
export interface LiveLogHost {
  readonly store: LogStore;
  readonly ringBytes: number;
  readonly budget: RingBudget;
  readonly frames: FrameCache;
  /** Calls `log.notify()` soon, once. */
  changed(log: LiveLog): void;
  /** Calls `log.refresh()` again later. */
  failed(log: LiveLog, error: unknown): void;
}

/**
 * A log that is followed in this process. Events of the store keep it up to date; where one was missed or does not fit, the
 * log is read again. The ring is empty or reaches the head, and holds lines of one epoch.
 *
 *                      an event does not join                   the tail was adopted
 *     up to date ─────────────────────────────────▶ refreshing ─────────────────────▶ up to date
 *                                                     ▲    │
 *                                                     └────┘ asked again meanwhile: one more read follows
 *
 * It begins with a refresh, before which nothing is known (`#isLoaded`). `close()` drops the ring for good.
 */
export class LiveLog implements FollowedLog {
  readonly channel: string;
  readonly #host: LiveLogHost;
  /** Created with the first line that a follower may want: there may be very many logs, most of them idle. */
  #ring: Ring | undefined;
  readonly #listeners = new SmallSet<LogListener>();
  #unfinished: UnfinishedLines | undefined;
  /** Parts that arrived while the lines written before them are being read: the newest of each writer, by last change. */
  readonly #deferredParts = new Map<string, Line | null>();
  #tail: LogTail = NO_LOG;
  /** Lines after the ring up to the head, encoded together when they are first needed. */
  #unencoded: Line[] = [];
  /** Whether the tail was read at least once. */
  #isLoaded = false;
  /** Counts changes of the tail, which tells whether one happened during a read. */
  #changes = 0;
  #refreshing: Promise<LogTail> | undefined;
  #refreshingNext: Promise<LogTail> | undefined;
  #loading: Promise<unknown> | undefined;
  #wasRead = true;
  #isClosed = false;
  /** The head when the delay was measured last. */
  #measuredHead = 0;

  constructor(channel: string, host: LiveLogHost) {
    this.channel = channel;
    this.#host = host;
  }

  get tail(): LogTail {
    return this.#tail;
  }

  get part(): Line | null {
    return this.#unfinished?.current ?? null;
  }

  get partVersion(): number {
    return this.#unfinished?.version ?? 0;
  }

  linesAfter(after: number): EncodedLines | undefined {
    this.#encode();
    this.#wasRead = true;
    return this.#ring?.entryAfter(after);
  }

  newestAfter(after: number, limit: number): number | undefined {
    const { head, first } = this.#tail;
    // The ring may still hold lines that retention removed.
    const floor = Math.max(after, first - 1);
    if (floor >= head) return head;
    this.#encode();
    this.#wasRead = true;
    const { from } = this.#ring ?? {};
    if (this.#ring === undefined || from === undefined) return undefined;
    const start = this.#ring.newestAfter(floor, limit);
    // Older lines may fit as well, if there are any.
    const isAll = start === from - 1 && start > floor && head - start < limit;
    return isAll ? undefined : start;
  }

  frameAfter(after: number): LinesFrame {
    this.#encode();
    this.#wasRead = true;
    const entries = this.#ring?.entriesAfter(after) ?? [];
    const [single] = entries;
    if (single === undefined) throw new RangeError(`The ring does not hold line ${after + 1} of ${this.channel}.`);
    if (entries.length === 1 && single.from === after + 1) return single;
    const { channel } = this;
    const { epoch, head } = this.#tail;
    return this.#host.frames.get({ channel, epoch, from: after + 1, to: head }, () => {
      const lines = entries.flatMap((entry) => entry.lines).slice(after + 1 - single.from);
      // Without the lines, which the ring drops sooner.
      const { from, to, wire } = encodeLines(channel, epoch, after + 1, lines);
      return { from, to, epoch, wire };
    });
  }

  async newest(after: number, limit: number): Promise<NewestLines | undefined> {
    const { epoch } = this.#tail;
    // One caller reads at a time; the others most likely find its lines in the ring.
    while (this.#loading !== undefined) await this.#loading;
    if (this.#tail.epoch !== epoch) return undefined;
    const start = this.newestAfter(after, limit);
    if (start !== undefined) return { after: start, frame: start < this.#tail.head ? this.frameAfter(start) : undefined };
    return this.#whileLoading(this.#loadNewest(epoch, after, limit));
  }

  subscribe(listener: () => void): () => void {
    const member = { logChanged: listener };
    this.listen(member);
    return () => this.unlisten(member);
  }

  listen(listener: LogListener): void {
    this.#listeners.add(listener);
  }

  unlisten(listener: LogListener): void {
    this.#listeners.delete(listener);
  }

  /** Notifies the followers; called by the hub. */
  notify(): void {
    this.#encode();
    for (const listener of this.#listeners.members()) if (this.#listeners.has(listener)) listener.logChanged();
  }

  /** How long ago the newest line was written, ms; undefined when there is no new one since the last call. */
  nextDelay(now: number): number | undefined {
    const { head, time } = this.#tail;
    const isNew = head > this.#measuredHead && this.#unencoded.length > 0;
    this.#measuredHead = head;
    // The clock of the machine that wrote it may be ahead.
    return isNew ? Math.max(0, now - time) : undefined;
  }

  /** Drops the ring if no follower has read since the last call; called by the hub from time to time. */
  dropUnused(): void {
    if (!this.#wasRead && this.#unencoded.length === 0) this.#dropRing();
    this.#wasRead = false;
  }

  /** Called by the hub when the last follower has left. */
  close(): void {
    this.#isClosed = true;
    this.#dropRing();
    this.#unencoded = [];
  }

  /** Applies an event of the store. */
  apply(event: LogEvent): void {
    switch (event.kind) {
      case 'changed':
        this.#refreshSoon();
        return;
      case 'part':
        if (this.#refreshing === undefined) this.#applyPart(event.writer, event.line);
        else this.#deferPart(event.writer, event.line);
        return;
      case 'lines':
        if (!this.#applyLines(event.tail, event.tail.head - event.lines.length, event.lines)) this.#refreshSoon();
    }
  }

  /** Applies a tail that was read from the store for another reason, such as a trim. */
  observe(tail: LogTail): void {
    if (!this.#isSameLog(tail) || tail.head > this.#tail.head || (tail.end !== undefined && this.#tail.end === undefined))
      this.#refreshSoon();
    else this.#raiseFirst(tail.first);
  }

  refresh(): Promise<LogTail> {
    if (this.#refreshing === undefined) return this.#startRefresh();
    // The read under way may have begun before the change the caller knows of: one more follows, for all callers meanwhile.
    this.#refreshingNext ??= this.#refreshing
      .catch(() => undefined)
      .then(() => {
        this.#refreshingNext = undefined;
        return this.#startRefresh();
      });
    return this.#refreshingNext;
  }

  async backlog(after: number): Promise<readonly EncodedLines[] | undefined> {
    const { epoch } = this.#tail;
    // One caller reads at a time; the others most likely find its lines in the ring.
    while (this.#loading !== undefined) await this.#loading;
    if (this.#tail.epoch !== epoch || this.#tail.head - after > LIMITS.replayLines) return undefined;
    if (this.#tail.head <= after) return [];
    this.#encode();
    this.#wasRead = true;
    const held = this.#ring?.entriesAfter(after) ?? [];
    if (held.length > 0) return isReplayable(held, after) ? held : undefined;
    return this.#whileLoading(this.#load(epoch, after));
  }

  async #whileLoading<T>(loading: Promise<T>): Promise<T> {
    this.#loading = loading.catch(() => undefined);
    try {
      return await loading;
    } finally {
      this.#loading = undefined;
    }
  }

  async #load(epoch: string, after: number): Promise<readonly EncodedLines[] | undefined> {
    const until = (this.#ring?.from ?? this.#tail.head + 1) - 1;
    const { tail, lines } = await this.#host.store.read(this.channel, { after, limit: until - after, bytes: LIMITS.replayBytes });
    // The log was replaced, or lines were written and removed again whose events have not arrived.
    if (tail.epoch !== epoch || tail.first > this.#tail.head + 1) {
      await this.refresh();
      return undefined;
    }
    if (this.#tail.epoch !== epoch) return undefined;
    this.#raiseFirst(tail.first);
    if (lines.length < until - after) return undefined;
    const older = encodeBatches(this.channel, epoch, after + 1, lines);
    this.#encode();
    // The ring may have moved meanwhile, so that it no longer joins the lines that were read.
    const newer = this.#ring?.entriesAfter(until) ?? [];
    if (newer.length === 0 && this.#tail.head > until) return undefined;
    this.#makeRing().prepend(older);
    const backlog = [...older, ...newer];
    return isReplayable(backlog, after) ? backlog : undefined;
  }

  async #loadNewest(epoch: string, after: number, limit: number): Promise<NewestLines | undefined> {
    const until = (this.#ring?.from ?? this.#tail.head + 1) - 1;
    const from = Math.max(after, this.#tail.first - 1, this.#tail.head - limit);
    const { tail, lines } = await readNewest(this.#host.store, this.channel, { epoch, after: from, until });
    if (lines === undefined) {
      if (tail.epoch === epoch) this.#raiseFirst(tail.first);
      await this.refresh();
      return undefined;
    }
    if (this.#tail.epoch !== epoch) return undefined;
    this.#encode();
    const newer = this.#ring?.entriesAfter(until) ?? [];
    // The ring may have moved meanwhile, so that it no longer joins the lines that were read.
    if (newer.length === 0 && this.#tail.head > until) return undefined;
    if (lines.length > 0) this.#makeRing().prepend(encodeBatches(this.channel, epoch, until - lines.length + 1, lines));
    const all = [...lines, ...newer.flatMap((entry) => entry.lines)].slice(-limit);
    const newest = all.slice(all.length - countNewest(all));
    const start = this.#tail.head - newest.length;
    return { after: start, frame: newest.length === 0 ? undefined : encodeLines(this.channel, epoch, start + 1, newest) };
  }

  #applyPart(writer: string, line: Line | null): void {
    this.#unfinished ??= new UnfinishedLines();
    if (this.#unfinished.set(writer, line)) this.#host.changed(this);
  }

  /** During a refresh, a line that is finished would disappear until it was read: keep its part until then. */
  #deferPart(writer: string, line: Line | null): void {
    this.#deferredParts.delete(writer);
    this.#deferredParts.set(writer, line);
    if (this.#deferredParts.size > MAX_WRITERS) this.#applyDeferredParts();
  }

  #applyDeferredParts(): void {
    if (this.#tail.end === undefined) for (const [writer, line] of this.#deferredParts) this.#applyPart(writer, line);
    this.#deferredParts.clear();
  }

  #startRefresh(): Promise<LogTail> {
    this.#refreshing = this.#catchUp().finally(() => {
      this.#refreshing = undefined;
      if (this.#refreshingNext === undefined) this.#applyDeferredParts();
    });
    return this.#refreshing;
  }

  #refreshSoon(): void {
    this.refresh().catch((error: unknown) => this.#host.failed(this, error));
  }

  /** Reads the lines after the head, as many as the ring could hold; of more only the tail. */
  async #catchUp(): Promise<LogTail> {
    let read = 0;
    for (;;) {
      const changes = this.#changes;
      const after = this.#tail.head;
      const worthReading = this.#isLoaded && this.#listeners.size > 0 && read < this.#host.ringBytes;
      const { tail, lines } = worthReading
        ? await this.#host.store.read(this.channel, { after, limit: LIMITS.pageLines, bytes: LIMITS.pageBytes })
        : { tail: await this.#host.store.tail(this.channel), lines: [] };
      if (
        lines.length > 0 &&
        this.#applyLines({ ...tail, head: after + lines.length, end: endFor(tail, after + lines.length) }, after, lines)
      ) {
        read += lines.reduce((sum, line) => sum + line[1].length, 0);
        if (this.#tail.head >= tail.head) return this.#tail;
        continue;
      }
      if (this.#adopt(tail, changes)) return this.#tail;
    }
  }

  /** Adopts a tail that was read; false when changes happened meanwhile and their order is unknown. */
  #adopt(tail: LogTail, changes: number): boolean {
    if (this.#changes !== changes) {
      if (!this.#isSameLog(tail)) return false;
      // The state that arrived meanwhile is as new or newer, unless its head is lower.
      if (tail.head <= this.#tail.head) return true;
    }
    if (!this.#isLoaded || !this.#isSameLog(tail) || tail.head !== this.#tail.head) {
      this.#unencoded = [];
      this.#dropRing();
      if (!this.#isSameLog(tail)) this.#unfinished?.clear();
    }
    this.#isLoaded = true;
    this.#setTail(tail);
    return true;
  }

  /** Appends lines after number `after`; false when they do not join the head. */
  #applyLines(tail: LogTail, after: number, lines: readonly Line[]): boolean {
    if (!this.#isLoaded || after > this.#tail.head) return false;
    const isFirst = after === 0 && this.#tail.epoch === '' && this.#tail.end === undefined;
    if (!isFirst && !this.#isSameLog(tail)) return false;
    if (tail.head < this.#tail.head) return true;
    // Bounds the lines waiting to be encoded.
    if (this.#unencoded.length + lines.length > LIMITS.replayLines) this.#encode();
    for (const line of lines.slice(this.#tail.head - after)) this.#unencoded.push(line);
    this.#setTail({ ...tail, first: Math.max(tail.first, this.#tail.first) });
    return true;
  }

  /** Whether a tail is a later state of the same log. An end is never undone, which also tells logs without lines apart. */
  #isSameLog(tail: LogTail): boolean {
    return tail.epoch === this.#tail.epoch && (this.#tail.end === undefined || tail.end !== undefined);
  }

  #raiseFirst(read: number): void {
    // Lines past the head may have been written and removed before this process heard of them.
    const first = Math.min(read, this.#tail.head + 1);
    if (first > this.#tail.first) this.#setTail({ ...this.#tail, first });
  }

  #setTail(tail: LogTail): void {
    this.#changes += 1;
    if (tail.end !== undefined && this.#tail.end === undefined) this.#unfinished?.clear();
    this.#tail = tail;
    this.#ring?.dropBelow(tail.first);
    this.#host.changed(this);
  }

  #encode(): void {
    if (this.#unencoded.length === 0) return;
    const lines = this.#unencoded;
    this.#unencoded = [];
    const ring = this.#makeRing();
    for (const encoded of encodeBatches(this.channel, this.#tail.epoch, this.#tail.head - lines.length + 1, lines)) ring.append(encoded);
  }

  #makeRing(): Ring {
    this.#ring ??= new Ring(this.#host.ringBytes, this.#isClosed ? undefined : this.#host.budget);
    return this.#ring;
  }

  #dropRing(): void {
    this.#ring?.clear();
    this.#ring = undefined;
  }
}

/** The end of a log belongs to its last line: earlier lines do not end it. */
function endFor(tail: LogTail, head: number): number | undefined {
  return head === tail.head ? tail.end : undefined;
}
