import { LIMITS } from '../../../protocol/limits.ts';
import type { Line } from '../../../protocol/line.ts';
import type { LogStore } from '../../store.ts';
import type { EncodedLines, FollowedLog } from '../../live/followed-log.ts';
import type { LineFilter } from './line-filter.ts';

/** The next step of a follower. */
export type FollowStep =
  /** The lines after the cursor, which has moved past them; `encoded` where they come from the ring. */
  | { readonly kind: 'lines'; readonly from: number; readonly lines: readonly Line[]; readonly encoded: EncodedLines | undefined }
  /** The cursor is at the head. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'ended'; readonly code: number }
  /** The log was removed or replaced. */
  | { readonly kind: 'replaced' }
  /** The next line is no longer kept. */
  | { readonly kind: 'truncated' }
  /** Only with `live`: the ring no longer holds the next line, and the head is too far for a replay. */
  | { readonly kind: 'lagging' };

export interface FollowerOptions {
  /** The most lines to read. */
  readonly limit?: number;
  /** The follower has been at the head: do not read long distances from the store. */
  readonly live?: boolean;
}

/** A cursor in one log, all that is kept per reader. It reads shared encoded lines from the ring, and pages from the store. */
export class Follower {
  readonly #store: LogStore;
  readonly #log: FollowedLog;
  #epoch: string;
  #after: number;

  /** `epoch` is empty for a log without a line; its first epoch is then adopted. */
  constructor(store: LogStore, log: FollowedLog, epoch: string, after: number) {
    this.#store = store;
    this.#log = log;
    this.#epoch = epoch;
    this.#after = after;
  }

  get epoch(): string {
    return this.#epoch;
  }

  /** Number of the last line read. */
  get after(): number {
    return this.#after;
  }

  moveTo(epoch: string, after: number): void {
    this.#epoch = epoch;
    this.#after = after;
  }

  /** Moves past lines that a filter need not look at. Rejects with StoreUnavailableError. */
  async skip(filter: LineFilter | undefined): Promise<void> {
    if (filter === undefined) return;
    const at = await filter.skip(this.#epoch, this.#after, this.#log.tail.head);
    this.#after = Math.max(this.#after, at);
  }

  /** Rejects with StoreUnavailableError. */
  async next({ limit = LIMITS.pageLines, live = false }: FollowerOptions = {}): Promise<FollowStep> {
    for (;;) {
      const { tail } = this.#log;
      if (this.#epoch === '') this.#epoch = tail.epoch;
      if (this.#epoch !== tail.epoch) return { kind: 'replaced' };
      if (this.#after >= tail.head) return tail.end === undefined ? { kind: 'idle' } : { kind: 'ended', code: tail.end };
      if (this.#after + 1 < tail.first) return { kind: 'truncated' };
      const step = this.#fromRing(limit) ?? (live ? await this.#fromBacklog(limit) : await this.#fromStore(limit));
      if (step !== undefined) return step;
      // The store has changes whose events have not arrived.
      await this.#log.refresh();
    }
  }

  #fromRing(limit: number): FollowStep | undefined {
    const encoded = this.#log.linesAfter(this.#after);
    return encoded?.epoch === this.#epoch ? this.#read(encoded, limit) : undefined;
  }

  async #fromBacklog(limit: number): Promise<FollowStep | undefined> {
    const [first] = (await this.#log.backlog(this.#after)) ?? [];
    if (first?.epoch === this.#epoch) return this.#read(first, limit);
    return this.#log.tail.epoch === this.#epoch ? { kind: 'lagging' } : undefined;
  }

  async #fromStore(limit: number): Promise<FollowStep | undefined> {
    const { tail, lines } = await this.#store.read(this.#log.channel, { after: this.#after, limit, bytes: LIMITS.pageBytes });
    if (tail.epoch !== this.#epoch || lines.length === 0) return undefined;
    return this.#advance(lines, undefined);
  }

  #read(encoded: EncodedLines, limit: number): FollowStep {
    if (encoded.from === this.#after + 1 && encoded.lines.length <= limit) return this.#advance(encoded.lines, encoded);
    const skip = this.#after + 1 - encoded.from;
    return this.#advance(encoded.lines.slice(skip, skip + limit), undefined);
  }

  #advance(lines: readonly Line[], encoded: EncodedLines | undefined): FollowStep {
    const from = this.#after + 1;
    this.#after += lines.length;
    return { kind: 'lines', from, lines, encoded };
  }
}
