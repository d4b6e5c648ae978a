/** Which node serves which keys. */
export interface Topology {
  /** Whether it may change without any command failing, so that it has to be refreshed at intervals. */
  readonly needsPolling: boolean;
  /** The names of all nodes that serve keys. */
  readonly owners: ReadonlySet<string>;
  /** The name of the node that serves a key; undefined when none is known. */
  ownerOf(key: string): string | undefined;
  /** Records that a node redirected this key to another one. */
  setOwner(key: string, owner: string): void;
  /** Asks the servers again. Resolves to whether any key may have another owner now; rejects when none of them answers. */
  refresh(): Promise<boolean>;
  close(): Promise<void>;
}
