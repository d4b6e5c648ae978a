import type { Remote } from 'comlink';
import { readTopic } from '../../protocol/topic.ts';
import { attempt } from '../platform/attempt.ts';
import type { ClientStats, OpenOptions } from '../api.ts';
import type { ViewRequest, RefreshFailure } from '../session/events.ts';
import type { Control, TabMessage, WorkerMessage } from '../tab-messages.ts';
import { untilFrame } from './frames.ts';
import { CALL_TIMEOUT, TimeoutError, linkToWorker, openLink, withTimeout, type WorkerLink } from './worker-link.ts';
import { ClientLog, type LogPort } from './client-log.ts';
import type { WorkerScript } from './trusted-worker.ts';

/** How often a visible tab makes sure that its worker still answers, ms. */
const CHECK_INTERVAL = 15_000;

/** A worker is not started again sooner than this after it was lost, ms. */
const RESTART_DELAY = 1_000;

/** A page that does without a worker for now waits this long for one that is slow to load, ms … */
const RETURN_PATIENCE = 30_000;
/** … beginning after this … */
export const RETURN_SOON = 1_500;
/** … and looks for one again after this, and then after twice as long … */
export const RETURN_DELAY = 12_000;
/** … but at least as often as this: it never stays without one for good. */
export const LONGEST_RETURN = 5 * 60_000;

/** How long a page may take to come by a fresh topic, ms. */
const REFRESH_TIMEOUT = 30_000;

/**
 * What a page has open at one endpoint. The tab owns it all: when the worker dies, or the page comes back from where it
 * was parked, a new session is told what is open and what is lacking.
 */
export class TabConnection implements LogPort {
  readonly endpoint: string;
  readonly #script: WorkerScript | undefined;
  readonly #logs = new Map<number, ClientLog>();
  #link: WorkerLink | undefined;
  /** Logs the link knows. */
  readonly #opened = new Set<ClientLog>();
  #starting: Promise<void> | undefined;
  /** Ends the link, also one that is being made. */
  #leave = new AbortController();
  /** Ends the attempt to go back to a worker. */
  #returning = new AbortController();
  #returns = 0;
  #parked = false;
  #over = false;
  #ids = 0;
  #restart: ReturnType<typeof setTimeout> | undefined;
  readonly #check: ReturnType<typeof setInterval>;
  readonly #listeners = new AbortController();

  constructor(endpoint: string, script: WorkerScript | undefined) {
    this.endpoint = endpoint;
    this.#script = script;
    this.#check = setInterval(() => this.#alive(), CHECK_INTERVAL);
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
      throw new TypeError('This is not a signed topic: expected BASE64(JSON)--HEX, as the server of this page signs it.');
    }
    const log = new ClientLog((this.#ids += 1), channel, topic, options, this, closed);
    this.#logs.set(log.id, log);
    void this.#introduce(log);
    return log;
  }

  async stats(): Promise<ClientStats> {
    for (;;) {
      if (this.#over) throw new DOMException('The client is closed.', 'InvalidStateError');
      this.#start();
      await this.#starting;
      const link = this.#link;
      if (link === undefined) await new Promise((resolve) => setTimeout(resolve, RESTART_DELAY));
      else {
        const stats = await this.#call(({ stats: ask }) => ask(), 'stats');
        if (stats !== undefined) return { ...stats, transport: link.transport };
      }
    }
  }

  look(log: ClientLog, view: number, look: ViewRequest): void {
    if (this.#opened.has(log)) this.#post({ t: 'look', log: log.id, view, look });
  }

  drop(log: ClientLog, view: number): void {
    if (this.#opened.has(log)) this.#post({ t: 'drop', log: log.id, view });
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

  /** Nothing is left of it: no port, lock, timer or listener. */
  end(): void {
    this.#over = true;
    clearInterval(this.#check);
    clearTimeout(this.#restart);
    this.#listeners.abort();
    for (const log of this.#logs.values()) log.close();
    this.#unlink();
  }

  #start(): void {
    if (this.#link !== undefined || this.#starting !== undefined || this.#over || this.#parked) return;
    this.#leave = new AbortController();
    this.#starting = this.#connect(this.#leave.signal).finally(() => {
      this.#starting = undefined;
      // It was parked while it started, and may have come back before that was over.
      if (this.#link === undefined) this.#later();
    });
  }

  async #connect(signal: AbortSignal): Promise<void> {
    let link: WorkerLink;
    try {
      link = await this.#reach(openLink, signal);
    } catch (error) {
      if (signal.aborted) return;
      console.warn('log-stream: neither a worker nor a session in the page could be started; trying again.', error);
      for (const log of this.#logs.values()) log.lost('The log viewer could not be started; trying again. Reload the page if it stays so.');
      return;
    }
    if (signal.aborted) return;
    this.#returns = 0;
    this.#comeBack(link);
    await this.#use(link);
  }

  async #reach(way: typeof openLink, signal: AbortSignal): Promise<WorkerLink> {
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

  /** Looks for a worker again when there may be one: it was slow to load, or the network was down. */
  #comeBack(link: WorkerLink): void {
    if (!link.provisional) return;
    const { signal } = (this.#returning = new AbortController());
    const delay = this.#returns === 0 ? RETURN_SOON : Math.min(LONGEST_RETURN, RETURN_DELAY * 2 ** (this.#returns - 1));
    const timer = setTimeout(() => void this.#return(link, signal), delay);
    signal.addEventListener('abort', () => clearTimeout(timer));
    this.#returns += 1;
  }

  async #return(from: WorkerLink, signal: AbortSignal): Promise<void> {
    try {
      const link = await this.#reach((options) => linkToWorker(options, RETURN_PATIENCE), signal);
      this.#leave.abort();
      this.#leave = this.#returning;
      this.#opened.clear();
      await this.#use(link);
    } catch {
      if (!signal.aborted) this.#comeBack(from);
    }
  }

  async #use(link: WorkerLink): Promise<void> {
    this.#link = link;
    // Either may have changed since it said hello.
    this.#post({ t: 'visible', visible: visible() });
    this.#post({ t: 'online', online: online() });
    await Promise.all([...this.#logs.values()].map((log) => this.#introduce(log)));
  }

  /** Tells the session of a log, and what its views lack. */
  async #introduce(log: ClientLog): Promise<void> {
    const link = this.#link;
    if (link === undefined) return;
    const { id, topic, refresh, status } = log;
    const asked = new Map([...log.views].map(([view, { lacking, looks }]) => [view, { look: lacking, looks }]));
    const opening = {
      fresh: status.epoch === '' && status.state === 'connecting',
      looks: [...asked].map(([view, { look }]) => ({ view, look })),
    };
    const reply = await this.#call((control) => control.open(id, topic, refresh !== undefined, opening), 'open');
    if (reply?.ok !== true || link !== this.#link || !this.#logs.has(id)) return;
    this.#opened.add(log);
    for (const [view, { lacking, looks }] of log.views) if (asked.get(view)?.looks !== looks) this.look(log, view, lacking);
    for (const view of asked.keys()) if (!log.views.has(view)) this.drop(log, view);
  }

  /** Calls the session. Undefined when it is not there, or does not answer: then another one is looked for. */
  async #call<T>(ask: (control: Remote<Control>) => Promise<T>, what: string): Promise<T | undefined> {
    const link = this.#link;
    if (link === undefined) return undefined;
    try {
      return await withTimeout(Promise.race([ask(link.control), link.gone]), CALL_TIMEOUT, what);
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
      case 'ping':
        this.#post({ t: 'pong' });
        break;
    }
  }

  async #refresh(id: number): Promise<void> {
    const log = this.#logs.get(id);
    let topic: string | undefined;
    let why: RefreshFailure = 'none';
    try {
      topic = log?.refresh && (await withTimeout(log.refresh(), REFRESH_TIMEOUT, 'refresh'));
      if (topic !== undefined && readTopic(topic)?.channel !== log?.channel) {
        topic = undefined;
        throw new WrongTopic(`What was supplied is not a signed topic of ${log?.channel ?? ''}: sign that channel anew.`);
      }
    } catch (error) {
      why = mayPass(error) ? 'passing' : 'refused';
      console.warn('log-stream: no fresh topic could be had; trying again later.', error);
    }
    this.#post({ t: 'refreshed', log: id, topic, why });
  }

  /** The session is gone or silent. */
  #lost(): void {
    this.#unlink();
    this.#later();
  }

  #later(): void {
    clearTimeout(this.#restart);
    if (!this.#over) this.#restart = setTimeout(() => this.#start(), RESTART_DELAY);
  }

  #unlink(): void {
    this.#leave.abort();
    this.#returning.abort();
    this.#link = undefined;
    this.#opened.clear();
  }

  #alive(): void {
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
      this.#alive();
    };
    document.addEventListener('visibilitychange', () => (visible() ? back() : this.#post({ t: 'visible', visible: false })), { signal });
    document.addEventListener('resume', back, { signal });
    addEventListener('pageshow', back, { signal });
    // Whether the page is kept is not known yet. Holding a port or a lock would keep it from being kept, and a message would end it.
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

/** Whether what kept a page from a fresh topic may be over in a moment: the network, or a server that is busy. */
function mayPass(error: unknown): boolean {
  if (error instanceof DOMException) return ['NetworkError', 'TimeoutError', 'AbortError'].includes(error.name);
  return error instanceof TimeoutError || (error instanceof TypeError && !(error instanceof WrongTopic));
}

/** What was supplied is no topic of this channel. */
class WrongTopic extends TypeError {}

function visible(): boolean {
  return attempt(() => typeof document === 'undefined' || document.visibilityState === 'visible', true);
}

/** Only a browser that says so is offline. */
function online(): boolean {
  return attempt(() => typeof navigator === 'undefined' || (navigator as { readonly onLine?: boolean }).onLine !== false, true);
}
