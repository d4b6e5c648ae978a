/** Where a server listens. */
export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** A host that requests may name besides the server's own; without `port`, at any port. */
export interface AllowedHost {
  readonly host: string;
  readonly port: number | undefined;
}

const LOOPBACK_ADDRESS = /^(?:127(?:\.\d{1,3}){3}|::1|::ffff:127(?:\.\d{1,3}){3})$/u;
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/u;

/** The origin of a server that listens there. */
export function originOf({ host, port }: HostAndPort): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** An address under which a client at this machine reaches what is bound to `address`. */
export function reachable(address: string): string {
  return address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address;
}

/** Whether a socket that is bound to this address is reached from this machine alone. */
export function isLoopback(address: string): boolean {
  return LOOPBACK_ADDRESS.test(address);
}

/** Whether a client that calls a server by this name reaches its own machine. */
export function isLocalName(host: string): boolean {
  return host.toLowerCase() === 'localhost' || isLoopback(host);
}

/** Reads `HOST` or `HOST:PORT`; undefined when it is neither. */
export function parseHost(text: string): AllowedHost | undefined {
  const [, host, port] = HOST.exec(text.toLowerCase()) ?? [];
  if (host === undefined || Number(port ?? 0) > 65_535) return undefined;
  return { host, port: port === undefined ? undefined : Number(port) };
}
