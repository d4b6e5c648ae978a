import { parseNodeName } from './address.ts';
import { firstAnswer } from './first-answer.ts';
import type { NodePool } from './node-pool.ts';
import { Routes } from './routes.ts';
import type { Topology } from './topology.ts';

/** A Redis cluster. Any of its nodes knows which one serves which slots. */
export class RedisCluster implements Topology {
  readonly #pool: NodePool;
  readonly #seeds: readonly string[];
  readonly #routes = new Routes();
  /** Whether a redirect has changed the routes since the last refresh. */
  #wasRedirected = false;

  constructor(pool: NodePool, seeds: readonly string[]) {
    this.#pool = pool;
    this.#seeds = seeds;
  }

  /** A node that no longer serves a slot redirects to the new owner. Nothing announces that an unserved slot got an owner. */
  get needsPolling(): boolean {
    return !this.#routes.isComplete;
  }

  get owners(): ReadonlySet<string> {
    return this.#routes.owners;
  }

  ownerOf(key: string): string | undefined {
    return this.#routes.ownerOf(key);
  }

  setOwner(key: string, owner: string): void {
    this.#routes.setOwner(key, owner);
    this.#wasRedirected = true;
  }

  async refresh(): Promise<boolean> {
    const { ready } = this.#pool;
    // In random order: a node that is cut off from the others gives the same outdated answer each time.
    ready.sort(() => Math.random() - 0.5);
    // The seeds come last, for when no other connection is left or all of them hang.
    const { name, reply } = await firstAnswer([...new Set([...ready, ...this.#seeds])], async (node) => {
      const client = await this.#pool.get(node);
      const slots: unknown = await client.sendCommand(['CLUSTER', 'SLOTS']);
      return { name: node, reply: slots };
    });
    const hasChanged = this.#routes.replace(reply, parseNodeName(name).host) || this.#wasRedirected;
    this.#wasRedirected = false;
    return hasChanged;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
