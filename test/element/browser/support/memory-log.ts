import type { Line } from '../../../../src/protocol/line.ts';
import type {
  ClientOptions,
  ClientStats,
  Log,
  LogLine,
  LogStatus,
  LogStreamClient,
  OpenOptions,
  Range,
  LineRun,
  View,
  ViewUpdate,
} from '../../../../src/worker/api.ts';
import { CONNECTING } from '../../../../src/element/status/chip.ts';

/** The time of the first line of these logs, unix ms. */
export const START = Date.UTC(2026, 0, 2, 3, 4, 5);

/** A line made up on demand: its text is its number. */
export function numbered(line: number): Line {
  return [START + line * 10, `line ${line}`];
}

/**
 * A log in memory that behaves like the real one: requested lines are delivered once, at most one update a frame, and the
 * newest lines as they come. Lines are made on demand, so it may have millions.
 */
export class MemoryLog extends EventTarget implements Log {
  readonly channel = 'run:1';
  topic = '';
  status: LogStatus = CONNECTING;
  /** How often it was retried, and the topics it was renewed with. */
  retries = 0;
  readonly renewed: string[] = [];
  closed = false;
  /** The requests of views, in order. */
  readonly looks: { readonly want: readonly Range[]; readonly tail: number }[] = [];
  /** While true, requested lines do not arrive: the server is slow. */
  stalled = false;
  /** Lines that cannot be fetched for now: while a view requests them they are missing, and retried. */
  broken: Range | undefined;
  options: OpenOptions = {};
  readonly #made = new Map<number, Line>();
  readonly #make: (line: number) => Line;
  #views: MemoryView[] = [];

  constructor(make: (line: number) => Line = numbered) {
    super();
    this.#make = make;
  }

  /** Changes the status and tells the views. */
  set(change: Partial<LogStatus>): void {
    this.status = { ...this.status, ...change };
    for (const view of this.#views) view.wake();
  }

  /** Becomes a live log of that many lines. */
  live(head: number, change: Partial<LogStatus> = {}): void {
    this.set({ state: 'live', epoch: head > 0 ? '1' : '', head, ...change });
  }

  append(...lines: readonly (string | Line)[]): void {
    const from = this.status.head + 1;
    for (const [at, line] of lines.entries()) this.#made.set(from + at, typeof line === 'string' ? [START + (from + at) * 10, line] : line);
    this.set({ epoch: this.status.epoch || '1', head: this.status.head + lines.length });
  }

  grow(count: number): void {
    this.set({ head: this.status.head + count });
  }

  /** Delivers the lines that were held back. */
  release(): void {
    this.stalled = false;
    this.broken = undefined;
    for (const view of this.#views) view.wake();
  }

  line(number: number): Line {
    return this.#made.get(number) ?? this.#make(number);
  }

  view(listener: (update: ViewUpdate) => void): View {
    const view = new MemoryView(this, listener, () => {
      this.#views = this.#views.filter((other) => other !== view);
    });
    this.#views.push(view);
    view.wake();
    return view;
  }

  async range(from: number, to: number): Promise<LogLine[]> {
    const lines: LogLine[] = [];
    for (let offset = Math.max(from, this.status.first); offset <= Math.min(to, this.status.head); offset += 1) {
      const [time, text, extra] = this.line(offset);
      lines.push({ offset, time, text, stderr: extra?.s === 'err', carry: extra?.c ?? '', continues: extra?.p === 1 });
    }
    return lines;
  }

  async *lines({ after = 0 }: { after?: number } = {}): AsyncIterableIterator<LogLine> {
    yield* await this.range(after + 1, this.status.head);
  }

  renew(topic: string): void {
    this.renewed.push(topic);
    this.topic = topic;
  }

  retry(): void {
    this.retries += 1;
  }

  close(): void {
    this.closed = true;
  }
}

class MemoryView implements View {
  readonly #log: MemoryLog;
  readonly #listener: (update: ViewUpdate) => void;
  readonly #onClose: () => void;
  #want: readonly Range[] = [];
  #tail = 0;
  #sent = 0;
  #frame: number | undefined;

  constructor(log: MemoryLog, listener: (update: ViewUpdate) => void, onClose: () => void) {
    this.#log = log;
    this.#listener = listener;
    this.#onClose = onClose;
  }

  request(want: readonly Range[], tail: number): void {
    this.#log.looks.push({ want, tail });
    this.#want = want;
    this.#tail = tail;
    this.wake();
  }

  close(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#onClose();
  }

  wake(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      const runs = this.#log.stalled ? [] : this.#take();
      const missing = this.#log.broken === undefined ? this.#log.status.missing : this.#want;
      this.#listener({ status: { ...this.#log.status, missing }, runs });
    });
  }

  #take(): LineRun[] {
    const { first, head } = this.#log.status;
    const ranges = [...this.#want];
    if (this.#tail > 0) {
      ranges.push({ from: Math.max(this.#sent + 1, head - this.#tail + 1), to: head });
      this.#sent = head;
    }
    const { from: low, to: high } = this.#log.broken ?? { from: Infinity, to: Infinity };
    const there = ({ from, to }: Range): boolean => Math.max(from, first) <= Math.min(to, head);
    this.#want = ranges.map(({ from, to }) => ({ from: Math.max(from, low), to: Math.min(to, high) })).filter(there);
    return ranges
      .flatMap(({ from, to }) => [
        { from, to: Math.min(to, low - 1) },
        { from: Math.max(from, high + 1), to },
      ])
      .filter(there)
      .map(({ from, to }) => ({ from: Math.max(from, first), to: Math.min(to, head) }))
      .map(({ from, to }) => ({ from, lines: Array.from({ length: to - from + 1 }, (_, at) => this.#log.line(from + at)) }));
  }
}

/** A client that opens one given log. */
export class MemoryClient implements LogStreamClient {
  readonly transport = 'page';
  readonly endpoint: string;
  readonly opened: string[] = [];
  closed = false;
  readonly #log: MemoryLog;

  constructor(log: MemoryLog, options: ClientOptions = {}) {
    this.#log = log;
    this.endpoint = options.endpoint ?? '/log-stream';
  }

  open(topic: string, options: OpenOptions = {}): Log {
    this.opened.push(topic);
    this.#log.topic = topic;
    this.#log.options = options;
    return this.#log;
  }

  async stats(): Promise<ClientStats> {
    return { transport: 'page', tabs: 1, sockets: 1, topics: 1, views: 1, delivery: 'websocket', cacheBytes: 0, fetches: 0, connects: 1 };
  }

  close(): void {
    this.closed = true;
  }
}
