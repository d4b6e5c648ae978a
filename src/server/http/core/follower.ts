import { LIMITS } from '../../../protocol/limits.ts';
import type { Line } from '../../../protocol/line.ts';
import type { LogStore } from '../../store.ts';
import type { EncodedLines, FollowedLog } from '../../live/followed-log.ts';

/** What comes next for a follower. */
export type FollowStep =
  /** Lines behind the cursor, which has moved behind them; encoded, where they come from the ring. */
  | { readonly kind: 'lines'; readonly from: number; readonly lines: readonly Line[]; readonly chunk: EncodedLines | undefined }
  /** Nothing at the moment: the cursor is at the head. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'ended'; readonly code: number }
  /** The log was removed, or is another one now. */
  | { readonly kind: 'replaced' }
  /** Retention took the next line. */
  | { readonly kind: 'truncated' }
  /** Only with `live`: the ring has moved on, and the distance is more than what is replayed. */
  | { readonly kind: 'behind' };

export interface FollowOptions {
  /** Most lines to take. */
  readonly limit?: number;
  /** Whether the follower was at the head already: it then does not pull long distances out of the store. */
  readonly live?: boolean;
}

/** A cursor in one log: all that is kept per reader. It takes shared chunks from the ring, and pages from the store. */
export class Follower {
  readonly #store: LogStore;
  readonly #topic: FollowedLog;
  #epoch: string;
  #after: number;

  /** `epoch` is empty for a log without a line; the first one it gets is then adopted. */
  constructor(store: LogStore, topic: FollowedLog, epoch: string, after: number) {
    this.#store = store;
    this.#topic = topic;
    this.#epoch = epoch;
    this.#after = after;
  }

  get epoch(): string {
    return this.#epoch;
  }

  /** Number of the last line taken. */
  get after(): number {
    return this.#after;
  }

  moveTo(epoch: string, after: number): void {
    this.#epoch = epoch;
    this.#after = after;
  }

  /** Rejects with StoreUnavailableError. */
  async next({ limit = LIMITS.pageLines, live = false }: FollowOptions = {}): Promise<FollowStep> {
    for (;;) {
      const { tail } = this.#topic;
      if (this.#epoch === '') this.#epoch = tail.epoch;
      if (this.#epoch !== tail.epoch) return { kind: 'replaced' };
      if (this.#after >= tail.head) return tail.end === undefined ? { kind: 'idle' } : { kind: 'ended', code: tail.end };
      if (this.#after + 1 < tail.first) return { kind: 'truncated' };
      const step = this.#fromRing(limit) ?? (live ? await this.#fromBacklog(limit) : await this.#fromStore(limit));
      if (step !== undefined) return step;
      // The store knows of something that the topic has not heard yet.
      await this.#topic.refresh();
    }
  }

  #fromRing(limit: number): FollowStep | undefined {
    const chunk = this.#topic.linesAfter(this.#after);
    return chunk?.epoch === this.#epoch ? this.#take(chunk, limit) : undefined;
  }

  async #fromBacklog(limit: number): Promise<FollowStep | undefined> {
    const chunks = await this.#topic.backlog(this.#after);
    const [first] = chunks ?? [];
    if (first?.epoch === this.#epoch) return this.#take(first, limit);
    return this.#topic.tail.epoch === this.#epoch ? { kind: 'behind' } : undefined;
  }

  async #fromStore(limit: number): Promise<FollowStep | undefined> {
    const { tail, lines } = await this.#store.read(this.#topic.channel, { after: this.#after, limit, bytes: LIMITS.pageBytes });
    if (tail.epoch !== this.#epoch || lines.length === 0) return undefined;
    return this.#advance(lines, undefined);
  }

  #take(chunk: EncodedLines, limit: number): FollowStep {
    if (chunk.from === this.#after + 1 && chunk.lines.length <= limit) return this.#advance(chunk.lines, chunk);
    const skip = this.#after + 1 - chunk.from;
    return this.#advance(chunk.lines.slice(skip, skip + limit), undefined);
  }

  #advance(lines: readonly Line[], chunk: EncodedLines | undefined): FollowStep {
    const from = this.#after + 1;
    this.#after += lines.length;
    return { kind: 'lines', from, lines, chunk };
  }
}
