import { readTopic } from '../../protocol/topic.ts';
import type { Log, LogLine, LogState, LogStatus, OpenOptions, View, ViewOptions, ViewUpdate } from '../api.ts';
import type { ViewRequest } from '../session/events.ts';
import { doubling } from '../doubling.ts';
import type { TabBatch } from '../tab-messages.ts';
import { advise } from './advise.ts';
import { LogDeniedError } from './errors.ts';
import type { LineReader, ReaderOptions } from './line-reader.ts';
import { CONNECTING } from './status.ts';
import { ClientView, type ViewNeeds } from './client-view.ts';

/** What a log needs from its connection. */
export interface LogPort {
  request(log: ClientLog, view: number, request: ViewRequest): void;
  closeView(log: ClientLog, view: number): void;
  renew(log: ClientLog): void;
  retry(log: ClientLog): void;
  close(log: ClientLog): void;
}

/** States in which a log without lines is known to have none. */
const KNOWN: ReadonlySet<LogState> = new Set<LogState>(['catching-up', 'live', 'ended']);

/** The result of ending a reader that could not be loaded. */
const noReader = (): IteratorReturnResult<undefined> => ({ done: true, value: undefined });

/**
 * Delays between attempts to load the line reader, from the first to the longest, ms: the network may be back. Firefox
 * remembers the first failure.
 */
const LOADING = { attempts: 7, first: 500, longest: 16_000 } as const;

/** Rejects if it cannot be loaded, or `left` is aborted. */
async function loadReader(left: AbortSignal): Promise<typeof LineReader> {
  for (let failures = 0; ; failures += 1) {
    try {
      return (await import('./line-reader.ts')).LineReader;
    } catch (cause) {
      left.throwIfAborted();
      if (failures + 1 === LOADING.attempts)
        throw new Error('The code that reads lines could not be loaded. Try again when the network is back, or reload the page.', {
          cause,
        });
      await delay(doubling(failures, LOADING.first, LOADING.longest), left);
      left.throwIfAborted();
    }
  }
}

/** Resolves after `ms`, or when `signal` is aborted. */
function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}

/** A log that a page has open. */
export class ClientLog extends EventTarget implements Log {
  readonly id: number;
  readonly channel: string;
  readonly refresh: (() => Promise<string | undefined>) | undefined;
  readonly views = new Map<number, ClientView>();
  topic: string;
  readonly #port: LogPort;
  readonly #ended: () => void;
  /** Rejects what waits for this log, when it is closed. */
  readonly #waiting = new Set<(error: unknown) => void>();
  #status: LogStatus = CONNECTING;
  #ids = 0;
  #closed = false;

  constructor(id: number, channel: string, topic: string, { refresh }: OpenOptions, port: LogPort, ended: () => void) {
    super();
    this.id = id;
    this.channel = channel;
    this.topic = topic;
    this.refresh = refresh;
    this.#port = port;
    this.#ended = ended;
  }

  get status(): LogStatus {
    return this.#status;
  }

  lines({ after = 0, signal }: { after?: number; signal?: AbortSignal } = {}): AsyncIterableIterator<LogLine> {
    if (!Number.isSafeInteger(after) || after < 0) throw new TypeError(`after must be a line number, or 0 for all lines: ${after}`);
    return this.#reader({ after, signal });
  }

  async range(from: number, to: number): Promise<LogLine[]> {
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 1) throw new TypeError(`Not a range of lines: ${from} to ${to}`);
    this.#assertOpen();
    const { head } = await this.#known();
    const result: LogLine[] = [];
    for await (const line of this.#reader({ after: from - 1, until: Math.min(to, head) })) result.push(line);
    return result;
  }

  view(listener: (update: ViewUpdate) => void, { tail = Infinity }: ViewOptions = {}): View {
    return this.#view({ pull: false, liveLines: tail }, listener);
  }

  renew(topic: string): void {
    if (readTopic(topic)?.channel !== this.channel) throw new TypeError(`This is not a signed topic of ${this.channel}.`);
    this.topic = topic;
    this.#port.renew(this);
  }

  retry(): void {
    this.#port.retry(this);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const fail of this.#waiting) fail(new DOMException('The log was closed while it was read.', 'AbortError'));
    this.views.clear();
    this.#port.close(this);
    this.#ended();
  }

  /** Applies a batch of the session. */
  receive({ status, views }: TabBatch): void {
    const before = this.#status;
    this.#status = status === undefined ? before : merged(before, status);
    const runs = new Map(views.map((update) => [update.view, update.runs]));
    for (const [id, view] of this.views) {
      const lines = runs.get(id);
      if (status !== undefined || lines !== undefined) view.update(this.#status, lines ?? []);
    }
    const { state, epoch, head, end, advice } = this.#status;
    if (advice !== undefined) advise(advice);
    if (state !== before.state) this.dispatchEvent(new Event('state'));
    if (epoch !== before.epoch || head !== before.head || end !== before.end) this.dispatchEvent(new Event('head'));
  }

  /** There is no session that could follow the log. */
  lost(problem: string): void {
    const { state } = this.#status;
    if (state !== 'ended')
      this.receive({ log: this.id, status: { ...this.#status, state: 'error', retryAt: undefined, problem }, views: [] });
  }

  #assertOpen(): void {
    if (this.#closed) throw new DOMException('The log is closed; open it again.', 'InvalidStateError');
  }

  #view(needs: ViewNeeds, listener: (update: ViewUpdate) => void): ClientView {
    const id = (this.#ids += 1);
    const view = new ClientView(this.#status.epoch, needs, listener, {
      requested: (request) => {
        if (this.views.has(id)) this.#port.request(this, id, request);
      },
      closed: () => {
        if (this.views.delete(id)) this.#port.closeView(this, id);
      },
    });
    if (!this.#closed) this.views.set(id, view);
    return view;
  }

  /** The reader is loaded when it is needed, which is rare. The epoch to read is the one at the call. */
  #reader(options: Pick<ReaderOptions, 'after' | 'until' | 'signal'>): AsyncIterableIterator<LogLine> {
    this.#assertOpen();
    const { epoch } = this.#status;
    const left = new AbortController();
    options.signal?.addEventListener('abort', () => left.abort(options.signal?.reason), { once: true });
    const fail = (error: unknown): void => {
      left.abort(error);
      void reader.then((loaded) => loaded.fail(error), noReader);
    };
    const done = (): unknown => this.#waiting.delete(fail);
    const reader = loadReader(left.signal).then((LineReader) => {
      // A range that ends lies in the past: it needs no line as it comes.
      const needs = { pull: true, liveLines: options.until === undefined ? Infinity : 0 };
      const log = { status: this.#status, pull: (listener: (update: ViewUpdate) => void) => this.#view(needs, listener) };
      return new LineReader(log, { ...options, epoch, done });
    });
    this.#waiting.add(fail);
    reader.catch(done);
    return {
      next: () => reader.then((loaded) => loaded.next()),
      return: () => {
        left.abort();
        return reader.then((loaded) => loaded.return(), noReader);
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  /** Resolves to the status once it says how long the log is. */
  #known(): Promise<LogStatus> {
    return new Promise((resolve, reject) => {
      const types = ['state', 'head'];
      const settle = (act: () => void): void => {
        for (const type of types) this.removeEventListener(type, check);
        this.#waiting.delete(reject);
        act();
      };
      const check = (): void => {
        const { state, epoch, problem, retryAt } = this.#status;
        if (epoch !== '' || KNOWN.has(state)) settle(() => resolve(this.#status));
        else if (state === 'denied' && retryAt === undefined) settle(() => reject(new LogDeniedError(problem)));
      };
      this.#waiting.add(reject);
      for (const type of types) this.addEventListener(type, check);
      check();
    });
  }
}

/**
 * A new session knows less than this tab, which has the status of the one before: that stays until the server says
 * otherwise.
 */
function merged(before: LogStatus, status: LogStatus): LogStatus {
  if (before.epoch === '' || status.epoch !== '' || KNOWN.has(status.state)) return status;
  if (before.state === 'ended') return before;
  const { state, retryAt, problem, advice, overHttp = false } = status;
  return { ...before, state: state === 'connecting' ? 'reconnecting' : state, part: null, retryAt, problem, advice, overHttp };
}
