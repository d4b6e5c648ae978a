import { setTimeout as pause } from 'node:timers/promises';
import { StoreUnavailableError } from '../../store.ts';
import { nodeName, type RedisAddress, type RedisCredentials } from './address.ts';
import type { Dial } from './dial.ts';
import { firstAnswer } from './first-answer.ts';
import type { NodePool } from './node-pool.ts';
import { RedisCluster } from './redis-cluster.ts';
import { Sentinels } from './sentinels.ts';
import { parseInfo, type ServerInfo } from './server-info.ts';
import { StandaloneServer } from './standalone-server.ts';
import type { Topology } from './topology.ts';

/** ms that opening waits for the INFO of the other servers. A hung one sends none, and must not hold up the rest. */
const INFO_TIMEOUT = 250;

/** What a server said about itself. */
interface NamedInfo extends ServerInfo {
  readonly name: string;
}

/** Finds out whether the address names one server, a cluster or Sentinels. Rejects when the store cannot work with it. */
export async function discover(
  { nodes, sentinel }: RedisAddress,
  pool: NodePool,
  dialSentinels: (credentials: RedisCredentials) => Dial,
  warn: (message: string) => void,
): Promise<Topology> {
  const names = nodes.map(nodeName);
  if (sentinel !== undefined) {
    const topology = new Sentinels(pool, dialSentinels(sentinel), names, sentinel.master);
    try {
      await topology.refresh();
      await checkServers(topology.owners, undefined, pool, warn);
      return topology;
    } catch (error) {
      await topology.close();
      throw error;
    }
  }
  const first = await firstAnswer(names, (name) => infoOf(pool, name));
  const topology = topologyOf(first, names, pool);
  await topology.refresh();
  if (topology.owners.size === 0)
    throw new StoreUnavailableError('The Redis cluster serves no slots yet. Assign them with "redis-cli --cluster create".');
  await checkServers(topology.owners, first, pool, warn);
  return topology;
}

/** A cluster or a single server, depending on the first server that answered. */
function topologyOf({ name, isSentinel, isCluster }: NamedInfo, names: readonly string[], pool: NodePool): Topology {
  if (isSentinel)
    throw new StoreUnavailableError(
      `${name} is a Sentinel, which stores no data. Use redis+sentinel://HOST/MASTER with its master's name.`,
    );
  if (isCluster) return new RedisCluster(pool, names);
  if (names.length > 1)
    throw new StoreUnavailableError(
      `The URL names several servers, but ${name} is not part of a cluster. Name one server, start them with ` +
        '"cluster-enabled yes", or name the Sentinels of a primary and its replicas (redis+sentinel://).',
    );
  return new StandaloneServer(name);
}

/**
 * Rejects when a server is too old, and warns once about each setting that may lose lines. `first` has answered already. The
 * problems of a server that answers late become warnings.
 */
async function checkServers(
  names: ReadonlySet<string>,
  first: NamedInfo | undefined,
  pool: NodePool,
  warn: (message: string) => void,
): Promise<void> {
  const warned = new Set<string>();
  let isOpen = false;
  const report = ({ refusal, warnings }: ServerInfo): void => {
    if (refusal !== undefined && !isOpen) throw new StoreUnavailableError(refusal);
    for (const warning of refusal === undefined ? warnings : [refusal]) {
      if (warned.has(warning)) continue;
      warned.add(warning);
      warn(warning);
    }
  };
  const check = async (name: string): Promise<void> => {
    // An unreachable server cannot be checked. Its logs are unavailable until it or its replica is back.
    const info = await infoOf(pool, name).catch(() => undefined);
    if (info !== undefined) report(info);
  };
  if (first !== undefined) report(first);
  const others = [...names].filter((name) => name !== first?.name);
  if (others.length > 0) await Promise.race([Promise.all(others.map(check)), pause(INFO_TIMEOUT, undefined, { ref: false })]);
  isOpen = true;
}

async function infoOf(pool: NodePool, name: string): Promise<NamedInfo> {
  const client = await pool.get(name);
  return { name, ...parseInfo(await client.info()) };
}
