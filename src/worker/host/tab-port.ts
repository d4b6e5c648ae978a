import { SessionTrace } from '../debug/session-trace.ts';
import { requestLock } from '../platform/web-lock.ts';
import type { LogBatch } from '../session/events.ts';
import type { LineBudget } from '../session/lines/sparse-log.ts';
import type { DataPort, Opening, TabBatch, TabHello, TabMessage, WorkerMessage } from '../tab-messages.ts';
import { FramePace } from './frame-pace.ts';
import type { SessionRunner, TabSink } from './session-runner.ts';

export const PORT = {
  /** A hidden tab receives the heads at most this often, ms. */
  hidden: 1_000,
  /** Most lines of a batch … */
  lines: 2_000,
  /** … and about as many bytes of them. */
  bytes: 1_024 * 1_024,
  /** Where there are no Web Locks, a tab is pinged this often, ms … */
  sweep: 15_000,
  /** … and counts as dead when it has been silent for this long, ms. */
  silence: 60_000,
} as const;

/** Most logs that one tab may have open. */
export const TAB_LOGS = 1_000;

/**
 * One tab: the logs it has open, and when to send it what. It is sent a batch or two, and others as it takes these, so that a
 * tab which is busy, frozen or dead costs nothing.
 */
export class TabPort implements TabSink {
  readonly #port: DataPort;
  readonly #runner: SessionRunner;
  readonly #closed: () => void;
  /** The session's number of each of the tab's logs, and the other way round. */
  readonly #sessionLogs = new Map<number, number>();
  readonly #tabLogs = new Map<number, number>();
  // All sets below hold the session's numbers.
  readonly #dirty = new Set<number>();
  /** Logs opened by a tab that knows nothing of them, while the session knows nothing either. */
  readonly #fresh = new Set<number>();
  #visible: boolean;
  readonly #pace = new FramePace();
  #cancelFlush: (() => void) | undefined;
  #heardAt: number;
  #cancelSweep: (() => void) | undefined;
  /** Only for a tab that asked for it. */
  #trace: SessionTrace | undefined;
  #isClosed = false;

  constructor(port: DataPort, { lock, visible, online }: TabHello, runner: SessionRunner, closed: () => void) {
    this.#port = port;
    this.#runner = runner;
    this.#closed = closed;
    this.#visible = visible;
    this.#heardAt = runner.env.now();
    port.onmessage = ({ data }: { readonly data: unknown }) => this.#receive(data);
    const { locks } = runner.env;
    if (lock === undefined || locks === undefined) this.sweep();
    // Granted when the tab releases it, or dies.
    else void requestLock(locks, lock, {}, () => this.close()).catch(() => this.sweep());
    runner.network(this, online);
  }

  open(tabLog: number, topic: string, refreshable: boolean, { fresh, requests }: Opening = { fresh: false, requests: [] }): boolean {
    if (this.#isClosed || this.#sessionLogs.has(tabLog) || this.#sessionLogs.size >= TAB_LOGS) return false;
    const log = this.#runner.register(this);
    // Before it is opened: an expired topic makes the session ask for a fresh one at once.
    this.#sessionLogs.set(tabLog, log);
    this.#tabLogs.set(log, tabLog);
    if (fresh) this.#fresh.add(log);
    this.#runner.dispatch({ type: 'open', log, topic, refreshable, requests });
    if (!this.#visible) this.#runner.dispatch({ type: 'show', log, visible: false });
    this.dirty(log);
    return true;
  }

  renew(tabLog: number, topic: string): void {
    this.#withLog(tabLog, (log) => this.#runner.dispatch({ type: 'renew', log, topic }));
  }

  retry(tabLog: number): void {
    this.#withLog(tabLog, (log) => this.#runner.dispatch({ type: 'retry', log }));
  }

  closeLog(tabLog: number): void {
    this.#withLog(tabLog, (log) => {
      this.#sessionLogs.delete(tabLog);
      this.#tabLogs.delete(log);
      this.#dirty.delete(log);
      this.#fresh.delete(log);
      this.#runner.close(log);
    });
  }

  dirty(log: number): void {
    this.#dirty.add(log);
    this.#schedule();
  }

  refresh(log: number): void {
    const tabLog = this.#tabLogs.get(log);
    if (tabLog !== undefined) this.#post({ t: 'refresh', log: tabLog });
  }

  granted(log: number, topic: string): void {
    const tabLog = this.#tabLogs.get(log);
    if (tabLog !== undefined) this.#post({ t: 'granted', log: tabLog, topic });
  }

  /** Pings the tab at intervals, where no lock tells of its death. */
  sweep(): void {
    if (!this.#isClosed && this.#cancelSweep === undefined) this.#sweepLater();
  }

  /** Reports an error in the tab's console. */
  report(text: string): void {
    this.#post({ t: 'problem', text });
  }

  /** The tab is gone or parked: nothing more is posted to it or kept for it. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancelFlush?.();
    this.#cancelSweep?.();
    if (this.#trace !== undefined) this.#runner.unobserve(this.#trace);
    this.#port.onmessage = null;
    this.#port.close();
    for (const tabLog of this.#sessionLogs.keys()) this.closeLog(tabLog);
    this.#runner.leave(this);
    this.#closed();
  }

  #receive(data: unknown): void {
    this.#heardAt = this.#runner.env.now();
    // The tab is of the same build: `hello` made sure.
    const message = data as TabMessage;
    switch (message.t) {
      case 'taken':
        this.#pace.taken(this.#heardAt, message.frame);
        this.#reschedule();
        break;
      case 'request': {
        const { view, request } = message;
        this.#withLog(message.log, (log) => this.#runner.dispatch({ type: 'request', log, view, request }));
        this.#reschedule();
        break;
      }
      case 'closeView':
        this.#withLog(message.log, (log) => this.#runner.dispatch({ type: 'closeView', log, view: message.view }));
        this.#reschedule();
        break;
      case 'visible':
        this.#show(message.visible);
        break;
      case 'online':
        this.#runner.network(this, message.online);
        break;
      case 'wake':
        this.#runner.dispatch({ type: 'wake' });
        break;
      case 'refreshed': {
        const { topic, failure } = message;
        this.#withLog(message.log, (log) => this.#runner.dispatch({ type: 'refreshed', log, topic, failure }));
        break;
      }
      case 'debug':
        this.#debug();
        break;
      case 'traceTaken':
        this.#trace?.taken();
        break;
      case 'pong':
        break;
      case 'bye':
        this.close();
        break;
    }
  }

  #show(visible: boolean): void {
    if (visible === this.#visible) return;
    this.#visible = visible;
    for (const log of this.#sessionLogs.values()) {
      this.#runner.dispatch({ type: 'show', log, visible });
      this.#dirty.add(log);
    }
    if (visible) this.#runner.dispatch({ type: 'wake' });
    this.#reschedule();
  }

  #debug(): void {
    if (this.#trace !== undefined) return;
    this.#trace = new SessionTrace((lines, dropped) => this.#post({ t: 'trace', lines, dropped }));
    this.#runner.observe(this.#trace);
  }

  /** The next batch may be due sooner than it was. */
  #reschedule(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isClosed || this.#pace.isSpent || this.#cancelFlush !== undefined || this.#dirty.size === 0) return;
    const { env } = this.#runner;
    const soon = this.#visible || [...this.#dirty].some((log) => this.#runner.hasPull(log));
    const wait = (soon ? this.#pace.dueAt : this.#pace.sentAt + PORT.hidden) - env.now();
    if (wait > 0) {
      this.#cancelFlush = env.after(wait, () => this.#flush());
      return;
    }
    // Not synchronously: one event may mark several logs, one after the other.
    let cancelled = false;
    this.#cancelFlush = () => {
      cancelled = true;
    };
    queueMicrotask(() => {
      if (!cancelled) this.#flush();
    });
  }

  #flush(): void {
    this.#cancelFlush = undefined;
    if (this.#isClosed || this.#pace.isSpent) return;
    const budget: LineBudget = { lines: PORT.lines, bytes: PORT.bytes };
    const logs: TabBatch[] = [];
    for (const log of this.#dirty) {
      const tabLog = this.#tabLogs.get(log);
      const batch = tabLog === undefined ? undefined : this.#runner.nextBatch(log, budget);
      if (batch?.more !== true) this.#dirty.delete(log);
      if (tabLog === undefined || batch === undefined || !this.#isNews(log, batch)) continue;
      this.#fresh.delete(log);
      logs.push({ log: tabLog, status: batch.status, views: batch.views });
    }
    if (logs.length === 0) return;
    this.#pace.sent(this.#runner.env.now());
    this.#post({ t: 'batch', logs });
    this.#runner.dispatch({ type: 'tick' });
    this.#schedule();
  }

  /** A batch that says nothing new would only delay the next one. */
  #isNews(log: number, { status, views }: LogBatch): boolean {
    return views.length > 0 || (status !== undefined && !(status.state === 'connecting' && this.#fresh.has(log)));
  }

  #withLog(tabLog: number, act: (log: number) => void): void {
    const log = this.#sessionLogs.get(tabLog);
    if (log !== undefined) act(log);
  }

  #sweepLater(): void {
    const { env } = this.#runner;
    this.#cancelSweep = env.after(PORT.sweep, () => {
      if (this.#isClosed) return;
      if (env.now() - this.#heardAt > PORT.silence) {
        this.close();
        return;
      }
      this.#post({ t: 'ping' });
      this.#sweepLater();
    });
  }

  #post(message: WorkerMessage): void {
    if (this.#isClosed) return;
    try {
      this.#port.postMessage(message);
    } catch {
      // The tab notices that it receives nothing, and looks for another session.
      this.close();
    }
  }
}
