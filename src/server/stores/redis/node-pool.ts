import { setTimeout as pause } from 'node:timers/promises';
import { closedError } from '../store-rules.ts';
import { backoff, type Client, type Dial } from './dial.ts';
import { connectFailure } from './failures.ts';

interface Node {
  readonly client: Client;
  /** Settles when the first attempt to connect does; undefined once connected. */
  connecting: Promise<Client> | undefined;
  lastError: unknown;
  /** As `performance.now()`. */
  readonly createdAt: number;
}

/** A node whose first connection failed. */
interface Failure {
  readonly error: unknown;
  /** Failures in a row. */
  readonly count: number;
  /** The earliest time to dial again, as `performance.now()`. */
  readonly retryAt: number;
}

/** Minimum age (ms) of a connection before it is replaced by another one to the same name. */
const MIN_CONNECTION_AGE = 1_000;

/** ms that a connection has to answer outstanding commands before it is closed. A hung node never answers them. */
const CLOSE_TIMEOUT = 2_000;

/** The connections for commands, at most one for each node. */
export class NodePool {
  readonly #dial: Dial;
  readonly #reconnects: boolean;
  readonly #nodes = new Map<string, Node>();
  /** Failures of nodes that are not in `#nodes`. */
  readonly #failures = new Map<string, Failure>();
  #closed = false;

  /**
   * With `reconnects`, a connection that was up once comes back by itself. Without, it is dropped when it breaks, so that the
   * caller can choose another node.
   */
  constructor(dial: Dial, { reconnects }: { readonly reconnects: boolean }) {
    this.#dial = dial;
    this.#reconnects = reconnects;
  }

  /**
   * The connection to a node, or a promise of it while the first attempt to connect is under way. After a failed attempt the
   * promise rejects with the same error for up to 2 s, without dialling again. Rejects after `close()`.
   */
  get(name: string): Client | Promise<Client> {
    if (this.#closed) return Promise.reject(closedError());
    const node = this.#nodes.get(name);
    if (node !== undefined) return node.connecting ?? node.client;
    const failure = this.#failures.get(name);
    return failure !== undefined && performance.now() < failure.retryAt ? rejected(failure.error) : this.#connect(name);
  }

  /** The names of the nodes that can be sent commands right now. */
  get ready(): string[] {
    return [...this.#nodes.keys()].filter((name) => this.isReady(name));
  }

  isReady(name: string): boolean {
    return this.#nodes.get(name)?.client.isReady === true;
  }

  lastErrorOf(name: string): unknown {
    return this.#nodes.get(name)?.lastError;
  }

  /** Closes the connections to all other nodes, after their outstanding commands. */
  keepOnly(names: ReadonlySet<string>): void {
    for (const [name, node] of this.#nodes) {
      if (names.has(name)) continue;
      this.#nodes.delete(name);
      void closeClient(node.client);
    }
    for (const name of this.#failures.keys()) if (!names.has(name)) this.#failures.delete(name);
  }

  /** Drops a connection, so that the next `get` makes a new one: the name may lead to another server by now. */
  drop(name: string, client: Client): void {
    const node = this.#nodes.get(name);
    if (node?.client !== client || performance.now() - node.createdAt < MIN_CONNECTION_AGE) return;
    this.#nodes.delete(name);
    void closeClient(client);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const clients = [...this.#nodes.values()].map(({ client }) => client);
    this.#nodes.clear();
    this.#failures.clear();
    await Promise.all(clients.map(closeClient));
  }

  #connect(name: string): Promise<Client> {
    let wasConnected = false;
    const client = this.#dial(name, (retries, cause) => (wasConnected && this.#reconnects ? backoff(retries) : cause));
    const node: Node = { client, connecting: undefined, lastError: undefined, createdAt: performance.now() };
    // Without a listener, an 'error' event would end the process. The commands reject by themselves.
    client.on('error', (error: unknown) => {
      node.lastError = connectFailure(error);
      if (!wasConnected || this.#reconnects) return;
      if (this.#nodes.get(name) === node) this.#nodes.delete(name);
      client.destroy();
    });
    // The package finishes connecting even when the client was destroyed meanwhile.
    client.on('ready', () => {
      if (this.#nodes.get(name) !== node) client.destroy();
    });
    node.connecting = client.connect().then(
      () => {
        if (this.#nodes.get(name) !== node) throw new Error(`The connection to ${name} was abandoned while it was being made. Try again.`);
        wasConnected = true;
        this.#failures.delete(name);
        node.connecting = undefined;
        return client;
      },
      (cause: unknown) => {
        const error = connectFailure(cause);
        if (this.#nodes.get(name) === node) this.#recordFailure(name, error);
        client.destroy();
        throw error;
      },
    );
    // Often nothing awaits it.
    node.connecting.catch(() => undefined);
    this.#nodes.set(name, node);
    return node.connecting;
  }

  #recordFailure(name: string, error: unknown): void {
    this.#nodes.delete(name);
    const count = this.#failures.get(name)?.count ?? 0;
    this.#failures.set(name, { error, count: count + 1, retryAt: performance.now() + backoff(count) });
  }
}

/** A rejected promise that counts as handled, since often nothing awaits it. */
function rejected(error: unknown): Promise<never> {
  const rejection = Promise.resolve().then((): never => {
    throw error;
  });
  rejection.catch(() => undefined);
  return rejection;
}

async function closeClient(client: Client): Promise<void> {
  try {
    if (client.isReady) await Promise.race([client.close(), pause(CLOSE_TIMEOUT, undefined, { ref: false })]);
  } catch {
    // The connection broke, so it is closed.
  } finally {
    client.destroy();
  }
}
