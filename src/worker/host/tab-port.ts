import type { LogBatch } from '../session/events.ts';
import type { LineBudget } from '../session/lines/sparse-log.ts';
import { requestLock } from '../platform/web-lock.ts';
import type { TabSink, SessionRunner } from './session-runner.ts';
import type { DataPort, TabHello, Opening, TabBatch, TabMessage, WorkerMessage } from '../tab-messages.ts';

export const PORT = {
  /** A visible tab gets at most one batch in this time: a frame, ms. */
  frame: 1_000 / 60,
  /** A batch is sent so long before the frame that is to show it, ms: sooner, newer lines would have to wait for the next one. */
  lead: 5,
  /** A hidden one hears of heads at most this often. */
  hidden: 1_000,
  /** Most lines of a batch … */
  lines: 2_000,
  /** … and about as many bytes of them. */
  bytes: 1_024 * 1_024,
  /** Where there are no Web Locks, a tab is asked this often whether it lives … */
  sweep: 15_000,
  /** … and given up when it has not answered for this long. */
  silence: 60_000,
} as const;

/** Logs one tab may have open. */
export const TAB_LOGS = 1_000;

/**
 * One tab: what it opened, and the pace at which it is told. It is sent one batch at a time, and the next when it took
 * that one, so that a tab that is busy, frozen or gone costs nothing.
 */
export class TabPort implements TabSink {
  readonly #port: DataPort;
  readonly #runner: SessionRunner;
  readonly #closed: () => void;
  /** The session's names of the tab's logs, and the other way round. */
  readonly #logs = new Map<number, number>();
  readonly #names = new Map<number, number>();
  readonly #dirty = new Set<number>();
  /** Those that were opened without knowing anything, as long as there is nothing to know. */
  readonly #fresh = new Set<number>();
  #visible: boolean;
  /** A batch was sent and not taken yet. */
  #untaken = false;
  #sentAt = -Infinity;
  /** No batch before this moment: it would be drawn together with the last one. */
  #nextAt = -Infinity;
  #scheduled: (() => void) | undefined;
  #heardAt: number;
  #cancelSweep: (() => void) | undefined;
  #over = false;

  constructor(port: DataPort, { lock, visible, online }: TabHello, runner: SessionRunner, closed: () => void) {
    this.#port = port;
    this.#runner = runner;
    this.#closed = closed;
    this.#visible = visible;
    this.#heardAt = runner.env.now();
    port.onmessage = ({ data }: { readonly data: unknown }) => this.#receive(data);
    const { locks } = runner.env;
    if (lock === undefined || locks === undefined) this.sweep();
    // Granted when the tab lets go of it, or is gone.
    else void requestLock(locks, lock, {}, () => this.close()).catch(() => this.sweep());
    runner.network(this, online);
  }

  open(log: number, topic: string, refreshable: boolean, { fresh, looks }: Opening = { fresh: false, looks: [] }): boolean {
    if (this.#over || this.#logs.has(log) || this.#logs.size >= TAB_LOGS) return false;
    const name = this.#runner.name(this);
    // Known before it is opened: a topic that has expired is asked for anew at once.
    this.#logs.set(log, name);
    this.#names.set(name, log);
    if (fresh) this.#fresh.add(name);
    this.#runner.dispatch({ type: 'open', log: name, topic, refreshable });
    for (const { view, look } of looks) this.#runner.dispatch({ type: 'look', log: name, view, look });
    if (!this.#visible) this.#runner.dispatch({ type: 'show', log: name, visible: false });
    this.dirty(name);
    return true;
  }

  renew(log: number, topic: string): void {
    this.#about(log, (name) => this.#runner.dispatch({ type: 'renew', log: name, topic }));
  }

  retry(log: number): void {
    this.#about(log, (name) => this.#runner.dispatch({ type: 'retry', log: name }));
  }

  closeLog(log: number): void {
    this.#about(log, (name) => {
      this.#logs.delete(log);
      this.#names.delete(name);
      this.#dirty.delete(name);
      this.#fresh.delete(name);
      this.#runner.close(name);
    });
  }

  dirty(name: number): void {
    this.#dirty.add(name);
    this.#schedule();
  }

  refresh(name: number): void {
    const log = this.#names.get(name);
    if (log !== undefined) this.#post({ t: 'refresh', log });
  }

  granted(name: number, topic: string): void {
    const log = this.#names.get(name);
    if (log !== undefined) this.#post({ t: 'granted', log, topic });
  }

  /** Asks now and then whether the tab lives, where no lock tells. */
  sweep(): void {
    if (!this.#over && this.#cancelSweep === undefined) this.#sweepLater();
  }

  problem(text: string): void {
    this.#post({ t: 'problem', text });
  }

  /** The tab is gone, or parked: nothing is posted to it any more, nothing is kept for it. */
  close(): void {
    if (this.#over) return;
    this.#over = true;
    this.#scheduled?.();
    this.#cancelSweep?.();
    this.#port.onmessage = null;
    this.#port.close();
    for (const log of this.#logs.keys()) this.closeLog(log);
    this.#runner.leave(this);
    this.#closed();
  }

  #receive(data: unknown): void {
    this.#heardAt = this.#runner.env.now();
    // A tab of the same build wrote it: `hello` saw to that.
    const message = data as TabMessage;
    switch (message.t) {
      case 'taken':
        this.#taken(message.frame);
        break;
      case 'look':
      case 'drop':
        this.#about(message.log, (log) => {
          if (message.t === 'look') this.#runner.dispatch({ type: 'look', log, view: message.view, look: message.look });
          else this.#runner.dispatch({ type: 'drop', log, view: message.view });
        });
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
      case 'refreshed':
        this.#about(message.log, (log) => this.#runner.dispatch({ type: 'refreshed', log, topic: message.topic, why: message.why }));
        break;
      case 'pong':
        break;
      case 'bye':
        this.close();
        break;
    }
  }

  /** The frame after the one that draws the last batch is the first that has use for another. */
  #taken(frame: number | undefined): void {
    if (this.#untaken && frame !== undefined) this.#nextAt = this.#runner.env.now() + Math.min(PORT.frame, frame) + PORT.frame - PORT.lead;
    this.#untaken = false;
    this.#schedule();
  }

  #show(visible: boolean): void {
    if (visible === this.#visible) return;
    this.#visible = visible;
    for (const name of this.#logs.values()) {
      this.#runner.dispatch({ type: 'show', log: name, visible });
      this.#dirty.add(name);
    }
    if (visible) this.#runner.dispatch({ type: 'wake' });
    this.#reschedule();
  }

  /** What is to be told may be told sooner than it seemed. */
  #reschedule(): void {
    this.#scheduled?.();
    this.#scheduled = undefined;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#over || this.#untaken || this.#scheduled !== undefined || this.#dirty.size === 0) return;
    const { env } = this.#runner;
    const pulls = this.#visible || [...this.#dirty].some((name) => this.#runner.pulls(name));
    const wait = (pulls ? this.#nextAt : this.#sentAt + PORT.hidden) - env.now();
    if (wait > 0) {
      this.#scheduled = env.after(wait, () => this.#flush());
      return;
    }
    // Not at once: what is dirty may be made so log by log.
    let cancelled = false;
    this.#scheduled = () => {
      cancelled = true;
    };
    queueMicrotask(() => {
      if (!cancelled) this.#flush();
    });
  }

  #flush(): void {
    this.#scheduled = undefined;
    if (this.#over || this.#untaken) return;
    const budget: LineBudget = { lines: PORT.lines, bytes: PORT.bytes };
    const logs: TabBatch[] = [];
    for (const name of this.#dirty) {
      const log = this.#names.get(name);
      const batch = log === undefined ? undefined : this.#runner.take(name, budget);
      if (batch?.more !== true) this.#dirty.delete(name);
      if (log === undefined || batch === undefined || !this.#isNews(name, batch)) continue;
      this.#fresh.delete(name);
      logs.push({ log, status: batch.status, views: batch.views });
    }
    if (logs.length === 0) return;
    this.#untaken = true;
    this.#sentAt = this.#runner.env.now();
    this.#nextAt = this.#sentAt + PORT.frame;
    this.#post({ t: 'batch', logs });
    this.#runner.dispatch({ type: 'tick' });
  }

  /** A batch that says nothing would only keep the next one from coming at once. */
  #isNews(name: number, { status, views }: LogBatch): boolean {
    return views.length > 0 || (status !== undefined && !(status.state === 'connecting' && this.#fresh.has(name)));
  }

  #about(log: number, act: (name: number) => void): void {
    const name = this.#logs.get(log);
    if (name !== undefined) act(name);
  }

  #sweepLater(): void {
    const { env } = this.#runner;
    this.#cancelSweep = env.after(PORT.sweep, () => {
      if (this.#over) return;
      if (env.now() - this.#heardAt > PORT.silence) {
        this.close();
        return;
      }
      this.#post({ t: 'ping' });
      this.#sweepLater();
    });
  }

  #post(message: WorkerMessage): void {
    if (this.#over) return;
    try {
      this.#port.postMessage(message);
    } catch {
      // A tab that cannot be told anything is of no use to itself: it notices, and looks for another session.
      this.close();
    }
  }
}
