import type { Client } from './dial.ts';
import type { Nodes } from './nodes.ts';

/** The first of several nodes that a connection stands to. Rejects with the last failure. */
export async function askSeed(nodes: Nodes, names: readonly string[]): Promise<{ readonly client: Client; readonly name: string }> {
  let failure: unknown;
  for (const name of names) {
    try {
      return { client: await nodes.get(name), name };
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}
