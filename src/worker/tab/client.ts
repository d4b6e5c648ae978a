import { DEFAULT_BASE_PATH } from '../../protocol/limits.ts';
import type { ClientOptions, ClientStats, Log, LogStreamClient, OpenOptions } from '../api.ts';
import { attempt } from '../platform/attempt.ts';
import { TabConnection } from './tab-connection.ts';
import { endpointOf, headLink, scriptOf } from './page.ts';

/** The connections of the page, by endpoint and worker; shared by all its clients. */
const connections = new Map<string, { readonly connection: TabConnection; users: number }>();

/**
 * Creates a client of a log server. All clients of a page at the same endpoint share one connection, and all tabs share
 * one socket. Throws a TypeError for a URL that cannot be read.
 */
export function connect(options: ClientOptions = {}): LogStreamClient {
  return connectTo(options, true);
}

/** Like {@link connect}, for a worker URL from the page's markup: it is used only as far as the page allows. */
export function connectAsMarkup(options: ClientOptions): LogStreamClient {
  return connectTo(options, false);
}

function connectTo(options: ClientOptions, byCode: boolean): LogStreamClient {
  const endpoint = endpointOf(options.endpoint ?? headLink('log-stream') ?? DEFAULT_BASE_PATH);
  if (!/^https?:/u.test(endpoint))
    throw new TypeError(`The endpoint must be an http or https URL, e.g. https://example.com/log-stream: ${endpoint}`);
  const script = options.workerUrl === undefined ? undefined : scriptOf(options.workerUrl, byCode);
  const key = JSON.stringify([endpoint, script]);
  let shared = connections.get(key);
  if (shared === undefined) connections.set(key, (shared = { connection: new TabConnection(endpoint, script), users: 0 }));
  shared.users += 1;
  if (options.debug === true || isDebugStored()) shared.connection.debug();
  return new Client(shared.connection, () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    connections.delete(key);
    shared.connection.end();
  });
}

/** One client's share of a connection. */
class Client implements LogStreamClient {
  readonly #connection: TabConnection;
  readonly #release: () => void;
  readonly #logs = new Set<Log>();
  #closed = false;

  constructor(connection: TabConnection, release: () => void) {
    this.#connection = connection;
    this.#release = release;
  }

  get transport(): LogStreamClient['transport'] {
    return this.#connection.transport;
  }

  get endpoint(): string {
    return this.#connection.endpoint;
  }

  open(topic: string, options: OpenOptions = {}): Log {
    if (this.#closed) throw new DOMException('The client is closed; connect again.', 'InvalidStateError');
    const log = this.#connection.open(topic, options, () => this.#logs.delete(log));
    this.#logs.add(log);
    return log;
  }

  stats(): Promise<ClientStats> {
    return this.#connection.stats();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const log of this.#logs) log.close();
    this.#release();
  }
}

/** The switch for debugging a page without changing it. Storage may throw, and Node prints a warning when it is read. */
function isDebugStored(): boolean {
  return attempt(() => typeof document !== 'undefined' && (localStorage.getItem('log-stream:debug') ?? '') !== '', false);
}
