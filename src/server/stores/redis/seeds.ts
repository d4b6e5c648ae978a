import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from './dial.ts';
import type { Nodes } from './nodes.ts';

/** ms that a node is waited for before the next one is asked as well: a hung one costs no more than this. */
const HEAD_START = 100;

interface Seed {
  readonly client: Client;
  readonly name: string;
}

/** The first of several nodes that a connection stands to; one that is slow does not hold up the next. Rejects with the last failure. */
export function askSeed(nodes: Nodes, names: readonly string[]): Promise<Seed> {
  return askInTurn(names, async (name) => ({ client: await nodes.get(name), name }));
}

/** The first answer of several nodes, of which the next is asked beside those that are slow. Rejects with the last failure. */
export async function askInTurn<Node, Answer extends object>(
  nodes: readonly Node[],
  ask: (node: Node) => Promise<Answer>,
): Promise<Answer> {
  const attempts: Promise<Answer>[] = [];
  let failures: readonly unknown[] = [];
  for (const node of nodes) {
    attempts.push(ask(node));
    const isLast = attempts.length === nodes.length;
    try {
      const any = Promise.any(attempts);
      const answer = await (isLast ? any : Promise.race([any, pause(HEAD_START, undefined, { ref: false })]));
      if (answer !== undefined) return answer;
    } catch (error) {
      failures = error instanceof AggregateError ? error.errors : [error];
    }
  }
  throw failures.at(-1);
}
