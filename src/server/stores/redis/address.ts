/** Where one server listens. */
export interface NodeAddress {
  readonly host: string;
  readonly port: number;
}

/** Undefined where the URL has none. */
export interface RedisCredentials {
  readonly username: string | undefined;
  readonly password: string | undefined;
}

/** Names of PEM files. */
export interface TlsFiles {
  /** The trusted authorities; undefined: those of Node.js. */
  readonly ca: string | undefined;
  /** The client certificate and its key: both or neither. */
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

/** The URL of a Redis store, parsed. */
export interface RedisAddress extends RedisCredentials {
  /** A server, some nodes of a cluster, or the Sentinels; at least one. */
  readonly nodes: readonly NodeAddress[];
  /** Undefined without TLS. */
  readonly tls: TlsFiles | undefined;
  readonly database: number;
  /** The name of the master and the credentials for the Sentinels; undefined when `nodes` are servers. */
  readonly sentinel: (RedisCredentials & { readonly master: string }) | undefined;
}

const FORM =
  'Write it as redis://[USER:PASSWORD@]HOST[:PORT][,HOST[:PORT]…][/DATABASE], with rediss: for TLS, ' +
  'or as redis+sentinel://[USER:PASSWORD@]HOST[:PORT][,HOST[:PORT]…]/MASTER[/DATABASE].';
const URL_FORM = /^redis(s?)(\+sentinel)?:\/\/(?:([^@/?#]*)@)?([^/?#]+)(?:\/([^?#]*))?(?:\?([^#]*))?$/i;
const PORT = 6_379;
const SENTINEL_PORT = 26_379;

/** Parses the URL of a store. Throws an error that says how to write it, and never contains what may be a password. */
export function parseAddress(url: string): RedisAddress {
  const [, secure, sentinels, credentials = '', hosts, path = '', query = ''] = URL_FORM.exec(url) ?? [];
  if (hosts === undefined) throw new Error(`The URL of the Redis store cannot be read. ${FORM}`);
  const [username = '', ...password] = credentials.split(':');
  const parameters = parametersOf(query, secure === 's', sentinels !== undefined);
  const [master, database] = sentinels === undefined ? [undefined, path] : masterOf(path);
  if (!/^\d*$/.test(database)) throw new Error(`The database in the URL of the Redis store is not a number. ${FORM}`);
  return {
    nodes: hosts.split(',').map((text) => parseNode(text, sentinels === undefined ? PORT : SENTINEL_PORT)),
    tls: secure === 's' ? tlsOf(parameters) : undefined,
    username: decode(username),
    password: decode(password.join(':')),
    database: Number(database),
    sentinel:
      master === undefined
        ? undefined
        : { master, username: parameters.get('sentinel-user'), password: parameters.get('sentinel-password') },
  };
}

/** `MASTER` or `MASTER/DATABASE`. */
function masterOf(path: string): [master: string, database: string] {
  const [name = '', database = '', ...more] = path.split('/');
  const master = decode(name);
  if (master === undefined || name.includes('@') || more.length > 0)
    throw new Error(`The URL of the Redis store does not name the master that the Sentinels watch. ${FORM}`);
  return [master, database];
}

function parametersOf(query: string, secure: boolean, sentinels: boolean): ReadonlyMap<string, string> {
  const known = [...(secure ? ['ca', 'cert', 'key'] : []), ...(sentinels ? ['sentinel-user', 'sentinel-password'] : [])];
  const parameters = new Map<string, string>();
  // Unlike in form data, a plus stays a plus: it may be part of a path or a password.
  for (const part of query.split('&')) {
    const [name = '', ...rest] = part.split('=');
    const value = decode(rest.join('='));
    // The name is not shown: it may be part of a password with an unescaped character.
    if (part !== '' && (!known.includes(name) || value === undefined || parameters.has(name)))
      throw new Error(
        'The URL of the Redis store has a parameter that is unknown, empty or given twice. ' +
          'Use ca, cert and key (names of files) with rediss:, and sentinel-user and sentinel-password with +sentinel.',
      );
    if (value !== undefined) parameters.set(name, value);
  }
  return parameters;
}

function tlsOf(parameters: ReadonlyMap<string, string>): TlsFiles {
  const [ca, cert, key] = ['ca', 'cert', 'key'].map((name) => parameters.get(name));
  if ((cert === undefined) !== (key === undefined))
    throw new Error('The URL of the Redis store needs both cert= and key=, or neither: the client certificate and its key.');
  return { ca, cert, key };
}

function parseNode(text: string, port: number): NodeAddress {
  // The URL parser handles names, IPv4 and bracketed IPv6.
  const url = URL.canParse(`redis://${text}`) ? new URL(`redis://${text}`) : undefined;
  if (url === undefined || url.hostname === '') throw new Error(`A host in the URL of the Redis store cannot be read. ${FORM}`);
  return { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port: url.port === '' ? port : Number(url.port) };
}

function decode(text: string): string | undefined {
  try {
    return text === '' ? undefined : decodeURIComponent(text);
  } catch {
    throw new Error('The user, the password or a parameter in the URL of the Redis store cannot be read: write special characters as %XX.');
  }
}

/** The name of a node as Redis writes it: `host:port`, IPv6 without brackets. */
export function nodeName({ host, port }: NodeAddress): string {
  return `${host}:${port}`;
}

/** The inverse of {@link nodeName}; the port follows the last colon. */
export function parseNodeName(name: string): NodeAddress {
  const cut = name.lastIndexOf(':');
  return { host: name.slice(0, cut), port: Number(name.slice(cut + 1)) };
}
