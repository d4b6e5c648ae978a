import { expose, type Endpoint } from 'comlink';
import { PLATFORM, type Environment } from '../platform/environment.ts';
import { LocalSlots, SLOTS, type StreamSlots } from '../platform/stream-slots.ts';
import type { Lock } from '../platform/web-lock.ts';
import { CACHE_BYTES, SegmentCache } from '../session/lines/segment-cache.ts';
import { BUILD, type Control, type DataPort, type Reply } from '../tab-messages.ts';
import { SessionRunner } from './session-runner.ts';
import { TabPort } from './tab-port.ts';

export interface HostOptions {
  /** @default the platform's own */
  readonly env?: Environment;
  /** Bound of the lines held, bytes. @default 32 MiB */
  readonly cacheBytes?: number;
  /** Where streams acquire their connections. @default three of its own */
  readonly slots?: StreamSlots;
  /** A lock held as long as the host lives, so that tabs notice its death. @default none: tabs notice only that it does not answer */
  readonly lifeline?: Promise<Lock | undefined>;
}

const OK: Reply = { ok: true };
const MALFORMED: Reply = { ok: false, code: 'malformed' };

/** Serves tabs: in a SharedWorker all tabs of an origin, otherwise the page it runs in. One session for each endpoint. */
export class Host {
  readonly #env: Environment;
  readonly #cache: SegmentCache;
  readonly #slots: StreamSlots;
  readonly #lifeline: Promise<Lock | undefined> | undefined;
  readonly #runners = new Map<string, SessionRunner>();
  readonly #tabs = new Map<TabPort, SessionRunner>();

  constructor({ env = PLATFORM, cacheBytes = CACHE_BYTES, slots = new LocalSlots(SLOTS.streams), lifeline }: HostOptions = {}) {
    this.#env = env;
    this.#lifeline = lifeline;
    this.#slots = slots;
    this.#cache = new SegmentCache(cacheBytes);
  }

  /** Number of tabs served now. */
  get tabs(): number {
    return this.#tabs.size;
  }

  /** Serves the tab at the other end of a port. Returns a function that ends that at once, for a tab in the same page. */
  accept(control: Endpoint & Pick<DataPort, 'close'>): () => void {
    let tab: TabPort | undefined;
    let runner: SessionRunner | undefined;
    const withTab = (act: (tab: TabPort) => void): Reply => {
      if (tab === undefined) return MALFORMED;
      act(tab);
      return OK;
    };
    // comlink lets the other side walk along any property: there are no others, and none of these can be replaced.
    const facade: Control = Object.freeze({
      __proto__: null,
      hello: async (hello, data) => {
        if (hello.build !== BUILD) return { ok: false, code: 'outdated' };
        if (tab !== undefined || !/^https?:\/\//u.test(hello.endpoint)) return MALFORMED;
        const session = this.#runnerOf(hello.endpoint);
        const port = new TabPort(data, hello, session, () => {
          this.#tabs.delete(port);
          control.close();
          if (![...this.#tabs.values()].includes(session)) session.dispatch({ type: 'noTabs' });
        });
        tab = port;
        runner = session;
        this.#tabs.set(port, session);
        const lock = await this.#lifeline;
        // Locks that do not work here do not tell of the death of a tab either.
        if (this.#lifeline !== undefined && lock === undefined) port.sweep();
        return { ok: true, lock: lock?.name };
      },
      open: (log, topic, refreshable, opening) => (tab?.open(log, topic, refreshable, opening) === true ? OK : MALFORMED),
      renew: (log, topic) => withTab((port) => port.renew(log, topic)),
      retry: (log) => withTab((port) => port.retry(log)),
      close: (log) => withTab((port) => port.closeLog(log)),
      stats: () => runner && { ...runner.stats, tabs: [...this.#tabs.values()].filter((other) => other === runner).length },
      ping: () => OK,
    } satisfies Control & { readonly __proto__: null });
    expose(facade, control);
    return () => tab?.close();
  }

  /** Reports an error of the host in the console of every tab. */
  report(text: string): void {
    for (const tab of this.#tabs.keys()) tab.report(text);
  }

  #runnerOf(endpoint: string): SessionRunner {
    let runner = this.#runners.get(endpoint);
    if (runner === undefined) this.#runners.set(endpoint, (runner = new SessionRunner(endpoint, this.#cache, this.#env, this.#slots)));
    return runner;
  }
}
