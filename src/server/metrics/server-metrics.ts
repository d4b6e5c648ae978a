import { performance } from 'node:perf_hooks';
import type { AckState } from '../../protocol/messages.ts';
import { Counter, exposition, Histogram, Reading, type Count, type Distribution, type Metric } from './registry.ts';

/** How lines are delivered. */
export type Transport = 'websocket' | 'events' | 'text' | 'json';

/** Why a request or a subscribe was refused. */
export type RefusalReason = 'missing' | 'malformed' | 'forbidden' | 'expired' | 'channel' | 'read-only' | 'origin' | 'address';

/**
 * How a search ended; `refused`, because too many were under way; `gone`, because its reader stopped reading; `stopped`, because its
 * reader left.
 */
export type SearchOutcome = 'done' | 'slow' | 'reset' | 'unavailable' | 'gone' | 'stopped' | 'refused';

/** The operations of a store that are measured. */
export type StoreOperation = 'tail' | 'append' | 'read' | 'trim' | 'remove' | 'marks';

/** Values looked up when metrics are read. */
export interface Readings {
  readonly sockets: number;
  readonly subscriptions: number;
  readonly topics: number;
  readonly ringBytes: number;
  readonly requests: number;
  /** How many subscriptions lack the newest line, and how many lines the farthest lacks. */
  readonly lag: { readonly subscriptions: number; readonly lines: number };
}

/** Bounds of histograms, s. */
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** All metrics of one server. They identify no log, viewer or producer. */
export class ServerMetrics {
  readonly socketsOpened: Count;
  readonly appendedLines: Count;
  readonly appendedBytes: Count;
  /** Time from writing a line to passing it to followers, s. */
  readonly delay: Distribution;
  readonly #metrics: readonly Metric[];
  /** Looked up once, since it is counted for every frame of every viewer. */
  readonly #delivered: Readonly<Record<Transport, { readonly lines: Count; readonly bytes: Count }>>;
  readonly #closed = new Counter('log_stream_sockets_closed_total', 'WebSockets closed, by close code.', ['code']);
  readonly #subscribes = new Counter('log_stream_subscribes_total', 'Subscribes answered, by the state in the ack.', ['state']);
  readonly #resumes = new Counter('log_stream_resumes_total', 'Subscribes that resumed at a position, by the state in the ack.', ['state']);
  readonly #deliveredLines = new Counter('log_stream_delivered_lines_total', 'Lines sent to readers, once for each reader.', ['transport']);
  readonly #deliveredBytes = new Counter('log_stream_delivered_bytes_total', 'Bytes sent to readers for lines.', ['transport']);
  readonly #skips = new Counter('log_stream_skips_total', 'Times that a slow reader was moved to the head.', ['transport']);
  readonly #skippedLines = new Counter('log_stream_skipped_lines_total', 'Lines that were not sent to slow readers.', ['transport']);
  readonly #refusals = new Counter('log_stream_refusals_total', 'Requests and subscribes refused by access control, by reason.', [
    'reason',
  ]);
  readonly #searches = new Counter('log_stream_searches_total', 'Searches, by how they ended.', ['outcome']);
  readonly #requests = new Counter('log_stream_requests_total', 'HTTP requests answered, by route, method and status.', [
    'route',
    'method',
    'status',
  ]);
  readonly #storeErrors = new Counter('log_stream_store_errors_total', 'Failed operations of the store.', ['operation']);
  readonly #storeSeconds = new Histogram('log_stream_store_seconds', 'Duration of operations of the store.', SECONDS, ['operation']);

  constructor(read: () => Readings) {
    const opened = new Counter('log_stream_sockets_opened_total', 'WebSockets opened.');
    const lines = new Counter('log_stream_appended_lines_total', 'Lines appended and durable.');
    const bytes = new Counter('log_stream_appended_bytes_total', 'UTF-8 bytes of text in appended lines.');
    const delay = new Histogram('log_stream_delay_seconds', 'Time from writing a line to passing it to followers.', SECONDS);
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
      gauge('log_stream_topics', 'Logs with followers.', ({ topics }) => topics),
      gauge('log_stream_subscriptions', 'Subscriptions of all WebSockets.', ({ subscriptions }) => subscriptions),
      gauge('log_stream_requests_open', 'HTTP requests in flight, followers and appends included.', ({ requests }) => requests),
      gauge('log_stream_ring_bytes', 'Encoded lines held in memory for followers.', ({ ringBytes }) => ringBytes),
      gauge('log_stream_lagging_subscriptions', 'Subscriptions that lack the newest line.', ({ lag }) => lag.subscriptions),
      gauge('log_stream_lag_lines', 'Lines that the farthest of them lacks.', ({ lag }) => lag.lines),
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
      this.#searches,
      this.#storeSeconds,
      this.#storeErrors,
      ...PROCESS,
    ];
  }

  socketClosed(code: number): void {
    // Clients may send any code: unknown ones share one series.
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

  searched(outcome: SearchOutcome): void {
    this.#searches.of({ outcome }).add();
  }

  /** `seconds` until the store answered or failed. */
  asked(operation: StoreOperation, seconds: number, failed: boolean): void {
    this.#storeSeconds.of({ operation }).observe(seconds);
    if (failed) this.#storeErrors.of({ operation }).add();
  }

  /** All metrics in the text format of Prometheus. */
  text(): string {
    return exposition(this.#metrics);
  }
}

/** Metrics of the process, under the names that dashboards for Node expect. */
const PROCESS: readonly Metric[] = [
  new Reading('counter', 'process_cpu_seconds_total', 'CPU time of the process, user and system.', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  }),
  new Reading('gauge', 'process_resident_memory_bytes', 'Resident memory of the process.', () => process.memoryUsage.rss()),
  new Reading('gauge', 'process_start_time_seconds', 'When the process started, unix time.', () => performance.timeOrigin / 1_000),
  new Reading('gauge', 'nodejs_heap_size_used_bytes', 'Heap in use.', () => process.memoryUsage().heapUsed),
  new Reading(
    'counter',
    'nodejs_eventloop_busy_seconds_total',
    'Time the event loop was busy: its rate is the load of the main thread, at most 1.',
    () => performance.eventLoopUtilization().active / 1_000,
  ),
];
