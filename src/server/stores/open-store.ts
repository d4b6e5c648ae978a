import { StoreUnavailableError, type LogStore } from '../store.ts';
import { LmdbStore } from './lmdb/lmdb-store.ts';
import { MemoryStore } from './memory-store.ts';
import { RedisStore } from './redis/redis-store.ts';

export interface OpenStoreOptions {
  /** Called with a message if the configuration of the store may lose or expose lines, and how to fix that. @default process.emitWarning */
  readonly onWarning?: (message: string) => void;
}

/**
 * Opens a store by URL: `lmdb:DIR`, `redis://…`, `rediss://…` or `memory:`. Several hosts, as in `redis://one,two,three`,
 * are nodes of a Redis cluster; those of `redis+sentinel://one,two,three/MASTER` are Sentinels. Drivers are optional
 * packages, loaded when their store is chosen. Rejects with an error that says what to do.
 */
export async function openStore(url: string, { onWarning }: OpenStoreOptions = {}): Promise<LogStore> {
  if (url === 'memory:') return new MemoryStore();
  if (url.startsWith('lmdb:')) {
    const dir = url.slice('lmdb:'.length);
    if (dir === '') throw new Error('The store lmdb: needs a directory, as in lmdb:./data.');
    return withDriver('lmdb', () => LmdbStore.open({ dir, onWarning }));
  }
  if (/^rediss?(\+sentinel)?:\/\//i.test(url)) return withDriver('redis', () => RedisStore.open({ url, onWarning }));
  // Only the scheme is shown: a mistyped URL may contain a password.
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(url)?.[0];
  throw new Error(
    `Unknown store${scheme === undefined ? '' : ` "${scheme}"`}. Use lmdb:DIR, redis://HOST, rediss://HOST, redis+sentinel://HOST/MASTER or memory:.`,
  );
}

async function withDriver<T>(name: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (!isMissing(error, name)) throw error;
    throw new StoreUnavailableError(`The store needs the package ${name}, which is not installed: npm i ${name}`, { cause: error });
  }
}

function isMissing(error: unknown, name: string): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND' && error.message.includes(`'${name}'`);
}
