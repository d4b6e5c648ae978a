import type { Topology } from './topology.ts';

/** A single server. Its name may lead to another machine after a failover; the connection follows it. */
export class StandaloneServer implements Topology {
  readonly needsPolling = false;
  readonly owners: ReadonlySet<string>;
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
    this.owners = new Set([name]);
  }

  ownerOf(): string {
    return this.#name;
  }

  setOwner(): void {
    // Only the nodes of a cluster redirect.
  }

  refresh(): Promise<boolean> {
    return Promise.resolve(false);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
