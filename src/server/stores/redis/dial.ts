import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import type * as redis from 'redis';
import { backoff as backoffOf } from '../../util/backoff.ts';
import { nodeOf, type RedisCredentials, type RedisAddress, type TlsFiles } from './address.ts';
import { reasonOf } from './failures.ts';

export type Client = ReturnType<typeof redis.createClient>;

/**
 * Makes a client for the node of that name, not connected yet. `again` says after how many ms a lost connection is tried
 * anew, or why it is not.
 */
export type Dial = (name: string, again: (retries: number, cause: Error) => number | Error) => Client;

/** The part of the package `redis` that makes connections; loaded when the store is chosen. */
export type Driver = Pick<typeof redis, 'createClient'>;

/** ms between pings, and of silence after which a connection is given up: half-open ones are found. */
const PING = 2_000;
const SILENCE = 8_000;
const CONNECT = 5_000;

/** How to connect to the servers of an address. */
export function dialServers(driver: Driver, address: RedisAddress, tls: Tls | undefined): Dial {
  return dialer(driver, address, tls, address.database);
}

/** How to connect to the Sentinels of an address, which have users of their own. */
export function dialSentinels(driver: Driver, sentinel: RedisCredentials, tls: Tls | undefined): Dial {
  return dialer(driver, sentinel, tls, 0);
}

function dialer(driver: Driver, { username, password }: RedisCredentials, tls: Tls | undefined, database: number): Dial {
  return (name, again) => {
    const { host, port } = nodeOf(name);
    const times = { connectTimeout: CONNECT, socketTimeout: SILENCE, reconnectStrategy: again };
    return driver.createClient({
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(database === 0 ? {} : { database }),
      socket: tls === undefined ? { ...times, host, port } : { ...times, ...tls, ...sniOf(host), host, port, tls: true },
      // What cannot be sent now is refused now, and has certainly changed nothing.
      disableOfflineQueue: true,
      pingInterval: PING,
    });
  };
}

/** Says which name is meant, where several have their certificates behind one address; an address is not a name. */
function sniOf(host: string): { readonly servername?: string } {
  return isIP(host) === 0 ? { servername: host } : {};
}

/** What the files of an address hold. */
export interface Tls {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** Reads the files; rejects with an error that says which of them cannot be read. */
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
    throw new Error(`The file that ${name}= names in the URL of the Redis store cannot be read (${reasonOf(cause)}).`, { cause });
  }
}

/** ms before the next attempt to connect. */
export function backoff(failures: number): number {
  return backoffOf(failures, { first: 50, longest: 2_000 });
}
