import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redirectOf } from '../../../../src/server/stores/redis/routes.ts';
import type { ShardListener, ShardSubscriber } from '../../../../src/server/stores/redis/shard-connection.ts';
import { Subscriptions } from '../../../../src/server/stores/redis/subscriptions.ts';

type Node = 'one:1' | 'two:2';
const NODES: readonly Node[] = ['one:1', 'two:2'];

/** Two nodes that share the shard channels. The test decides when each command ends, and how. */
class Cluster {
  readonly serving = new Map<string, Node>();
  readonly pending: { finish(well: boolean): void }[] = [];
  readonly connections: Connection[] = [];
  overlaps = 0;
  readonly underWay = new Set<string>();

  /** Moves a channel to the other node, which ends its subscriptions here. */
  move(channel: string): void {
    const from = this.serves(channel);
    this.serving.set(channel, from === 'one:1' ? 'two:2' : 'one:1');
    for (const connection of this.connections) {
      if (connection.node === from && connection.subscribed.delete(channel)) connection.listener.onMoved(channel);
    }
  }

  serves(channel: string): Node {
    return this.serving.get(channel) ?? 'one:1';
  }
}

class Connection implements ShardSubscriber {
  readonly node: Node;
  readonly listener: ShardListener;
  readonly subscribed = new Set<string>();
  readonly #cluster: Cluster;
  isReady = false;
  isClosed = false;

  constructor(cluster: Cluster, node: Node, listener: ShardListener) {
    this.#cluster = cluster;
    this.node = node;
    this.listener = listener;
    cluster.connections.push(this);
  }

  /** Breaks it, or connects it again. */
  toggle(): void {
    if (this.isClosed) return;
    this.isReady = !this.isReady;
    this.subscribed.clear();
    if (this.isReady) this.listener.onReady();
    else this.listener.onLost();
  }

  subscribe(channel: string): Promise<void> {
    return this.#command(channel, () => {
      const serving = this.#cluster.serves(channel);
      if (serving !== this.node) throw new Error(`MOVED 1 ${serving}`);
      this.subscribed.add(channel);
    });
  }

  unsubscribe(channel: string): Promise<void> {
    return this.#command(channel, () => void this.subscribed.delete(channel));
  }

  audit(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.isClosed = true;
    this.isReady = false;
    this.subscribed.clear();
  }

  #command(channel: string, effect: () => void): Promise<void> {
    const { underWay } = this.#cluster;
    if (underWay.has(channel)) this.#cluster.overlaps += 1;
    underWay.add(channel);
    return new Promise((resolve, reject) => {
      this.#cluster.pending.push({
        finish: (well) => {
          underWay.delete(channel);
          if (!well || !this.isReady) {
            reject(new Error('the connection broke'));
            return;
          }
          try {
            effect();
            resolve();
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        },
      });
    });
  }
}

/** The owners of the channels as of the last refresh. */
class Table {
  readonly #cluster: Cluster;
  readonly #known = new Map<string, string>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  owner = (channel: string): string => this.#known.get(channel) ?? 'one:1';
  learn = (channel: string, node: string): void => void this.#known.set(channel, node);

  refresh(): void {
    for (const [channel, node] of this.#cluster.serving) this.#known.set(channel, node);
  }
}

describe('Subscriptions', () => {
  test('settle at the right nodes and report every gap, whatever changes and fails meanwhile', async () => {
    const channel = fc.constantFrom('a', 'b');
    const step = fc.oneof(
      fc.record({ kind: fc.constant('want' as const), channel, on: fc.boolean() }),
      fc.record({ kind: fc.constant('finish' as const), well: fc.boolean() }),
      fc.record({ kind: fc.constant('toggle' as const), index: fc.nat(3) }),
      fc.record({ kind: fc.constant('move' as const), channel }),
      fc.record({ kind: fc.constant('refresh' as const) }),
      fc.record({ kind: fc.constant('check' as const) }),
    );
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 50 }), async (steps) => {
        const cluster = new Cluster();
        const table = new Table(cluster);
        const wanted = new Set<string>();
        /** Since when a channel is heard without a gap; undefined while a gap has to be reported. */
        const told = new Set<string>();
        const subscriptions = new Subscriptions(
          {
            ownerOf: table.owner,
            serves: (node) => NODES.some((name) => name === node),
            moved: table.learn,
            redirectOf: (error) => redirectOf(error, 'one'),
            connect: (node, listener) => new Connection(cluster, node === 'one:1' ? 'one:1' : 'two:2', listener),
          },
          {
            wanted: () => wanted,
            isWanted: (name) => wanted.has(name),
            onMessage: () => undefined,
            onGap: (name) => told.add(name),
          },
        );
        for (const item of steps) {
          const before = heard(cluster);
          if (item.kind === 'want') {
            if (item.on) wanted.add(item.channel);
            else wanted.delete(item.channel);
            subscriptions.sync(item.channel);
          } else if (item.kind === 'finish') {
            cluster.pending.shift()?.finish(item.well);
          } else if (item.kind === 'toggle') {
            cluster.connections[item.index]?.toggle();
          } else if (item.kind === 'move') {
            cluster.move(item.channel);
          } else if (item.kind === 'refresh') {
            table.refresh();
            subscriptions.reroute();
          } else {
            subscriptions.check();
          }
          for (const name of before) if (!heard(cluster).has(name)) told.delete(name);
          await turn();
        }
        table.refresh();
        subscriptions.reroute();
        // From here on all connections are up and all commands succeed.
        for (let round = 0; round < 30; round += 1) {
          for (const connection of cluster.connections) if (!connection.isReady) connection.toggle();
          subscriptions.check();
          cluster.pending.shift()?.finish(true);
          await turn();
        }
        expect([...heard(cluster)].sort()).toEqual([...wanted].sort());
        for (const name of wanted) expect(told).toContain(name);
        expect(cluster.overlaps).toBe(0);
        subscriptions.close();
        expect(cluster.connections.every(({ isClosed }) => isClosed)).toBe(true);
      }),
    );
  });
});

/** The shard channels with a subscription at their node. */
function heard(cluster: Cluster): Set<string> {
  const channels = new Set<string>();
  for (const { node, subscribed } of cluster.connections) {
    for (const channel of subscribed) if (cluster.serves(channel) === node) channels.add(channel);
  }
  return channels;
}
