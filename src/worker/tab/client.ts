import { DEFAULT_BASE_PATH } from '../../protocol/limits.ts';
import type { ClientOptions, ClientStats, Log, LogStreamClient, OpenOptions } from '../api.ts';
import { TabConnection } from './tab-connection.ts';
import { absolute, endpointOf, headLink } from './page.ts';
import type { WorkerScript } from './trusted-worker.ts';

/** What a page has open, by endpoint and worker; shared by everybody in the page. */
const connections = new Map<string, { readonly connection: TabConnection; users: number }>();

/**
 * A client of a log server. All code of a page that connects to the same endpoint shares one connection, and all tabs
 * share one socket. Throws TypeError for a URL that cannot be read.
 */
export function connect(options: ClientOptions = {}): LogStreamClient {
  return connectTo(options, true);
}

/** As {@link connect}, for a worker's URL that stands in the page's markup: it counts only as far as the page lets it. */
export function connectAsMarkup(options: ClientOptions): LogStreamClient {
  return connectTo(options, false);
}

function connectTo(options: ClientOptions, byCode: boolean): LogStreamClient {
  const endpoint = endpointOf(options.endpoint ?? headLink('log-stream') ?? DEFAULT_BASE_PATH);
  if (!/^https?:/u.test(endpoint))
    throw new TypeError(`The endpoint has to be an http or https URL, as https://example.com/log-stream: ${endpoint}`);
  const script = options.workerUrl === undefined ? undefined : scriptOf(options.workerUrl, byCode);
  const key = JSON.stringify([endpoint, script]);
  let shared = connections.get(key);
  if (shared === undefined) connections.set(key, (shared = { connection: new TabConnection(endpoint, script), users: 0 }));
  shared.users += 1;
  return new Client(shared.connection, () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    connections.delete(key);
    shared.connection.end();
  });
}

/** One user's share of a connection. */
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

function scriptOf(workerUrl: string, byCode: boolean): WorkerScript {
  const url = absolute(workerUrl);
  return { url, vouched: byCode || url === headLink('log-stream-worker') };
}
