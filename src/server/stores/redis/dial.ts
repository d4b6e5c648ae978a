import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import type * as redis from 'redis';
import { backoff as backoffOf } from '../../util/backoff.ts';
import { parseNodeName, type RedisCredentials, type RedisAddress, type TlsFiles } from './address.ts';
import { reasonOf } from './failures.ts';

export type Client = ReturnType<typeof redis.createClient>;

/**
 * Creates a client for the named node without connecting it. `reconnect` decides after how many ms a lost connection is made
 * again, or returns the error with which the client gives up.
 */
export type Dial = (name: string, reconnect: (retries: number, cause: Error) => number | Error) => Client;

/** The part of the package `redis` that makes connections. It is loaded when the store is opened. */
export type Driver = Pick<typeof redis, 'createClient'>;

/** ms between pings, and ms of silence that end a connection, so that half-open ones are noticed. */
const PING_INTERVAL = 2_000;
const SOCKET_TIMEOUT = 8_000;
const CONNECT_TIMEOUT = 5_000;

/** Dials the servers of an address. */
export function dialServers(driver: Driver, address: RedisAddress, tls: Tls | undefined): Dial {
  return dialer(driver, address, tls, address.database);
}

/** Dials the Sentinels of an address, which have their own users. */
export function dialSentinels(driver: Driver, sentinel: RedisCredentials, tls: Tls | undefined): Dial {
  return dialer(driver, sentinel, tls, 0);
}

function dialer(driver: Driver, { username, password }: RedisCredentials, tls: Tls | undefined, database: number): Dial {
  return (name, reconnect) => {
    const { host, port } = parseNodeName(name);
    const timing = { connectTimeout: CONNECT_TIMEOUT, socketTimeout: SOCKET_TIMEOUT, reconnectStrategy: reconnect };
    return driver.createClient({
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(database === 0 ? {} : { database }),
      socket: tls === undefined ? { ...timing, host, port } : { ...timing, ...tls, ...sniOf(host), host, port, tls: true },
      // A command that cannot be sent now fails now, and has certainly changed nothing.
      disableOfflineQueue: true,
      pingInterval: PING_INTERVAL,
    });
  };
}

/** The host name for a server that holds several certificates. IP addresses are not allowed here. */
function sniOf(host: string): { readonly servername?: string } {
  return isIP(host) === 0 ? { servername: host } : {};
}

/** The contents of {@link TlsFiles}. */
export interface Tls {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** Reads the files. Rejects with an error that names the parameter whose file cannot be read. */
export async function readTls({ ca, cert, key }: TlsFiles): Promise<Tls> {
  return {
    ...(ca === undefined ? {} : { ca: await readParameter('ca', ca) }),
    ...(cert === undefined ? {} : { cert: await readParameter('cert', cert) }),
    ...(key === undefined ? {} : { key: await readParameter('key', key) }),
  };
}

async function readParameter(name: string, file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new Error(`Cannot read the file that ${name}= names in the URL of the Redis store (${reasonOf(cause)}).`, { cause });
  }
}

/** ms before the next attempt to connect. */
export function backoff(failures: number): number {
  return backoffOf(failures, { first: 50, longest: 2_000 });
}
