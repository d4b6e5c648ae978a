/** Where one server listens. */
export interface NodeAddress {
  readonly host: string;
  readonly port: number;
}

/** What the URL of a Redis store says. */
export interface RedisAddress {
  /** One server, or some of a cluster; at least one. */
  readonly nodes: readonly NodeAddress[];
  readonly tls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly database: number;
}

const FORM = 'Write it as redis://[USER:PASSWORD@]HOST[:PORT][,HOST[:PORT]…][/DATABASE], or with rediss: for TLS.';
const URL_FORM = /^(rediss?):\/\/(?:([^@/]*)@)?([^/?#]+)(?:\/(\d*))?$/i;

/** Reads the URL of a store. Throws an error that says how to write it, and never shows what may be a password. */
export function parseAddress(url: string): RedisAddress {
  const [, scheme = '', credentials = '', hosts, database = ''] = URL_FORM.exec(url) ?? [];
  if (hosts === undefined) throw new Error(`The URL of the Redis store cannot be read. ${FORM}`);
  const [username = '', ...password] = credentials.split(':');
  return {
    nodes: hosts.split(',').map(parseNode),
    tls: scheme.toLowerCase() === 'rediss',
    username: decode(username),
    password: decode(password.join(':')),
    database: Number(database),
  };
}

function parseNode(text: string): NodeAddress {
  // The URL parser knows names, IPv4, and IPv6 in brackets; its default port is another one.
  const url = URL.canParse(`redis://${text}`) ? new URL(`redis://${text}`) : undefined;
  if (url === undefined || url.hostname === '') throw new Error(`${JSON.stringify(text)} is not the address of a Redis server. ${FORM}`);
  return { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port: url.port === '' ? 6_379 : Number(url.port) };
}

function decode(text: string): string | undefined {
  try {
    return text === '' ? undefined : decodeURIComponent(text);
  } catch {
    throw new Error('The user or password in the URL of the Redis store cannot be read: write special characters as %XX.');
  }
}

/** As Redis names a node: `host:port`, IPv6 without brackets. */
export function nameOf({ host, port }: NodeAddress): string {
  return `${host}:${port}`;
}

/** Reads what {@link nameOf} wrote; the port is behind the last colon. */
export function nodeOf(name: string): NodeAddress {
  const cut = name.lastIndexOf(':');
  return { host: name.slice(0, cut), port: Number(name.slice(cut + 1)) };
}
