import { vi } from 'vitest';
import { slotOf } from '../../../../src/server/stores/redis/routes.ts';
import { freePort, RedisServer, type ServerTls } from './redis-server.ts';

type Client = Awaited<ReturnType<RedisServer['connect']>>;

const SLOTS = 16_384;
const MASTERS = 3;

/** A redis-server of a cluster, with an administrator's connection. */
export interface ClusterNode {
  readonly server: RedisServer;
  readonly admin: Client;
  readonly busPort: number;
  readonly id: string;
}

/** Slots from the first to the last, both included. */
export interface SlotRange {
  readonly from: number;
  readonly to: number;
}

/** Three real redis-servers, each with a third of the slots, and optionally replicas of the first ones. */
export class RedisCluster {
  readonly masters: readonly ClusterNode[];
  /** The replica of the master with the same index. */
  readonly replicas: readonly ClusterNode[];

  private constructor(masters: readonly ClusterNode[], replicas: readonly ClusterNode[]) {
    this.masters = masters;
    this.replicas = replicas;
  }

  static async start({ replicas = 0, tls }: { readonly replicas?: number; readonly tls?: ServerTls } = {}): Promise<RedisCluster> {
    const nodes = await Promise.all(Array.from({ length: MASTERS + replicas }, (_, index) => startNode(index + 1, tls)));
    const cluster = new RedisCluster(nodes.slice(0, MASTERS), nodes.slice(MASTERS));
    for (const [index, { admin }] of cluster.masters.entries()) {
      const from = Math.floor((index * SLOTS) / MASTERS);
      const to = Math.floor(((index + 1) * SLOTS) / MASTERS) - 1;
      await admin.sendCommand(['CLUSTER', 'ADDSLOTSRANGE', String(from), String(to)]);
    }
    const [first, ...others] = nodes;
    if (first === undefined) throw new Error('There is no node.');
    for (const { server, busPort } of others)
      await first.admin.sendCommand(['CLUSTER', 'MEET', '127.0.0.1', String(server.port), String(busPort)]);
    await until(() => cluster.#agree());
    await Promise.all(cluster.replicas.map((replica, index) => replicate(replica, cluster.masters[index])));
    return cluster;
  }

  /** The URL of a store that names all masters. */
  get url(): string {
    const others = this.masters.slice(1).map(({ server }) => `,127.0.0.1:${server.port}`);
    return [this.seed, ...others].join('');
  }

  /** The URL of a store that names one master. */
  get seed(): string {
    return this.masters[0]?.server.url ?? '';
  }

  /** The master that a key belonged to when the cluster was created. */
  masterOf(key: string): ClusterNode {
    return this.masterOfSlot(slotOf(key));
  }

  /** The master that a slot belonged to when the cluster was created. */
  masterOfSlot(slot: number): ClusterNode {
    const node = this.masters[Math.floor((slot * MASTERS) / SLOTS)];
    if (node === undefined) throw new Error('There is no such node.');
    return node;
  }

  /** Another master. */
  otherThan(node: ClusterNode): ClusterNode {
    const other = this.masters.find(({ id }) => id !== node.id);
    if (other === undefined) throw new Error('There is no other node.');
    return other;
  }

  /** Begins to move the slot of a key. From now on the old node redirects commands for keys that it no longer has. */
  async beginMove(key: string, from: ClusterNode, to: ClusterNode): Promise<void> {
    const slot = String(slotOf(key));
    await to.admin.sendCommand(['CLUSTER', 'SETSLOT', slot, 'IMPORTING', from.id]);
    await from.admin.sendCommand(['CLUSTER', 'SETSLOT', slot, 'MIGRATING', to.id]);
  }

  /** Moves one key of the slot. */
  async moveKey(key: string, from: ClusterNode, to: ClusterNode): Promise<void> {
    await from.admin.sendCommand(['MIGRATE', '127.0.0.1', String(to.server.port), key, '0', '5000']);
  }

  /** Moves the remaining keys of the slot, and makes all nodes route to the new owner. */
  async endMove(key: string, from: ClusterNode, to: ClusterNode): Promise<void> {
    const slot = slotOf(key);
    for (;;) {
      const keys = await from.admin.clusterGetKeysInSlot(slot, 10);
      if (keys.length === 0) break;
      for (const name of keys) await this.moveKey(name, from, to);
    }
    for (const { admin } of [to, from, ...this.masters]) await admin.sendCommand(['CLUSTER', 'SETSLOT', String(slot), 'NODE', to.id]);
  }

  /** Takes a range of slots from its master, so that no node serves it. */
  async unserve({ from, to }: SlotRange): Promise<void> {
    await until(async () => {
      for (const { admin } of this.masters) {
        if (!isServed(await admin.clusterSlots(), from)) continue;
        // A late message of the former owner may make a node assign the range to it again.
        await admin.sendCommand(['CLUSTER', 'DELSLOTSRANGE', String(from), String(to)]);
        throw new Error('The slots are still served.');
      }
    });
  }

  /** Assigns an unserved range of slots to a node. */
  async serve({ from, to }: SlotRange, node: ClusterNode): Promise<void> {
    await node.admin.sendCommand(['CLUSTER', 'ADDSLOTSRANGE', String(from), String(to)]);
    await until(async () => {
      for (const { admin } of this.masters) if (!isServed(await admin.clusterSlots(), from)) throw new Error('Not every node knows yet.');
    });
  }

  async stop(): Promise<void> {
    const stopped = [...this.masters, ...this.replicas].map(({ admin, server }) => {
      admin.destroy();
      return server.stop();
    });
    await Promise.all(stopped);
  }

  /** Rejects until every node knows all others and sees all slots served. */
  async #agree(): Promise<void> {
    const nodes = [...this.masters, ...this.replicas];
    for (const { admin } of nodes) {
      const info = await admin.clusterInfo();
      if (!info.includes('cluster_state:ok') || !info.includes(`cluster_known_nodes:${nodes.length}\r`))
        throw new Error(`Not a cluster yet: ${info}`);
    }
  }
}

/** Makes a node the replica of a master. Resolves once it has caught up. */
async function replicate({ admin }: ClusterNode, master: ClusterNode | undefined): Promise<void> {
  await until(() => admin.sendCommand(['CLUSTER', 'REPLICATE', master?.id ?? '']));
  await until(async () => {
    if (!(await admin.info('replication')).includes('master_link_status:up')) throw new Error('The replica has not caught up.');
  });
}

function isServed(slots: readonly SlotRange[], slot: number): boolean {
  return slots.some(({ from, to }) => from <= slot && slot <= to);
}

function until(done: () => Promise<unknown>): Promise<unknown> {
  return vi.waitFor(done, { timeout: 30_000, interval: 50 });
}

async function startNode(epoch: number, tls: ServerTls | undefined): Promise<ClusterNode> {
  // A busy machine must not count as a failed node, and the remaining slots stay served.
  const tolerant = ['--cluster-node-timeout', '20000', '--cluster-require-full-coverage', 'no', '--cluster-allow-replica-migration', 'no'];
  const [server, busPort] = await withFreePort((port) => {
    const options = ['--cluster-enabled', 'yes', '--cluster-port', String(port), ...tolerant, '--repl-diskless-sync-delay', '0'];
    return tls === undefined ? RedisServer.start(...options) : RedisServer.startTls(tls, ...options, '--tls-cluster', 'yes');
  });
  const admin = await server.connect();
  await admin.sendCommand(['CLUSTER', 'SET-CONFIG-EPOCH', String(epoch)]);
  return { server, admin, busPort, id: await admin.clusterMyId() };
}

/** Retries, since another process may take the free port first. */
async function withFreePort<T>(start: (port: number) => Promise<T>): Promise<[T, port: number]> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    try {
      return [await start(port), port];
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}
