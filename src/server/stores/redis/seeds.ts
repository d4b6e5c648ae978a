import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from './dial.ts';
import type { Nodes } from './nodes.ts';

/** ms that a node is waited for before the next one is asked as well. */
const HEAD_START = 2_000;

interface Seed {
  readonly client: Client;
  readonly name: string;
}

/** The first of several nodes that a connection stands to; one that is slow does not hold up the next. Rejects with the last failure. */
export async function askSeed(nodes: Nodes, names: readonly string[]): Promise<Seed> {
  const attempts: Promise<Seed>[] = [];
  let failures: readonly unknown[] = [];
  for (const name of names) {
    attempts.push(reach(nodes, name));
    const isLast = attempts.length === names.length;
    try {
      const any = Promise.any(attempts);
      const seed = await (isLast ? any : Promise.race([any, pause(HEAD_START, undefined, { ref: false })]));
      if (seed !== undefined) return seed;
    } catch (error) {
      failures = error instanceof AggregateError ? error.errors : [error];
    }
  }
  throw failures.at(-1);
}

async function reach(nodes: Nodes, name: string): Promise<Seed> {
  return { client: await nodes.get(name), name };
}
