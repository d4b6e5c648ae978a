import { setTimeout as pause } from 'node:timers/promises';
import { StoreUnavailableError } from '../../store.ts';
import { nodeName } from './address.ts';
import type { Dial } from './dial.ts';
import { NodePool } from './node-pool.ts';
import type { Topology } from './topology.ts';

/** ms that a Sentinel has to answer. */
const SENTINEL_TIMEOUT = 2_000;
/** ms that the other Sentinels have once most agree: one of them may know of a newer failover. */
const GRACE = 200;

/** The master as one Sentinel knows it. */
interface MasterReport {
  readonly master: string;
  /** The number of the failover that made it the master. */
  readonly epoch: number;
}

/**
 * The master that a group of Sentinels names. They are polled rather than subscribed to: a message may be missed, and a
 * Sentinel that is cut off sends none. All are asked, and the newest failover that any of them knows of counts; once most agree,
 * hung ones are not waited for. After the connection to the master broke, the Sentinels are asked before another one is
 * made: by the time the old master is back it may be a replica.
 */
export class Sentinels implements Topology {
  readonly needsPolling = true;
  readonly #pool: NodePool;
  readonly #sentinels: NodePool;
  readonly #names: readonly string[];
  readonly #masterName: string;
  readonly #timeout: number;
  #master: string | undefined;
  #epoch = -1;

  /** `pool` must not reconnect by itself. `timeout`: ms that a Sentinel, or a new master, has to answer. */
  constructor(pool: NodePool, dial: Dial, names: readonly string[], masterName: string, timeout = SENTINEL_TIMEOUT) {
    this.#pool = pool;
    this.#sentinels = new NodePool(dial, { reconnects: true });
    this.#names = names;
    this.#masterName = masterName;
    this.#timeout = timeout;
  }

  ownerOf(): string | undefined {
    return this.#master !== undefined && this.#pool.isReady(this.#master) ? this.#master : undefined;
  }

  get owners(): ReadonlySet<string> {
    const owner = this.ownerOf();
    return new Set(owner === undefined ? [] : [owner]);
  }

  setOwner(): void {
    // Only the nodes of a cluster redirect.
  }

  async refresh(): Promise<boolean> {
    const isFirst = this.#epoch === -1;
    const { master, epoch } = await this.#askAll();
    this.#epoch = epoch;
    if (this.ownerOf() === master) return false;
    this.#master = undefined;
    const answer = this.#roleOf(master);
    // The store cannot open without a master. Later, the Sentinels may name another one long before a hung one times out.
    const role = await (isFirst ? answer : Promise.race([answer, this.#rejectLater(`The master ${master}`)]));
    if (role !== 'master')
      throw new StoreUnavailableError(`The Sentinels name ${master} as the master, but it is still a replica. Try again in a moment.`);
    this.#master = master;
    return true;
  }

  close(): Promise<void> {
    return this.#sentinels.close();
  }

  async #roleOf(master: string): Promise<unknown> {
    const client = await this.#pool.get(master);
    const role: unknown = await client.sendCommand(['ROLE']);
    return Array.isArray(role) ? role[0] : undefined;
  }

  async #askAll(): Promise<MasterReport> {
    const answers: MasterReport[] = [];
    const failures: unknown[] = [];
    const pending = new Set<Promise<void>>();
    for (const name of this.#names) {
      const question: Promise<void> = Promise.race([this.#askOne(name), this.#rejectLater(`The Sentinel at ${name}`)])
        .then(
          (answer) => void answers.push(answer),
          (error: unknown) => void failures.push(error),
        )
        .finally(() => pending.delete(question));
      pending.add(question);
    }
    while (pending.size > 0 && !hasMajority(answers, this.#names.length)) await Promise.race(pending);
    if (pending.size > 0) await Promise.race([Promise.all(pending), pause(GRACE, undefined, { ref: false })]);
    const newest = answers.reduce<MasterReport | undefined>(
      (best, answer) => (best !== undefined && best.epoch >= answer.epoch ? best : answer),
      undefined,
    );
    if (newest === undefined) throw failures[0];
    // A minority with an older failover was cut off. A majority means that the group was set up again from scratch.
    if (newest.epoch < this.#epoch && answers.length * 2 <= this.#names.length)
      throw new StoreUnavailableError('Only Sentinels that missed a failover can be reached.');
    return newest;
  }

  async #askOne(name: string): Promise<MasterReport> {
    const client = await this.#sentinels.get(name);
    // In this order: a failover in between pairs the old epoch with the new master, which the next refresh corrects.
    const [state, address]: unknown[] = await Promise.all([
      client.sendCommand(['SENTINEL', 'MASTER', this.#masterName]),
      client.sendCommand(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', this.#masterName]),
    ]).catch((error: unknown) => {
      throw explain(error, name, this.#masterName);
    });
    const epoch = Number(fieldOf(state, 'config-epoch'));
    const [host, port] = Array.isArray(address) ? (address as readonly unknown[]) : [];
    if (!Number.isSafeInteger(epoch) || typeof host !== 'string' || !/^\d+$/.test(String(port)))
      throw new StoreUnavailableError(`${name} does not answer like a Sentinel. Check that it is one.`);
    return { master: nodeName({ host, port: Number(port) }), epoch };
  }

  async #rejectLater(what: string): Promise<never> {
    await pause(this.#timeout, undefined, { ref: false });
    throw new StoreUnavailableError(`${what} does not answer. Check that it is running and reachable.`);
  }
}

/** Whether more than half of all Sentinels name the same master of the same failover. */
function hasMajority(answers: readonly MasterReport[], count: number): boolean {
  return answers.some(
    ({ master, epoch }) => answers.filter((other) => other.master === master && other.epoch === epoch).length * 2 > count,
  );
}

function explain(error: unknown, name: string, masterName: string): unknown {
  if (!(error instanceof Error)) return error;
  if (error.message.includes('No such master'))
    return new StoreUnavailableError(
      `The Sentinel at ${name} knows no master ${JSON.stringify(masterName)}: use the name from its "sentinel monitor" setting.`,
    );
  if (/unknown (sub)?command/i.test(error.message))
    return new StoreUnavailableError(
      `${name} is not a Sentinel. Name the Sentinels (their default port is 26379), or use redis: instead of redis+sentinel:.`,
    );
  return error;
}

/** A field of a reply that is a map, which arrives as an object or as a list of names and values. */
function fieldOf(reply: unknown, name: string): unknown {
  if (reply instanceof Map) return reply.get(name);
  if (Array.isArray(reply)) {
    const at = reply.indexOf(name);
    return at === -1 ? undefined : reply[at + 1];
  }
  return typeof reply === 'object' && reply !== null ? new Map<string, unknown>(Object.entries(reply)).get(name) : undefined;
}
