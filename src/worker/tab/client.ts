import { DEFAULT_BASE_PATH } from '../../protocol/limits.ts';
import type { ClientOptions, ClientStats, Log, LogStreamClient, OpenOptions } from '../api.ts';
import { TabConnection } from './connection.ts';

/** What a page has open, by endpoint and worker; shared by everybody in the page. */
const connections = new Map<string, { readonly connection: TabConnection; users: number }>();

/**
 * A client of a log server. Everybody in a page who connects to the same endpoint shares one connection, and all tabs
 * share one socket. Throws TypeError for a URL that cannot be read.
 */
export function connect(options: ClientOptions = {}): LogStreamClient {
  const endpoint = absolute(options.endpoint ?? linked() ?? DEFAULT_BASE_PATH).replace(/\/+$/u, '');
  if (!/^https?:/u.test(endpoint))
    throw new TypeError(`The endpoint has to be an http or https URL, as https://example.com/log-stream: ${endpoint}`);
  const workerUrl = options.workerUrl === undefined ? undefined : absolute(options.workerUrl);
  const key = JSON.stringify([endpoint, workerUrl]);
  let shared = connections.get(key);
  if (shared === undefined) connections.set(key, (shared = { connection: new TabConnection(endpoint, workerUrl), users: 0 }));
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

function absolute(url: string): string {
  return new URL(url, typeof document === 'undefined' ? undefined : document.baseURI).href;
}

/** What `<link rel="log-stream" href>` of the page says. */
function linked(): string | undefined {
  return typeof document === 'undefined'
    ? undefined
    : (document.querySelector<HTMLLinkElement>('link[rel~="log-stream"]')?.href ?? undefined);
}
