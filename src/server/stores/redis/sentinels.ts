import { setTimeout as pause } from 'node:timers/promises';
import { StoreUnavailableError } from '../../store.ts';
import { nameOf } from './address.ts';
import type { Dial } from './dial.ts';
import { Nodes } from './nodes.ts';
import type { Topology } from './topology.ts';

/** ms that a Sentinel is waited for; the others know it as well. */
const ANSWER = 2_000;
/** ms that the rest is waited for once most agree: one of them may know of a newer failover. */
const GRACE = 200;

/** Who is the master, as one Sentinel knows it. */
interface Answer {
  readonly master: string;
  /** Which failover made it the master: it grows with each. */
  readonly epoch: number;
}

/**
 * The master that a group of Sentinels names. All of them are asked, again and again, rather than listened to: what one
 * publishes may be missed, and one that is cut off says nothing. The newest failover that any of them knows of
 * counts; one that hangs is not waited for once most agree. A
 * connection to the master that broke is not made anew before they were asked: the master that comes back may be one no more.
 */
export class Sentinels implements Topology {
  readonly isWatched = true;
  readonly #nodes: Nodes;
  readonly #sentinels: Nodes;
  readonly #names: readonly string[];
  readonly #group: string;
  readonly #patience: number;
  #master: string | undefined;
  #epoch = -1;

  /** `nodes` must not come back by themselves; `patience` is for how many ms a Sentinel is waited for. */
  constructor(nodes: Nodes, dial: Dial, names: readonly string[], group: string, patience = ANSWER) {
    this.#nodes = nodes;
    this.#sentinels = new Nodes(dial, { returning: true });
    this.#names = names;
    this.#group = group;
    this.#patience = patience;
  }

  owner(): string | undefined {
    return this.#master !== undefined && this.#nodes.isReady(this.#master) ? this.#master : undefined;
  }

  get owners(): ReadonlySet<string> {
    const owner = this.owner();
    return new Set(owner === undefined ? [] : [owner]);
  }

  learn(): void {
    // Only nodes of a cluster send elsewhere.
  }

  async ask(): Promise<boolean> {
    const isFirst = this.#epoch === -1;
    const { master, epoch } = await this.#question();
    this.#epoch = epoch;
    if (this.owner() === master) return false;
    this.#master = undefined;
    const asking = this.#roleOf(master);
    // The store cannot open without it. Later on, the Sentinels may name another one before a hung one is given up.
    const role = await (isFirst ? asking : Promise.race([asking, this.#silence(`The master ${master}`)]));
    if (role !== 'master')
      throw new StoreUnavailableError(`The Sentinels say that ${master} is the master, which it is not yet. Try again in a moment.`);
    this.#master = master;
    return true;
  }

  close(): Promise<void> {
    return this.#sentinels.close();
  }

  async #roleOf(master: string): Promise<unknown> {
    const client = await this.#nodes.get(master);
    const role: unknown = await client.sendCommand(['ROLE']);
    return Array.isArray(role) ? role[0] : undefined;
  }

  async #question(): Promise<Answer> {
    const answers: Answer[] = [];
    const failures: unknown[] = [];
    const silent = new Set<Promise<void>>();
    for (const name of this.#names) {
      const question: Promise<void> = Promise.race([this.#askOne(name), this.#silence(`The Sentinel at ${name}`)])
        .then(
          (answer) => void answers.push(answer),
          (error: unknown) => void failures.push(error),
        )
        .finally(() => silent.delete(question));
      silent.add(question);
    }
    while (silent.size > 0 && !doMostAgree(answers, this.#names.length)) await Promise.race(silent);
    if (silent.size > 0) await Promise.race([Promise.all(silent), pause(GRACE, undefined, { ref: false })]);
    const newest = answers.reduce<Answer | undefined>(
      (best, answer) => (best !== undefined && best.epoch >= answer.epoch ? best : answer),
      undefined,
    );
    if (newest === undefined) throw failures[0];
    // One that was cut off does not know better; where most say so, the group was set up anew.
    if (newest.epoch < this.#epoch && answers.length * 2 <= this.#names.length)
      throw new StoreUnavailableError('Only Sentinels that have missed a failover can be reached.');
    return newest;
  }

  async #askOne(name: string): Promise<Answer> {
    const client = await this.#sentinels.get(name);
    // In this order: a failover in between makes an old number beside a new name, and that rights itself.
    const [state, address]: unknown[] = await Promise.all([
      client.sendCommand(['SENTINEL', 'MASTER', this.#group]),
      client.sendCommand(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', this.#group]),
    ]).catch((error: unknown) => {
      throw explained(error, name, this.#group);
    });
    const epoch = Number(fieldOf(state, 'config-epoch'));
    const [host, port] = Array.isArray(address) ? (address as readonly unknown[]) : [];
    if (!Number.isSafeInteger(epoch) || typeof host !== 'string' || !/^\d+$/.test(String(port)))
      throw new StoreUnavailableError(`${name} did not answer as a Sentinel does. Check that it is one.`);
    return { master: nameOf({ host, port: Number(port) }), epoch };
  }

  async #silence(what: string): Promise<never> {
    await pause(this.#patience, undefined, { ref: false });
    throw new StoreUnavailableError(`${what} does not answer. Check that it is running and reachable.`);
  }
}

/** Whether more than half of all Sentinels know the same master of the same failover. */
function doMostAgree(answers: readonly Answer[], count: number): boolean {
  return answers.some(
    ({ master, epoch }) => answers.filter((other) => other.master === master && other.epoch === epoch).length * 2 > count,
  );
}

function explained(error: unknown, name: string, group: string): unknown {
  if (!(error instanceof Error)) return error;
  if (error.message.includes('No such master'))
    return new StoreUnavailableError(
      `The Sentinel at ${name} knows no master ${JSON.stringify(group)}: write the name that its "sentinel monitor" gives.`,
    );
  if (/unknown (sub)?command/i.test(error.message))
    return new StoreUnavailableError(
      `${name} is no Sentinel: name the Sentinels, whose port is 26379 unless they say otherwise, or write redis:.`,
    );
  return error;
}

/** A field of an answer that is a map, which the protocol gives as an object or as a list. */
function fieldOf(reply: unknown, name: string): unknown {
  if (reply instanceof Map) return reply.get(name);
  if (Array.isArray(reply)) {
    const at = reply.indexOf(name);
    return at === -1 ? undefined : reply[at + 1];
  }
  return typeof reply === 'object' && reply !== null ? new Map<string, unknown>(Object.entries(reply)).get(name) : undefined;
}
