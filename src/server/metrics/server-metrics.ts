import { performance } from 'node:perf_hooks';
import type { AckState } from '../../protocol/messages.ts';
import { Counter, exposition, Histogram, Reading, type Count, type Distribution, type Metric } from './registry.ts';

/** How lines leave the server. */
export type Transport = 'websocket' | 'events' | 'text' | 'json';

/** Why somebody was not let in. */
export type RefusalReason = 'missing' | 'malformed' | 'forbidden' | 'expired' | 'channel' | 'read-only' | 'origin' | 'address';

/** What the store is asked for. */
export type StoreOperation = 'tail' | 'append' | 'read' | 'trim' | 'remove';

/** What is looked up when metrics are read. */
export interface Readings {
  readonly sockets: number;
  readonly subscriptions: number;
  readonly topics: number;
  readonly ringBytes: number;
  readonly requests: number;
  /** Subscriptions of sockets that were not given the newest line yet, and by how many lines the farthest is behind. */
  readonly lag: { readonly subscriptions: number; readonly lines: number };
}

/** Bounds of histograms, s. */
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Everything one server counts. Nothing of it tells the name of a log, of a viewer or of a producer. */
export class ServerMetrics {
  readonly socketsOpened: Count;
  readonly appendedLines: Count;
  readonly appendedBytes: Count;
  /** From writing a line to handing it to those who follow the log, s. */
  readonly delay: Distribution;
  readonly #metrics: readonly Metric[];
  /** Looked up once: it is counted for every chunk of every viewer. */
  readonly #delivered: Readonly<Record<Transport, { readonly lines: Count; readonly bytes: Count }>>;
  readonly #closed = new Counter('log_stream_sockets_closed_total', 'WebSockets that were closed, by close code.', ['code']);
  readonly #subscribes = new Counter('log_stream_subscribes_total', 'Subscribes that were answered, by the state of the answer.', [
    'state',
  ]);
  readonly #resumes = new Counter('log_stream_resumes_total', 'Subscribes that named a position, by what became of it.', ['state']);
  readonly #deliveredLines = new Counter('log_stream_delivered_lines_total', 'Lines given to readers, once for each reader.', [
    'transport',
  ]);
  readonly #deliveredBytes = new Counter('log_stream_delivered_bytes_total', 'Bytes given to readers for lines, as they are sent.', [
    'transport',
  ]);
  readonly #skips = new Counter('log_stream_skips_total', 'Times that a reader was too slow and was moved to the head.', ['transport']);
  readonly #skippedLines = new Counter('log_stream_skipped_lines_total', 'Lines that such readers were not given.', ['transport']);
  readonly #refusals = new Counter('log_stream_refusals_total', 'Requests and subscribes that were refused for who made them.', ['reason']);
  readonly #requests = new Counter('log_stream_requests_total', 'HTTP requests that were answered, by route, method and status.', [
    'route',
    'method',
    'status',
  ]);
  readonly #storeErrors = new Counter('log_stream_store_errors_total', 'Questions to the store that failed.', ['operation']);
  readonly #storeSeconds = new Histogram('log_stream_store_seconds', 'How long the store took to answer.', SECONDS, ['operation']);

  constructor(read: () => Readings) {
    const opened = new Counter('log_stream_sockets_opened_total', 'WebSockets that were opened.');
    const lines = new Counter('log_stream_appended_lines_total', 'Lines that were appended and are durable.');
    const bytes = new Counter('log_stream_appended_bytes_total', 'Bytes of text in them, as UTF-8.');
    const delay = new Histogram('log_stream_delay_seconds', 'From writing a line to handing it to those who follow the log.', SECONDS);
    this.socketsOpened = opened.of({});
    this.appendedLines = lines.of({});
    this.appendedBytes = bytes.of({});
    this.delay = delay.of({});
    const delivered = (transport: Transport): { readonly lines: Count; readonly bytes: Count } => ({
      lines: this.#deliveredLines.of({ transport }),
      bytes: this.#deliveredBytes.of({ transport }),
    });
    this.#delivered = { websocket: delivered('websocket'), events: delivered('events'), text: delivered('text'), json: delivered('json') };
    const gauge = (name: string, help: string, value: (readings: Readings) => number): Metric =>
      new Reading('gauge', name, help, () => value(read()));
    this.#metrics = [
      gauge('log_stream_sockets', 'Open WebSockets.', ({ sockets }) => sockets),
      gauge('log_stream_topics', 'Logs that somebody follows.', ({ topics }) => topics),
      gauge('log_stream_subscriptions', 'Subscriptions of all WebSockets.', ({ subscriptions }) => subscriptions),
      gauge('log_stream_requests_open', 'HTTP requests being answered, followers and appends included.', ({ requests }) => requests),
      gauge('log_stream_ring_bytes', 'Encoded lines held in memory for followers.', ({ ringBytes }) => ringBytes),
      gauge('log_stream_lagging_subscriptions', 'Subscriptions that were not given the newest line yet.', ({ lag }) => lag.subscriptions),
      gauge('log_stream_lag_lines', 'Lines that the farthest of them is behind.', ({ lag }) => lag.lines),
      opened,
      this.#closed,
      this.#subscribes,
      this.#resumes,
      lines,
      bytes,
      this.#deliveredLines,
      this.#deliveredBytes,
      this.#skips,
      this.#skippedLines,
      delay,
      this.#refusals,
      this.#requests,
      this.#storeSeconds,
      this.#storeErrors,
      ...PROCESS,
    ];
  }

  socketClosed(code: number): void {
    // Anybody may send any code: those that nobody has agreed on are one.
    const known = (code >= 1000 && code <= 1015) || (code >= 4400 && code <= 4426);
    this.#closed.of({ code: known ? String(code) : 'other' }).add();
  }

  subscribed(state: AckState, isResume: boolean): void {
    this.#subscribes.of({ state }).add();
    if (isResume) this.#resumes.of({ state }).add();
  }

  delivered(transport: Transport, lines: number, bytes: number): void {
    const delivered = this.#delivered[transport];
    delivered.lines.add(lines);
    delivered.bytes.add(bytes);
  }

  skipped(transport: Transport, lines: number): void {
    this.#skips.of({ transport }).add();
    this.#skippedLines.of({ transport }).add(lines);
  }

  refused(reason: RefusalReason): void {
    this.#refusals.of({ reason }).add();
  }

  answered(route: string, method: string, status: string): void {
    this.#requests.of({ route, method, status }).add();
  }

  /** `seconds` until the store answered, or did not. */
  asked(operation: StoreOperation, seconds: number, failed: boolean): void {
    this.#storeSeconds.of({ operation }).observe(seconds);
    if (failed) this.#storeErrors.of({ operation }).add();
  }

  /** All of it in the text format of Prometheus. */
  text(): string {
    return exposition(this.#metrics);
  }
}

/** What holds for the process, under the names that dashboards for Node expect. */
const PROCESS: readonly Metric[] = [
  new Reading('counter', 'process_cpu_seconds_total', 'CPU time of the process, user and system.', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  }),
  new Reading('gauge', 'process_resident_memory_bytes', 'Resident memory of the process.', () => process.memoryUsage.rss()),
  new Reading('gauge', 'process_start_time_seconds', 'When the process began, unix time.', () => performance.timeOrigin / 1_000),
  new Reading('gauge', 'nodejs_heap_size_used_bytes', 'Heap in use.', () => process.memoryUsage().heapUsed),
  new Reading(
    'counter',
    'nodejs_eventloop_busy_seconds_total',
    'Time the event loop was not waiting: its rate is how busy the one thread is, 1 at most.',
    () => performance.eventLoopUtilization().active / 1_000,
  ),
];
