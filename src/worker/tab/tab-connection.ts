import { readTopic } from '../../protocol/topic.ts';
import { attempt } from '../platform/attempt.ts';
import type { ClientStats, OpenOptions } from '../api.ts';
import type { ViewRequest, RefreshFailure } from '../session/events.ts';
import { doubling } from '../doubling.ts';
import type { TabMessage, WorkerMessage } from '../tab-messages.ts';
import { untilFrame } from './frames.ts';
import { CALL_TIMEOUT, linkToWorker, openLink, type WorkerLink } from './worker-link.ts';
import type { RemoteControl } from './remote-control.ts';
import { TimeoutError, withTimeout } from './timeout.ts';
import { ClientLog, type LogPort } from './client-log.ts';
import type { WorkerScript } from './trusted-worker.ts';

/** How often a visible tab checks that its worker answers, ms. */
const CHECK_INTERVAL = 15_000;

/** Shortest time before a lost worker is started again, ms. */
const RESTART_DELAY = 1_000;

/** How long a page whose session runs in it for now waits for a worker that is slow to load, ms: */
const RETURN_TIMEOUT = 30_000;
/** first after this … */
export const RETURN_SOON = 1_500;
/** … then after this, which doubles … */
export const RETURN_DELAY = 12_000;
/** … up to this. It never gives up. */
export const LONGEST_RETURN = 5 * 60_000;

/** Longest time for a page to supply a fresh topic, ms. */
const REFRESH_TIMEOUT = 30_000;

/**
 * Everything a page has open at one endpoint. The tab owns it: when the worker dies, or the page returns from the
 * back/forward cache, it tells a new session which logs are open and what their views ask for.
 *
 * ```text
 *         start              the worker answers
 *   none ───────▶ starting ──────────────────────▶ in the worker
 *    ▲            │   │                             ▲         │
 *    │            │   │ no worker, or no answer     │         │
 *    │            │   └──────────▶ in the page ─────┘         │
 *    │            │                │   a worker answers later │
 *    └─ neither ──┴── parked ──────┴──── dead, silent, parked ┘
 * ```
 */
export class TabConnection implements LogPort {
  readonly endpoint: string;
  readonly #script: WorkerScript | undefined;
  readonly #logs = new Map<number, ClientLog>();
  #link: WorkerLink | undefined;
  /** Logs that the link knows. */
  readonly #opened = new Set<ClientLog>();
  #starting: Promise<void> | undefined;
  /** Ends the link, even one that is being made. */
  #leave = new AbortController();
  /** Ends the attempt to return to a worker. */
  #returning = new AbortController();
  #returns = 0;
  /** In the back/forward cache, or on the way there. */
  #parked = false;
  #isClosed = false;
  #debug = false;
  #ids = 0;
  #restart: ReturnType<typeof setTimeout> | undefined;
  readonly #check: ReturnType<typeof setInterval>;
  readonly #listeners = new AbortController();

  constructor(endpoint: string, script: WorkerScript | undefined) {
    this.endpoint = endpoint;
    this.#script = script;
    this.#check = setInterval(() => this.#checkWorker(), CHECK_INTERVAL);
    this.#listen();
    this.#start();
  }

  get transport(): WorkerLink['transport'] | 'connecting' {
    return this.#link?.transport ?? 'connecting';
  }

  /** `closed` is called when the log is. */
  open(topic: string, options: OpenOptions, closed: () => void): ClientLog {
    const channel = readTopic(topic)?.channel;
    if (channel === undefined) {
      throw new TypeError('This is not a signed topic: expected BASE64(JSON)--HEX, as the backend of this page signs it.');
    }
    const log = new ClientLog((this.#ids += 1), channel, topic, options, this, closed);
    this.#logs.set(log.id, log);
    void this.#openInSession(log);
    return log;
  }

  async stats(): Promise<ClientStats> {
    for (;;) {
      if (this.#isClosed) throw new DOMException('The client is closed.', 'InvalidStateError');
      this.#start();
      await this.#starting;
      const link = this.#link;
      if (link === undefined) await new Promise((resolve) => setTimeout(resolve, RESTART_DELAY));
      else {
        const stats = await this.#call((control) => control.stats(), 'stats');
        if (stats !== undefined) return { ...stats, transport: link.transport };
      }
    }
  }

  /** Prints every event and effect of the session in the console, from now on. */
  debug(): void {
    if (this.#debug) return;
    this.#debug = true;
    this.#post({ t: 'debug' });
  }

  request(log: ClientLog, view: number, request: ViewRequest): void {
    if (this.#opened.has(log)) this.#post({ t: 'request', log: log.id, view, request });
  }

  closeView(log: ClientLog, view: number): void {
    if (this.#opened.has(log)) this.#post({ t: 'closeView', log: log.id, view });
  }

  renew({ id, topic }: ClientLog): void {
    void this.#call((control) => control.renew(id, topic), 'renew');
  }

  retry({ id }: ClientLog): void {
    void this.#call((control) => control.retry(id), 'retry');
  }

  close(log: ClientLog): void {
    this.#logs.delete(log.id);
    this.#opened.delete(log);
    void this.#call((control) => control.close(log.id), 'close');
  }

  /** Closes everything: no port, lock, timer or listener is left. */
  end(): void {
    this.#isClosed = true;
    clearInterval(this.#check);
    clearTimeout(this.#restart);
    this.#listeners.abort();
    for (const log of this.#logs.values()) log.close();
    this.#unlink();
  }

  #start(): void {
    if (this.#link !== undefined || this.#starting !== undefined || this.#isClosed || this.#parked) return;
    this.#leave = new AbortController();
    this.#starting = this.#connect(this.#leave.signal).finally(() => {
      this.#starting = undefined;
      // The page was parked while it started, and may have returned before that ended.
      if (this.#link === undefined) this.#startLater();
    });
  }

  async #connect(signal: AbortSignal): Promise<void> {
    let link: WorkerLink;
    try {
      link = await this.#openLink(openLink, signal);
    } catch (error) {
      if (signal.aborted) return;
      console.warn('log-stream: could start neither a worker nor a session in the page; trying again.', error);
      for (const log of this.#logs.values())
        log.lost("The log viewer couldn't be started; trying again. Reload the page if this persists.");
      return;
    }
    if (signal.aborted) return;
    this.#returns = 0;
    this.#returnLater(link);
    await this.#use(link);
  }

  async #openLink(way: typeof openLink, signal: AbortSignal): Promise<WorkerLink> {
    const reached: { link?: WorkerLink } = {};
    reached.link = await way({
      endpoint: this.endpoint,
      script: this.#script,
      visible: visible(),
      online: online(),
      receive: (message) => this.#receive(message, reached.link),
      died: () => {
        if (reached.link === this.#link) this.#lost();
      },
      signal,
    });
    return reached.link;
  }

  /** Looks for a worker again if there may be one: it was slow to load, or the network was down. */
  #returnLater(link: WorkerLink): void {
    if (!link.provisional) return;
    const { signal } = (this.#returning = new AbortController());
    const delay = this.#returns === 0 ? RETURN_SOON : doubling(this.#returns - 1, RETURN_DELAY, LONGEST_RETURN);
    const timer = setTimeout(() => void this.#return(link, signal), delay);
    signal.addEventListener('abort', () => clearTimeout(timer));
    this.#returns += 1;
  }

  async #return(from: WorkerLink, signal: AbortSignal): Promise<void> {
    try {
      const link = await this.#openLink((options) => linkToWorker(options, RETURN_TIMEOUT), signal);
      this.#leave.abort();
      this.#leave = this.#returning;
      this.#opened.clear();
      await this.#use(link);
    } catch {
      if (!signal.aborted) this.#returnLater(from);
    }
  }

  async #use(link: WorkerLink): Promise<void> {
    this.#link = link;
    if (this.#debug) this.#post({ t: 'debug' });
    // Either may have changed since `hello`.
    this.#post({ t: 'visible', visible: visible() });
    this.#post({ t: 'online', online: online() });
    await Promise.all([...this.#logs.values()].map((log) => this.#openInSession(log)));
  }

  /** Opens a log in the session, with what its views ask for. */
  async #openInSession(log: ClientLog): Promise<void> {
    // The code that opens a log adds its views in the same turn.
    await Promise.resolve();
    if (!this.#logs.has(log.id) || this.#opened.has(log)) return;
    const link = this.#link;
    if (link === undefined) return;
    const { id, topic, refresh, status } = log;
    const sent = new Map([...log.views].map(([view, { outstanding, requests }]) => [view, { request: outstanding, requests }]));
    const opening = {
      fresh: status.epoch === '' && status.state === 'connecting',
      requests: [...sent].map(([view, { request }]) => ({ view, request })),
    };
    const reply = await this.#call((control) => control.open(id, topic, refresh !== undefined, opening), 'open');
    if (reply?.ok !== true || link !== this.#link || !this.#logs.has(id)) return;
    this.#opened.add(log);
    // Meanwhile views may have asked for something else, or closed.
    for (const [view, { outstanding, requests }] of log.views)
      if (sent.get(view)?.requests !== requests) this.request(log, view, outstanding);
    for (const view of sent.keys()) if (!log.views.has(view)) this.closeView(log, view);
  }

  /** Calls the session. Returns undefined if there is none or it does not answer; another one is started then. */
  async #call<T>(call: (control: RemoteControl) => Promise<T>, name: string): Promise<T | undefined> {
    const link = this.#link;
    if (link === undefined) return undefined;
    try {
      return await withTimeout(Promise.race([call(link.control), link.closed]), CALL_TIMEOUT, name);
    } catch {
      if (link === this.#link) this.#lost();
      return undefined;
    }
  }

  #post(message: TabMessage): void {
    this.#link?.post(message);
  }

  #receive(message: WorkerMessage, link: WorkerLink | undefined): void {
    if (link === undefined || link !== this.#link) return;
    switch (message.t) {
      case 'batch':
        for (const batch of message.logs) this.#logs.get(batch.log)?.receive(batch);
        this.#post({ t: 'taken', frame: untilFrame() });
        break;
      case 'refresh':
        void this.#refresh(message.log);
        break;
      case 'granted': {
        const log = this.#logs.get(message.log);
        if (log !== undefined) log.topic = message.topic;
        break;
      }
      case 'problem':
        console.error(`log-stream worker: ${message.text}`);
        break;
      case 'trace':
        for (const line of message.lines) console.debug(`log-stream ${line}`);
        if (message.dropped > 0) console.debug(`log-stream dropped ${message.dropped} events and effects: the page was too slow`);
        this.#post({ t: 'traceTaken' });
        break;
      case 'ping':
        this.#post({ t: 'pong' });
        break;
    }
  }

  async #refresh(id: number): Promise<void> {
    const log = this.#logs.get(id);
    let topic: string | undefined;
    let failure: RefreshFailure = 'none';
    try {
      topic = log?.refresh && (await withTimeout(log.refresh(), REFRESH_TIMEOUT, 'refresh'));
      if (topic !== undefined && readTopic(topic)?.channel !== log?.channel) {
        topic = undefined;
        throw new WrongTopicError(`The fresh topic is not a signed topic of ${log?.channel ?? ''}. Sign that channel again.`);
      }
    } catch (error) {
      failure = isTransient(error) ? 'transient' : 'rejected';
      console.warn('log-stream: could not get a fresh topic; trying again later.', error);
    }
    this.#post({ t: 'refreshed', log: id, topic, failure });
  }

  /** The session died or does not answer. */
  #lost(): void {
    this.#unlink();
    this.#startLater();
  }

  #startLater(): void {
    clearTimeout(this.#restart);
    if (!this.#isClosed) this.#restart = setTimeout(() => this.#start(), RESTART_DELAY);
  }

  #unlink(): void {
    this.#leave.abort();
    this.#returning.abort();
    this.#link = undefined;
    this.#opened.clear();
  }

  #checkWorker(): void {
    if (visible() && this.transport === 'shared-worker') void this.#call((control) => control.ping(), 'ping');
  }

  #listen(): void {
    if (typeof document === 'undefined') return;
    const { signal } = this.#listeners;
    const back = (): void => {
      this.#parked = false;
      this.#start();
      this.#post({ t: 'visible', visible: visible() });
      this.#post({ t: 'wake' });
      this.#checkWorker();
    };
    document.addEventListener('visibilitychange', () => (visible() ? back() : this.#post({ t: 'visible', visible: false })), { signal });
    document.addEventListener('resume', back, { signal });
    addEventListener('pageshow', back, { signal });
    // The page may enter the back/forward cache now. A port or a lock would keep it out, and a message would evict it.
    addEventListener(
      'pagehide',
      () => {
        this.#parked = true;
        this.#unlink();
      },
      { signal },
    );
    for (const type of ['online', 'offline']) {
      addEventListener(type, () => this.#post({ t: 'online', online: online() }), { signal });
    }
  }
}

/** Whether trying again soon may help: the network is down, or a server is busy. */
function isTransient(error: unknown): boolean {
  if (error instanceof DOMException) return ['NetworkError', 'TimeoutError', 'AbortError'].includes(error.name);
  return error instanceof TimeoutError || (error instanceof TypeError && !(error instanceof WrongTopicError));
}

/** A page supplied something other than a topic of the channel. */
class WrongTopicError extends TypeError {}

function visible(): boolean {
  return attempt(() => typeof document === 'undefined' || document.visibilityState === 'visible', true);
}

/** Only a browser that says so is offline. */
function online(): boolean {
  return attempt(() => typeof navigator === 'undefined' || (navigator as { readonly onLine?: boolean }).onLine !== false, true);
}
