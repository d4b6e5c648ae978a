import { readTopic } from '../../protocol/topic.ts';
import type { Log, LogLine, LogState, LogStatus, OpenOptions, View, ViewUpdate } from '../api.ts';
import type { ViewRequest } from '../session/events.ts';
import type { TabBatch } from '../tab-messages.ts';
import { advise } from './advise.ts';
import { LogDeniedError } from './errors.ts';
import type { LineReader, ReaderOptions } from './line-reader.ts';
import { CONNECTING } from './status.ts';
import { ClientView } from './client-view.ts';

/** What a log needs of the connection it goes over. */
export interface LogPort {
  look(log: ClientLog, view: number, look: ViewRequest): void;
  drop(log: ClientLog, view: number): void;
  renew(log: ClientLog): void;
  retry(log: ClientLog): void;
  close(log: ClientLog): void;
}

/** States in which a log without a line is known to have none. */
const KNOWN: ReadonlySet<LogState> = new Set<LogState>(['catching-up', 'live', 'ended']);

/** Of a reader that was not loaded nothing is to be ended. */
const noReader = (): IteratorReturnResult<undefined> => ({ done: true, value: undefined });

/** Between attempts to load what reads lines, ms: a network that is down may be back. Firefox remembers the first failure. */
const PAUSES = [500, 1_000, 2_000, 4_000, 8_000, 16_000];

/** Rejects when it cannot be loaded, or nobody wants it any more. */
async function loadReader(left: AbortSignal): Promise<typeof LineReader> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return (await import('./line-reader.ts')).LineReader;
    } catch (cause) {
      left.throwIfAborted();
      const pause = PAUSES[attempt];
      if (pause === undefined)
        throw new Error('What reads the lines of a log could not be loaded. Try again when the network is back, or reload the page.', {
          cause,
        });
      await passed(pause, left);
      left.throwIfAborted();
    }
  }
}

/** Resolves after so many ms, or when `signal` is aborted. */
function passed(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    signal.addEventListener('abort', over);
  });
}

/** A log that is followed, as a page holds it. */
export class ClientLog extends EventTarget implements Log {
  readonly id: number;
  readonly channel: string;
  readonly refresh: (() => Promise<string | undefined>) | undefined;
  readonly views = new Map<number, ClientView>();
  topic: string;
  readonly #port: LogPort;
  readonly #ended: () => void;
  /** What is to be told when the log is closed. */
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
    if (!Number.isSafeInteger(after) || after < 0) throw new TypeError(`after has to be a line number, or 0 for all lines: ${after}`);
    return this.#reader({ after, signal });
  }

  async range(from: number, to: number): Promise<LogLine[]> {
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 1) throw new TypeError(`Not a range of lines: ${from} to ${to}`);
    this.#open();
    const { head } = await this.#known();
    const result: LogLine[] = [];
    for await (const line of this.#reader({ after: from - 1, until: Math.min(to, head) })) result.push(line);
    return result;
  }

  view(listener: (update: ViewUpdate) => void): View {
    return this.#view(false, listener);
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

  /** Takes in what the session says. */
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

  /** There is no session to follow the log. */
  lost(problem: string): void {
    const { state } = this.#status;
    if (state !== 'ended')
      this.receive({ log: this.id, status: { ...this.#status, state: 'error', retryAt: undefined, problem }, views: [] });
  }

  #open(): void {
    if (this.#closed) throw new DOMException('The log is closed; open it again.', 'InvalidStateError');
  }

  #view(pull: boolean, listener: (update: ViewUpdate) => void): ClientView {
    const id = (this.#ids += 1);
    const view = new ClientView(this.#status.epoch, pull, listener, {
      looked: (look) => {
        if (this.views.has(id)) this.#port.look(this, id, look);
      },
      closed: () => {
        if (this.views.delete(id)) this.#port.drop(this, id);
      },
    });
    if (!this.#closed) this.views.set(id, view);
    return view;
  }

  /** What a page rarely does is loaded when it does it; which incarnation is read is settled before that. */
  #reader(options: Pick<ReaderOptions, 'after' | 'until' | 'signal'>): AsyncIterableIterator<LogLine> {
    this.#open();
    const { epoch } = this.#status;
    const left = new AbortController();
    options.signal?.addEventListener('abort', () => left.abort(options.signal?.reason), { once: true });
    const fail = (error: unknown): void => {
      left.abort(error);
      void reader.then((loaded) => loaded.fail(error), noReader);
    };
    const done = (): unknown => this.#waiting.delete(fail);
    const reader = loadReader(left.signal).then((LineReader) => {
      const log = { status: this.#status, pull: (listener: (update: ViewUpdate) => void) => this.#view(true, listener) };
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

  /** The status once it says how long the log is. */
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
 * A session that has just begun knows less than this tab, which was told by the one before: what is known stays until
 * the server says otherwise.
 */
function merged(before: LogStatus, status: LogStatus): LogStatus {
  if (before.epoch === '' || status.epoch !== '' || KNOWN.has(status.state)) return status;
  if (before.state === 'ended') return before;
  const { state, retryAt, problem, advice, overHttp = false } = status;
  return { ...before, state: state === 'connecting' ? 'reconnecting' : state, part: null, retryAt, problem, advice, overHttp };
}
