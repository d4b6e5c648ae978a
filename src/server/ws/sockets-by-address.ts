import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** The groups of an IPv6 address that identify the network; a host chooses the others freely. */
const NETWORK_GROUPS = 4;

/**
 * The address a request comes from: an IPv4 address, or the network half of an IPv6 one, since one host may have many.
 *
 * @param proxies How many proxies are in front. Each appends the address of its client to `X-Forwarded-For`, so that only
 *   that many entries from the right can be trusted.
 */
export function addressOf(req: IncomingMessage, proxies: number): string {
  const direct = req.socket.remoteAddress ?? '';
  const header = req.headers['x-forwarded-for'];
  const forwarded = (typeof header === 'string' ? header : (header ?? []).join())
    .split(',')
    .map((entry) => plainAddress(entry.trim()))
    .reverse();
  // The farthest trusted entry that is an address.
  const chain = [direct, ...forwarded].slice(0, proxies + 1);
  return networkOf(chain.findLast((address) => isIP(address) > 0) ?? direct);
}

/** Removes the port that some proxies write after the address. */
function plainAddress(entry: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/u.exec(entry)?.[1];
  return bracketed ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/u.exec(entry)?.[1] ?? entry;
}

function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/iu, '').replace(/%.*$/u, '');
  if (isIP(plain) !== 6) return plain;
  const network = groupsOf(plain).slice(0, NETWORK_GROUPS).join(':');
  // Loopback, and embedded IPv4 addresses: the second half identifies the host.
  return network === '0:0:0:0' ? plain : network;
}

function groupsOf(address: string): string[] {
  const [front = '', back] = address.toLowerCase().split('::', 2);
  const head = front === '' ? [] : front.split(':');
  const tail = back === undefined || back === '' ? [] : back.split(':');
  const zeros = back === undefined ? 0 : Math.max(0, 8 - head.length - tail.length);
  return [...head, ...Array<string>(zeros).fill('0'), ...tail].map((group) => group.replace(/^0+(?=.)/u, ''));
}

/** How many sockets each address has. */
export class SocketsByAddress {
  readonly #counts = new Map<string, number>();

  count(address: string): number {
    return this.#counts.get(address) ?? 0;
  }

  add(address: string): void {
    this.#counts.set(address, this.count(address) + 1);
  }

  delete(address: string): void {
    const left = this.count(address) - 1;
    if (left > 0) this.#counts.set(address, left);
    else this.#counts.delete(address);
  }
}
