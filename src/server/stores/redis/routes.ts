import { nodeName } from './address.ts';

const SLOTS = 16_384;

/** Which node of a cluster serves which slot, as last reported. */
export class Routes {
  readonly #owners: (string | undefined)[] = noOwners();

  /** The name of the node that serves a key; undefined when none is known. */
  ownerOf(key: string): string | undefined {
    return this.#owners[slotOf(key)];
  }

  /** The names of all nodes that serve slots. */
  get owners(): ReadonlySet<string> {
    const names = new Set<string>();
    for (const owner of this.#owners) if (owner !== undefined) names.add(owner);
    return names;
  }

  /** Whether every slot has a node that serves it. */
  get isComplete(): boolean {
    return !this.#owners.includes(undefined);
  }

  /** Records that a node redirected this key, and so its slot, to another one. */
  setOwner(key: string, owner: string): void {
    this.#owners[slotOf(key)] = owner;
  }

  /** Applies the reply to CLUSTER SLOTS of the node at `host`. Returns whether any route changed; a malformed reply changes none. */
  replace(reply: unknown, host: string): boolean {
    const ranges = rangesOf(reply, host);
    if (ranges === undefined) return false;
    const owners = noOwners();
    for (const { from, to, owner } of ranges) owners.fill(owner, from, to + 1);
    let changed = false;
    for (const [slot, owner] of owners.entries()) {
      if (this.#owners[slot] === owner) continue;
      this.#owners[slot] = owner;
      changed = true;
    }
    return changed;
  }
}

function noOwners(): (string | undefined)[] {
  return Array.from({ length: SLOTS }, () => undefined);
}

interface SlotRange {
  readonly from: number;
  readonly to: number;
  readonly owner: string;
}

/** Each range is `[from, to, [host of the master, port, …], replicas …]`. */
function rangesOf(reply: unknown, host: string): SlotRange[] | undefined {
  if (!Array.isArray(reply)) return undefined;
  const ranges: SlotRange[] = [];
  for (const entry of reply as readonly unknown[]) {
    if (!Array.isArray(entry)) return undefined;
    const [from, to, master] = entry as readonly unknown[];
    if (typeof from !== 'number' || typeof to !== 'number' || !Array.isArray(master)) return undefined;
    const [name, port] = master as readonly unknown[];
    if (typeof port !== 'number') return undefined;
    ranges.push({ from, to, owner: nodeName({ host: hostOr(typeof name === 'string' ? name : '', host), port }) });
  }
  return ranges;
}

/** Where a node redirected a command: MOVED for good, ASK for this one command while the slot is being moved. */
export interface Redirect {
  readonly kind: 'MOVED' | 'ASK';
  readonly to: string;
}

/** The redirect in an error of the node at `host`; undefined when the error is none. */
export function redirectOf(error: unknown, host: string): Redirect | undefined {
  if (!(error instanceof Error)) return undefined;
  const [, kind, name = '', port] = /^(MOVED|ASK) \d+ (.*):(\d+)$/.exec(error.message) ?? [];
  if ((kind !== 'MOVED' && kind !== 'ASK') || port === undefined) return undefined;
  return { kind, to: nodeName({ host: hostOr(name, host), port: Number(port) }) };
}

/** A node that does not know its own name means the host that the client connected to. */
function hostOr(name: string, host: string): string {
  return name === '' || name === '?' ? host : name;
}

/** The slot of a key: CRC16 of its hash tag, which is the text between the first braces, or of the whole key when there is none. */
export function slotOf(key: string): number {
  const open = key.indexOf('{');
  const close = open === -1 ? -1 : key.indexOf('}', open + 1);
  return crc16(Buffer.from(close > open + 1 ? key.slice(open + 1, close) : key)) % SLOTS;
}

const CRC_TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});

/** CRC-16/XMODEM. */
function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) crc = ((crc << 8) ^ (CRC_TABLE[(crc >> 8) ^ byte] ?? 0)) & 0xffff;
  return crc;
}
