import { LIMITS } from '../../protocol/limits.ts';
import type { Line } from '../../protocol/line.ts';
import { encodeBatches, isReplayable } from './encoded-lines.ts';
import { MAX_WRITERS, UnfinishedLines } from './unfinished-lines.ts';
import type { RingBudget } from './ring-budget.ts';
import { Ring } from './ring.ts';
import { SmallSet } from '../util/small-set.ts';
import { NO_LOG, type LogStore, type LogTail, type News } from '../store.ts';
import type { EncodedLines, FollowedLog } from './followed-log.ts';

/** What a topic needs of its hub. */
export interface LiveLogHost {
  readonly store: LogStore;
  readonly ringBytes: number;
  readonly budget: RingBudget;
  /** Calls `topic.notify()` soon, once. */
  changed(topic: LiveLog): void;
  /** Calls `topic.refresh()` again later. */
  failed(topic: LiveLog, error: unknown): void;
}

/** A log as the hub follows it in the store. The ring is empty or reaches the head, of this incarnation alone. */
export class LiveLog implements FollowedLog {
  readonly channel: string;
  readonly #host: LiveLogHost;
  /** Made with the first line that a follower may want: most logs are idle, and there may be very many. */
  #ring: Ring | undefined;
  readonly #listeners = new SmallSet<() => void>();
  #parts: UnfinishedLines | undefined;
  /** Parts that came while lines that were written before them are being read: newest of each writer, by its last change. */
  readonly #parked = new Map<string, Line | null>();
  #tail: LogTail = NO_LOG;
  /** Lines behind the ring up to the head, encoded together when somebody looks. */
  #fresh: Line[] = [];
  /** Whether the store was asked at least once. */
  #known = false;
  /** Counts what changed the tail, so that an answer can tell whether it was overtaken. */
  #changes = 0;
  #refreshing: Promise<LogTail> | undefined;
  #refreshingNext: Promise<LogTail> | undefined;
  #loading: Promise<unknown> | undefined;
  #used = true;
  #isClosed = false;
  /** The head that the delay was told of last. */
  #toldHead = 0;

  constructor(channel: string, host: LiveLogHost) {
    this.channel = channel;
    this.#host = host;
  }

  get tail(): LogTail {
    return this.#tail;
  }

  get part(): Line | null {
    return this.#parts?.current ?? null;
  }

  get partVersion(): number {
    return this.#parts?.version ?? 0;
  }

  linesAfter(after: number): EncodedLines | undefined {
    this.#encodeFresh();
    this.#used = true;
    return this.#ring?.chunkAfter(after);
  }

  subscribe(listener: () => void): () => void {
    this.listen(listener);
    return () => this.unlisten(listener);
  }

  listen(listener: () => void): void {
    this.#listeners.add(listener);
  }

  unlisten(listener: () => void): void {
    this.#listeners.delete(listener);
  }

  /** Tells the followers; called by the hub. */
  notify(): void {
    this.#encodeFresh();
    for (const listener of this.#listeners.members()) if (this.#listeners.has(listener)) listener();
  }

  /** How long ago the newest line was written, ms; undefined when it is none that is new since the last call. */
  takeDelay(now: number): number | undefined {
    const { head, time } = this.#tail;
    const isNew = head > this.#toldHead && this.#fresh.length > 0;
    this.#toldHead = head;
    // Another machine may have written it, whose clock is ahead.
    return isNew ? Math.max(0, now - time) : undefined;
  }

  /** Called by the hub now and then: what no follower took since the last time is dropped. */
  rest(): void {
    if (!this.#used && this.#fresh.length === 0) this.#dropRing();
    this.#used = false;
  }

  /** Called by the hub when nobody follows any more. Whoever still reads does so at its own cost. */
  close(): void {
    this.#isClosed = true;
    this.#dropRing();
    this.#fresh = [];
  }

  /** Takes in what the store says. */
  take(news: News): void {
    switch (news.kind) {
      case 'wake':
        this.#refreshSoon();
        return;
      case 'part':
        if (this.#refreshing === undefined) this.#takePart(news.writer, news.line);
        else this.#park(news.writer, news.line);
        return;
      case 'lines':
        if (!this.#takeLines(news.tail, news.tail.head - news.lines.length, news.lines)) this.#refreshSoon();
    }
  }

  /** Takes in a tail of this log that somebody got from the store just now, such as behind a trim. */
  observe(tail: LogTail): void {
    if (!this.#isSame(tail) || tail.head > this.#tail.head || (tail.end !== undefined && this.#tail.end === undefined)) this.#refreshSoon();
    else this.#raiseFloor(tail.first);
  }

  refresh(): Promise<LogTail> {
    if (this.#refreshing === undefined) return this.#startRefresh();
    // The read under way may have begun before what the caller knows of: one more follows it, for all who ask meanwhile.
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
    // One reads, and those who want about the same find it in the ring.
    while (this.#loading !== undefined) await this.#loading;
    if (this.#tail.epoch !== epoch || this.#tail.head - after > LIMITS.replayLines) return undefined;
    if (this.#tail.head <= after) return [];
    this.#encodeFresh();
    this.#used = true;
    const held = this.#ring?.chunksAfter(after) ?? [];
    if (held.length > 0) return isReplayable(held, after) ? held : undefined;
    const loading = this.#load(epoch, after);
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
    // Another incarnation, or lines were written and removed again that nobody told us of yet.
    if (tail.epoch !== epoch || tail.first > this.#tail.head + 1) {
      await this.refresh();
      return undefined;
    }
    if (this.#tail.epoch !== epoch) return undefined;
    this.#raiseFloor(tail.first);
    if (lines.length < until - after) return undefined;
    const older = encodeBatches(this.channel, epoch, after + 1, lines);
    this.#encodeFresh();
    // The ring may have moved on meanwhile, so that it no longer joins what was read.
    const newer = this.#ring?.chunksAfter(until) ?? [];
    if (newer.length === 0 && this.#tail.head > until) return undefined;
    this.#makeRing().prepend(older);
    const chunks = [...older, ...newer];
    return isReplayable(chunks, after) ? chunks : undefined;
  }

  #takePart(writer: string, line: Line | null): void {
    this.#parts ??= new UnfinishedLines();
    if (this.#parts.set(writer, line)) this.#host.changed(this);
  }

  /** A line that is taken back, or followed by another one, would disappear until it is read. */
  #park(writer: string, line: Line | null): void {
    this.#parked.delete(writer);
    this.#parked.set(writer, line);
    if (this.#parked.size > MAX_WRITERS) this.#unpark();
  }

  #unpark(): void {
    if (this.#tail.end === undefined) for (const [writer, line] of this.#parked) this.#takePart(writer, line);
    this.#parked.clear();
  }

  #startRefresh(): Promise<LogTail> {
    this.#refreshing = this.#catchUp().finally(() => {
      this.#refreshing = undefined;
      if (this.#refreshingNext === undefined) this.#unpark();
    });
    return this.#refreshing;
  }

  #refreshSoon(): void {
    this.refresh().catch((error: unknown) => this.#host.failed(this, error));
  }

  /** Reads what the store has behind our head, as much as the ring could hold; beyond that only the tail is taken over. */
  async #catchUp(): Promise<LogTail> {
    let read = 0;
    for (;;) {
      const changes = this.#changes;
      const after = this.#tail.head;
      const worthReading = this.#known && this.#listeners.size > 0 && read < this.#host.ringBytes;
      const { tail, lines } = worthReading
        ? await this.#host.store.read(this.channel, { after, limit: LIMITS.pageLines, bytes: LIMITS.pageBytes })
        : { tail: await this.#host.store.tail(this.channel), lines: [] };
      if (
        lines.length > 0 &&
        this.#takeLines({ ...tail, head: after + lines.length, end: endAt(tail, after + lines.length) }, after, lines)
      ) {
        read += lines.reduce((sum, line) => sum + line[1].length, 0);
        if (this.#tail.head >= tail.head) return this.#tail;
        continue;
      }
      if (this.#adopt(tail, changes)) return this.#tail;
    }
  }

  /** Takes over a tail that was read; false when it was overtaken and cannot be ordered with what came meanwhile. */
  #adopt(tail: LogTail, changes: number): boolean {
    if (this.#changes !== changes) {
      if (!this.#isSame(tail)) return false;
      // What came meanwhile is as new or newer, unless it was about less.
      if (tail.head <= this.#tail.head) return true;
    }
    if (!this.#known || !this.#isSame(tail) || tail.head !== this.#tail.head) {
      this.#fresh = [];
      this.#dropRing();
      if (!this.#isSame(tail)) this.#parts?.clear();
    }
    this.#known = true;
    this.#setTail(tail);
    return true;
  }

  /** Takes in lines behind number `after`, where they join ours; false where they do not. */
  #takeLines(tail: LogTail, after: number, lines: readonly Line[]): boolean {
    if (!this.#known || after > this.#tail.head) return false;
    const isFirst = after === 0 && this.#tail.epoch === '' && this.#tail.end === undefined;
    if (!isFirst && !this.#isSame(tail)) return false;
    if (tail.head < this.#tail.head) return true;
    // Keeps what waits to be encoded within the bounds of one chunk.
    if (this.#fresh.length + lines.length > LIMITS.replayLines) this.#encodeFresh();
    for (const line of lines.slice(this.#tail.head - after)) this.#fresh.push(line);
    this.#setTail({ ...tail, first: Math.max(tail.first, this.#tail.first) });
    return true;
  }

  /** Whether this is a later state of the same incarnation. An end is never undone, so that one without lines tells too. */
  #isSame(tail: LogTail): boolean {
    return tail.epoch === this.#tail.epoch && (this.#tail.end === undefined || tail.end !== undefined);
  }

  #raiseFloor(first: number): void {
    if (first > this.#tail.first) this.#setTail({ ...this.#tail, first });
  }

  #setTail(tail: LogTail): void {
    this.#changes += 1;
    if (tail.end !== undefined && this.#tail.end === undefined) this.#parts?.clear();
    this.#tail = tail;
    this.#ring?.dropBelow(tail.first);
    this.#host.changed(this);
  }

  #encodeFresh(): void {
    if (this.#fresh.length === 0) return;
    const lines = this.#fresh;
    this.#fresh = [];
    const ring = this.#makeRing();
    for (const chunk of encodeBatches(this.channel, this.#tail.epoch, this.#tail.head - lines.length + 1, lines)) ring.append(chunk);
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

/** A tail holds only for its own head: lines before it do not end the log. */
function endAt(tail: LogTail, head: number): number | undefined {
  return head === tail.head ? tail.end : undefined;
}
