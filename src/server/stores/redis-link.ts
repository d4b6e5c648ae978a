import type { createClient, RedisClientOptions } from 'redis';
import { StoreUnavailable } from '../store.ts';
import { UnexpectedReply } from './redis-wire.ts';
import type { Script } from './redis-scripts.ts';

export type Client = ReturnType<typeof createClient>;

/** ms between pings, and of silence after which a connection is given up: half-open ones are found. */
const PING = 2_000;
const SILENCE = 8_000;
const CONNECT = 5_000;

/** A connection for commands and one for news, both coming back by themselves. */
export interface Link {
  readonly commands: Client;
  readonly news: Client;
  /** Runs a script; see {@link runScript}. */
  run(script: Script, keys: string[], args: string[]): Promise<unknown>;
  close(): Promise<void>;
}

/**
 * Connects, or rejects with {@link StoreUnavailable} at the first failure. `patience`: ms in which the answer to
 * something that was sent is got, over a new connection if need be.
 */
export async function connect(url: string, patience: number): Promise<Link> {
  const redis = await import('redis');
  let connected = false;
  const options: RedisClientOptions = {
    url,
    // What cannot be sent now is refused now, and has certainly changed nothing.
    disableOfflineQueue: true,
    pingInterval: PING,
    socket: {
      connectTimeout: CONNECT,
      socketTimeout: SILENCE,
      reconnectStrategy: (retries, cause) => (connected ? Math.random() * Math.min(2_000, 50 * 2 ** Math.min(retries, 6)) : cause),
    },
  };
  const commands: Client = redis.createClient(options);
  const news: Client = redis.createClient(options);
  let trouble: unknown;
  for (const client of [commands, news]) {
    // Without a listener an error of the connection would end the process; each command is told of it anyway.
    client.on('error', (error: unknown) => {
      trouble = error;
    });
  }
  try {
    await Promise.all([commands.connect(), news.connect()]);
    await checkVersion(commands);
    connected = true;
  } catch (error) {
    for (const client of [commands, news]) if (client.isOpen) client.destroy();
    throw unavailable(error);
  }

  /** Resolves when the connection is there again, or when patience ends. */
  function ready(deadline: number): Promise<void> {
    if (commands.isReady) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        commands.off('ready', finish).off('end', finish);
        resolve();
      };
      const timer = setTimeout(finish, Math.max(0, deadline - Date.now()));
      commands.on('ready', finish).on('end', finish);
    });
  }

  /** Whether the connection broke while an answer was awaited. */
  function isLost(error: unknown): boolean {
    const lost = [redis.SocketClosedUnexpectedlyError, redis.SocketTimeoutError, redis.DisconnectsClientError];
    return lost.some((kind) => error instanceof kind) || (error instanceof Error && 'syscall' in error);
  }

  return {
    commands,
    news,
    async run(script, keys, args) {
      let deadline: number | undefined;
      for (;;) {
        try {
          return await evaluate(commands, script, keys, args, redis.ErrorReply);
        } catch (error) {
          // The server's own no, or nothing could be sent: it is certain that nothing happened.
          if (!isLost(error) && !(error instanceof redis.ClientOfflineError && deadline !== undefined)) {
            throw unavailable(error instanceof redis.ClientOfflineError ? (trouble ?? error) : error);
          }
          // It was sent and the connection broke: only the server knows. Asking again is safe, the scripts know what they did.
          deadline ??= Date.now() + patience;
          await ready(deadline);
          if (Date.now() >= deadline) throw unavailable(error);
        }
      }
    },
    async close() {
      await Promise.all(
        [commands, news].map(async (client) => {
          if (client.isReady) await client.close();
          else client.destroy();
        }),
      );
    },
  };
}

async function evaluate(
  client: Client,
  { source, sha }: Script,
  keys: string[],
  args: string[],
  ErrorReply: abstract new () => Error,
): Promise<unknown> {
  const options = { keys, arguments: args };
  try {
    return await client.evalSha(sha, options);
  } catch (error) {
    if (!(error instanceof ErrorReply) || !error.message.startsWith('NOSCRIPT')) throw error;
    return client.eval(source, options);
  }
}

/** Streams with `0-*` and sharded pub/sub came with Redis 7. Valkey tells the version of Redis it is compatible with. */
async function checkVersion(client: Client): Promise<void> {
  const version = /^redis_version:(\d+)/m.exec(String(await client.info('server')))?.[1];
  if (version !== undefined && Number(version) < 7)
    throw new StoreUnavailable(`The server is Redis ${version}. The store needs Redis 7 or later, or Valkey: upgrade it.`);
}

/** The error the store rejects with for what went wrong on the way to Redis. */
export function unavailable(error: unknown): StoreUnavailable {
  if (error instanceof StoreUnavailable) return error;
  const why = error instanceof Error ? error.message || error.name : String(error);
  if (error instanceof UnexpectedReply) return new StoreUnavailable(`${why} Was it written by another version?`, { cause: error });
  return new StoreUnavailable(`Redis did not do it (${why}). Check that the server is running, reachable and accepts writes.`, {
    cause: error,
  });
}
