import { setTimeout as pause } from 'node:timers/promises';
import { StoreUnavailableError } from '../../store.ts';
import { nameOf, type RedisCredentials, type RedisAddress } from './address.ts';
import { RedisCluster } from './redis-cluster.ts';
import type { Dial } from './dial.ts';
import { readFacts, type ServerFacts } from './facts.ts';
import type { Nodes } from './nodes.ts';
import { askInTurn } from './seeds.ts';
import { Sentinels } from './sentinels.ts';

/** ms that opening waits for the facts of all servers. */
const FACTS_WAIT = 250;

/** Which node serves which keys. */
export interface Topology {
  /** Whether that may change without any failure to tell of it, so that it is asked now and then. */
  readonly isWatched: boolean;
  /** The name of the node that serves a key; undefined when none is known. */
  owner(key: string): string | undefined;
  /** The nodes that serve anything. */
  readonly owners: ReadonlySet<string>;
  /** A node answered that another one serves this key. */
  learn(key: string, owner: string): void;
  /** Asks anew, and resolves to whether keys may be served by other nodes than before. Rejects when nobody can be asked. */
  ask(): Promise<boolean>;
  close(): Promise<void>;
}

/** The one server of an address: what its name leads to is its own affair. */
class OneServer implements Topology {
  readonly isWatched = false;
  readonly owners: ReadonlySet<string>;
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
    this.owners = new Set([name]);
  }

  owner(): string {
    return this.#name;
  }

  learn(): void {
    // Only nodes of a cluster send elsewhere.
  }

  ask(): Promise<boolean> {
    return Promise.resolve(false);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Finds out what the servers of an address are to each other. Rejects where the store cannot work on them. */
export async function discover(
  { nodes: seeds, sentinel }: RedisAddress,
  nodes: Nodes,
  dialSentinels: (credentials: RedisCredentials) => Dial,
  warn: (message: string) => void,
): Promise<Topology> {
  const names = seeds.map(nameOf);
  if (sentinel !== undefined) {
    const topology = new Sentinels(nodes, dialSentinels(sentinel), names, sentinel.master);
    try {
      await topology.ask();
      await checkFacts(topology, nodes, warn);
      return topology;
    } catch (error) {
      await topology.close();
      throw error;
    }
  }
  const { name, facts } = await askInTurn(names, async (seed) => ({ name: seed, facts: readFacts(await (await nodes.get(seed)).info()) }));
  if (facts.isSentinel)
    throw new StoreUnavailableError(
      `${name} is a Sentinel and keeps no data: write redis+sentinel://HOST/MASTER, with the name of its master.`,
    );
  if (facts.isCluster) {
    const topology = new RedisCluster(nodes, names);
    await topology.ask();
    if (topology.owners.size === 0)
      throw new StoreUnavailableError('The Redis cluster serves nothing yet: give its nodes their slots (redis-cli --cluster create).');
    await checkFacts(topology, nodes, warn);
    return topology;
  }
  if (names.length > 1)
    throw new StoreUnavailableError(
      `Several servers are given, but ${name} is not part of a cluster: give one, start them with cluster-enabled yes, ` +
        'or name the Sentinels of a primary and its replicas (redis+sentinel://).',
    );
  const topology = new OneServer(name);
  await checkFacts(topology, nodes, warn);
  return topology;
}

/**
 * Checks all servers. Rejects when one is too old and warns once of each setting that may lose lines. A server that does not
 * answer at once does not hold up the rest: whatever is wrong with it becomes a warning when it answers.
 */
async function checkFacts(topology: Topology, nodes: Nodes, warn: (message: string) => void): Promise<void> {
  const warned = new Set<string>();
  let isOpen = false;
  const check = async (owner: string): Promise<void> => {
    const { refusal, warnings } = await factsOf(nodes, owner);
    if (refusal !== undefined && !isOpen) throw new StoreUnavailableError(refusal);
    for (const warning of refusal === undefined ? warnings : [refusal]) {
      if (warned.has(warning)) continue;
      warned.add(warning);
      warn(warning);
    }
  };
  await Promise.race([Promise.all([...topology.owners].map(check)), pause(FACTS_WAIT, undefined, { ref: false })]);
  isOpen = true;
}

/** One that is away cannot be asked: its logs are, once it or its replica is back. */
async function factsOf(nodes: Nodes, name: string): Promise<ServerFacts> {
  try {
    return readFacts(await (await nodes.get(name)).info());
  } catch {
    return readFacts('');
  }
}
