import { nodeOf } from './address.ts';
import type { Nodes } from './nodes.ts';
import { Routes } from './routes.ts';
import { askInTurn, askSeed } from './seeds.ts';
import type { Topology } from './topology.ts';

/** A Redis cluster, which any of its nodes tells. */
export class RedisCluster implements Topology {
  readonly #nodes: Nodes;
  readonly #seeds: readonly string[];
  readonly #routes = new Routes();
  /** Whether a part of the routes came from elsewhere than the last question. */
  #learned = false;

  constructor(nodes: Nodes, seeds: readonly string[]) {
    this.#nodes = nodes;
    this.#seeds = seeds;
  }

  /** A node that no longer serves a key says so; that a slot without a node gets one, no node says. */
  get isWatched(): boolean {
    return !this.#routes.isComplete;
  }

  owner(key: string): string | undefined {
    return this.#routes.owner(key);
  }

  get owners(): ReadonlySet<string> {
    return this.#routes.owners;
  }

  learn(key: string, owner: string): void {
    this.#routes.learn(key, owner);
    this.#learned = true;
  }

  async ask(): Promise<boolean> {
    const { ready } = this.#nodes;
    // Any of them: one that is cut off from the others does not know better when it is asked again.
    ready.sort(() => Math.random() - 0.5);
    const nodes = ready.length > 0 ? ready : [await askSeed(this.#nodes, this.#seeds)];
    const { name, reply } = await askInTurn(nodes, async (node) => {
      const slots: unknown = await node.client.sendCommand(['CLUSTER', 'SLOTS']);
      return { name: node.name, reply: slots };
    });
    const changed = this.#routes.replace(reply, nodeOf(name).host) || this.#learned;
    this.#learned = false;
    return changed;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
