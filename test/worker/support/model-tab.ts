import type { LogStatus, Range, LineRun } from '../../../src/worker/api.ts';
import type { SessionEvent } from '../../../src/worker/session/events.ts';

/** How far `lines()` of a tab reads ahead. */
const AHEAD = 2_000;

/** States in which a log without a line is known to have none. */
const KNOWN: ReadonlySet<string> = new Set(['catching-up', 'live', 'ended']);

type ViewEvent = Extract<SessionEvent, { readonly type: 'request' | 'closeView' }>;

/** A tab with one log that checks everything it receives. It outlives workers and the back/forward cache. */
export class ModelTab {
  readonly channel: string;
  /** The topic it was opened with, or received since. */
  topic: string;
  /** Its page follows the log with a forged topic. */
  lies = false;
  /** It had a good topic, now or before. */
  wasHonest = false;
  /** Whether `lines()` follows the log, or reads what there is in ranges. */
  readsLive = true;
  /** `lines()`: the line that is next. */
  next = 1;
  epoch = '';
  /** Lines of the epoch that the view holds. */
  readonly held = new Set<number>();

  constructor(channel: string, topic: string) {
    this.channel = channel;
    this.topic = topic;
  }

  /** Its page follows the log with this topic from now on. */
  use(topic: string, how: 'good' | 'forged'): void {
    this.topic = topic;
    this.lies = how === 'forged';
    this.wasHonest ||= !this.lies;
  }

  /** The lines to read ahead that `lines()` does not have yet. */
  get unread(): Range[] {
    const ranges: Range[] = [];
    for (let from = this.next, offset = this.next; offset <= this.next + AHEAD; offset += 1) {
      if (offset < this.next + AHEAD && !this.held.has(offset)) continue;
      if (from < offset) ranges.push({ from, to: offset - 1 });
      from = offset + 1;
    }
    return ranges;
  }

  /** What its views ask for: view 1 follows the tail, view 2 reads every line as it comes, or view 3 in ranges. */
  requests(log: number, want: readonly Range[], tail: number): ViewEvent[] {
    const { epoch, unread, readsLive } = this;
    const [view, other] = readsLive ? [2, 3] : [3, 2];
    const following = { want, tail, pull: false, epoch, delivered: [], liveLines: 100 };
    const reading = { want: unread, tail: 0, pull: true, epoch, delivered: [], liveLines: readsLive ? Infinity : 0 };
    return [
      { type: 'request', log, view: 1, request: following },
      { type: 'closeView', log, view: other },
      { type: 'request', log, view, request: reading },
    ];
  }

  /** Applies a batch of a session. */
  take({ epoch, first, state }: LogStatus, runs: readonly LineRun[]): void {
    // A session that has just begun knows less than the tab.
    if (epoch === '' && !KNOWN.has(state) && runs.length === 0) return;
    if (epoch !== this.epoch) {
      // Everything it holds is of a log that is no more.
      this.held.clear();
      this.epoch = epoch;
      this.next = 1;
    }
    for (const { from, lines } of runs) {
      for (const [index, [, text]] of lines.entries()) {
        if (text !== `${epoch}:${from + index}`) throw new Error(`Line ${from + index} of ${epoch} was said to be ${text}.`);
        this.held.add(from + index);
      }
    }
    this.next = Math.max(this.next, first);
    while (this.held.has(this.next)) this.next += 1;
  }
}
