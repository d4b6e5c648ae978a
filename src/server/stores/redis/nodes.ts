import { setTimeout as pause } from 'node:timers/promises';
import { closedError } from '../rules.ts';
import { backoff, type Client, type Dial } from './dial.ts';
import { connectFailure } from './failures.ts';

interface Node {
  readonly client: Client;
  /** Until it is connected for the first time. */
  connecting: Promise<Client> | undefined;
  /** What went wrong last. */
  trouble: unknown;
  /** When it was begun, as `performance.now()`. */
  readonly since: number;
}

/** A node that no connection stood to yet, or that could not be connected to anew. */
interface Failure {
  readonly trouble: unknown;
  /** How often in a row. */
  readonly count: number;
  /** When it is dialled again at the earliest, as `performance.now()`. */
  readonly until: number;
}

/** ms that a connection stands at least, before it is given up for another one to the same name. */
const MIN_AGE = 1_000;

/** ms that a connection is given to answer what was sent, before it is closed: a hung node never answers. */
const CLOSE_WAIT = 2_000;

/** The connections for commands: at most one to each node. */
export class Nodes {
  readonly #dial: Dial;
  readonly #returning: boolean;
  readonly #nodes = new Map<string, Node>();
  /** Of nodes that are in `#nodes` no more. */
  readonly #failures = new Map<string, Failure>();
  #closed = false;

  /**
   * Connections that are `returning` come back by themselves once they stood. Others are forgotten when they break: who wants
   * one decides anew for which node.
   */
  constructor(dial: Dial, { returning }: { readonly returning: boolean }) {
    this.#dial = dial;
    this.#returning = returning;
  }

  /**
   * The connection to a node; a promise while it is made for the first time. That rejects when it fails and, with the same
   * trouble, for up to 2 s from then on, however often it is asked for; also after `close()`.
   */
  get(name: string): Client | Promise<Client> {
    if (this.#closed) return Promise.reject(closedError());
    const node = this.#nodes.get(name);
    if (node !== undefined) return node.connecting ?? node.client;
    const failure = this.#failures.get(name);
    return failure !== undefined && performance.now() < failure.until ? refused(failure.trouble) : this.#open(name);
  }

  /** The nodes that can be asked right now. */
  get ready(): { readonly name: string; readonly client: Client }[] {
    return [...this.#nodes].filter(([, { client }]) => client.isReady).map(([name, { client }]) => ({ name, client }));
  }

  isReady(name: string): boolean {
    return this.#nodes.get(name)?.client.isReady === true;
  }

  /** Why a node cannot be asked. */
  troubleOf(name: string): unknown {
    return this.#nodes.get(name)?.trouble;
  }

  /** Lets go of all nodes but these, once they have answered what they were asked. */
  keep(names: ReadonlySet<string>): void {
    for (const [name, node] of this.#nodes) {
      if (names.has(name)) continue;
      this.#nodes.delete(name);
      void end(node.client);
    }
    for (const name of this.#failures.keys()) if (!names.has(name)) this.#failures.delete(name);
  }

  /** Connects to a node anew when it is asked next: its name may lead to another server by now. */
  renew(name: string, client: Client): void {
    const node = this.#nodes.get(name);
    if (node?.client !== client || performance.now() - node.since < MIN_AGE) return;
    this.#nodes.delete(name);
    void end(client);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const clients = [...this.#nodes.values()].map(({ client }) => client);
    this.#nodes.clear();
    this.#failures.clear();
    await Promise.all(clients.map(end));
  }

  #open(name: string): Promise<Client> {
    let stood = false;
    const client = this.#dial(name, (retries, cause) => (stood && this.#returning ? backoff(retries) : cause));
    const node: Node = { client, connecting: undefined, trouble: undefined, since: performance.now() };
    // Without a listener an error of the connection would end the process; each command is told of it anyway.
    client.on('error', (error: unknown) => {
      node.trouble = connectFailure(error);
      if (!stood || this.#returning) return;
      if (this.#nodes.get(name) === node) this.#nodes.delete(name);
      client.destroy();
    });
    // The package opens its socket even if it was destroyed meanwhile.
    client.on('ready', () => {
      if (this.#nodes.get(name) !== node) client.destroy();
    });
    node.connecting = client.connect().then(
      () => {
        if (this.#nodes.get(name) !== node) throw new Error(`The connection to ${name} was given up while it was made. Try again.`);
        stood = true;
        this.#failures.delete(name);
        node.connecting = undefined;
        return client;
      },
      (error: unknown) => {
        const trouble = connectFailure(error);
        if (this.#nodes.get(name) === node) this.#fail(name, trouble);
        client.destroy();
        throw trouble;
      },
    );
    // Whoever waits for it is told; often nobody does.
    node.connecting.catch(() => undefined);
    this.#nodes.set(name, node);
    return node.connecting;
  }

  #fail(name: string, trouble: unknown): void {
    this.#nodes.delete(name);
    const count = this.#failures.get(name)?.count ?? 0;
    this.#failures.set(name, { trouble, count: count + 1, until: performance.now() + backoff(count) });
  }
}

/** Says why there is no connection; often nobody waits for it. */
function refused(trouble: unknown): Promise<never> {
  const refusal = Promise.resolve().then((): never => {
    throw trouble;
  });
  refusal.catch(() => undefined);
  return refusal;
}

async function end(client: Client): Promise<void> {
  try {
    if (client.isReady) await Promise.race([client.close(), pause(CLOSE_WAIT, undefined, { ref: false })]);
  } catch {
    // It broke, which closes it as well.
  } finally {
    client.destroy();
  }
}
