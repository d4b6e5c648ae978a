import { onTestFinished, vi } from 'vitest';
import { WebSocket as NodeWebSocket } from 'ws';
import { PLATFORM, type Environment } from '../../../src/worker/platform/environment.ts';
import { Host, type HostOptions } from '../../../src/worker/host/host.ts';
import { TabConnection } from '../../../src/worker/tab/tab-connection.ts';
import type { ClientLog } from '../../../src/worker/tab/client-log.ts';
import type { OpenOptions } from '../../../src/worker/api.ts';

/** The sockets made through it, as the session's own environment makes them. */
export interface CountingEnvironment extends Environment {
  readonly sockets: NodeWebSocket[];
  readonly requests: string[];
}

/** Node's platform with the WebSocket of `ws`, and a record of its use. */
export function nodePlatform(overrides: Partial<Environment> = {}): CountingEnvironment {
  const sockets: NodeWebSocket[] = [];
  const requests: string[] = [];
  class Counted extends NodeWebSocket {
    constructor(url: string, protocols?: string) {
      super(url, protocols);
      sockets.push(this);
    }
  }
  return {
    WebSocket: Counted as unknown as typeof WebSocket,
    fetch: (input, init) => {
      requests.push(new Request(input).url);
      return fetch(input, init);
    },
    locks: undefined,
    now: PLATFORM.now,
    wall: PLATFORM.wall,
    random: PLATFORM.random,
    after: PLATFORM.after,
    sockets,
    requests,
    ...overrides,
  };
}

/** Locks as browsers have them, but that shared ones exclude each other. */
export class Locks {
  readonly #queues = new Map<string, Promise<unknown>>();
  readonly held = new Set<string>();

  request(name: string, ...rest: [...options: [{ readonly signal?: AbortSignal }] | [], callback: () => unknown]): Promise<unknown> {
    const [options, callback] = rest.length === 2 ? rest : [{}, rest[0]];
    const turn = (this.#queues.get(name) ?? Promise.resolve()).then(async () => {
      options.signal?.throwIfAborted();
      this.held.add(name);
      try {
        return await callback();
      } finally {
        this.held.delete(name);
      }
    });
    this.#queues.set(
      name,
      turn.catch(() => undefined),
    );
    return turn;
  }
}

export interface Worker {
  readonly host: Host;
  readonly env: CountingEnvironment;
  readonly locks: Locks;
  /** How many SharedWorker handles tabs made. */
  readonly handles: () => number;
}

/** A SharedWorker for this process: every tab's handle leads to one host, over real message ports. */
export function startSharedWorker(options: HostOptions = {}, overrides: Partial<Environment> = {}): Worker {
  const locks = new Locks();
  const env = nodePlatform({ locks: locks as unknown as LockManager, ...overrides });
  const host = new Host({ env, ...options });
  let handles = 0;
  vi.stubGlobal('navigator', { locks, onLine: true });
  vi.stubGlobal(
    'SharedWorker',
    class extends EventTarget {
      readonly port: MessagePort;
      constructor() {
        super();
        handles += 1;
        const { port1, port2 } = new MessageChannel();
        this.port = port2;
        host.accept(port1);
      }
    },
  );
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  return { host, env, locks, handles: () => handles };
}

/** A tab: closed with the test. */
export function openTab(endpoint: string): { readonly connection: TabConnection; open(topic: string, options?: OpenOptions): ClientLog } {
  const connection = new TabConnection(endpoint, undefined);
  onTestFinished(() => connection.end());
  return { connection, open: (topic, options = {}) => connection.open(topic, options, () => undefined) };
}
