/** Where a server listens. */
export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** A host besides the server's own under which it may be reached; without `port`, at any port. */
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

/** The address at which a client on this machine reaches a server that is bound to `address`. */
export function reachable(address: string): string {
  return address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address;
}

/** Whether a server that is bound to this address can be reached only from this machine. */
export function isLoopback(address: string): boolean {
  return LOOPBACK_ADDRESS.test(address);
}

/** Whether this host name leads to this machine. */
export function isLocalName(host: string): boolean {
  return host.toLowerCase() === 'localhost' || isLoopback(host);
}

/** Parses `HOST` or `HOST:PORT`; undefined for anything else. */
export function parseHost(text: string): AllowedHost | undefined {
  const [, host, port] = HOST.exec(text.toLowerCase()) ?? [];
  if (host === undefined || Number(port ?? 0) > 65_535) return undefined;
  return { host, port: port === undefined ? undefined : Number(port) };
}
