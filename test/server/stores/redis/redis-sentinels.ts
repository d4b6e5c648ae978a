import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'redis';
import { vi } from 'vitest';
import { freePort, program, RedisServer } from './redis-server.ts';

export const GROUP = 'main';
/** The Sentinels require it from each other and from clients. */
export const SENTINEL_PASSWORD = 'of the sentinels';

const PATIENCE = { timeout: 60_000, interval: 50 };

/**
 * ms between two looks at a server, and two hellos: they look every 10 s otherwise, and leave a server that came back its
 * role for four hellos. A look is out of date after three.
 */
const PACE = ['info-period', '1000', 'publish-period', '500'];

/** A real Sentinel. */
export class Sentinel {
  readonly port: number;
  readonly #process: ChildProcess;
  readonly #dir: string;

  private constructor(port: number, dir: string, process: ChildProcess) {
    this.port = port;
    this.#dir = dir;
    this.#process = process;
  }

  static async start(master: RedisServer): Promise<Sentinel> {
    if (program === undefined) throw new Error('There is no redis-server.');
    const [port, dir] = [await freePort(), await mkdtemp(join(tmpdir(), 'log-stream-sentinel-'))];
    const file = join(dir, 'sentinel.conf');
    const settings = [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir "${dir}"`,
      `requirepass "${SENTINEL_PASSWORD}"`,
      `sentinel sentinel-pass "${SENTINEL_PASSWORD}"`,
      `sentinel monitor ${GROUP} 127.0.0.1 ${master.port} 2`,
      // A busy machine must not count as a failed server.
      `sentinel down-after-milliseconds ${GROUP} 2000`,
      // Also the delay after an undecided vote.
      `sentinel failover-timeout ${GROUP} 4000`,
    ];
    await writeFile(file, settings.join('\n'));
    const sentinel = new Sentinel(port, dir, spawn(program, [file, '--sentinel'], { stdio: ['ignore', 'ignore', 'inherit'] }));
    await vi.waitFor(() => sentinel.ask('DEBUG', ...PACE), PATIENCE);
    return sentinel;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Sends a SENTINEL command. */
  async ask(...command: string[]): Promise<unknown> {
    const admin = createClient({
      socket: { host: '127.0.0.1', port: this.port, reconnectStrategy: false },
      password: SENTINEL_PASSWORD,
      RESP: 2,
    });
    admin.on('error', () => undefined);
    await admin.connect();
    try {
      return await admin.sendCommand(['SENTINEL', ...command]);
    } finally {
      admin.destroy();
    }
  }

  /** Kills it. */
  async kill(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const exited = once(this.#process, 'exit');
      this.#process.kill('SIGKILL');
      await exited;
    }
    await rm(this.#dir, { recursive: true, force: true });
  }
}

/** A real master, its replica, and the three Sentinels that watch them. */
export class SentinelGroup {
  readonly servers: readonly [RedisServer, RedisServer];
  readonly sentinels: readonly Sentinel[];

  private constructor(servers: readonly [RedisServer, RedisServer], sentinels: readonly Sentinel[]) {
    this.servers = servers;
    this.sentinels = sentinels;
  }

  static async start(): Promise<SentinelGroup> {
    const master = await RedisServer.start('--repl-diskless-sync-delay', '0');
    const replica = await RedisServer.start('--repl-diskless-sync-delay', '0', '--replicaof', `127.0.0.1 ${master.port}`);
    const sentinels = await Promise.all([Sentinel.start(master), Sentinel.start(master), Sentinel.start(master)]);
    const group = new SentinelGroup([master, replica], sentinels);
    await group.whole();
    return group;
  }

  /** The URL of a store that names all Sentinels. */
  get url(): string {
    const hosts = this.sentinels.map(({ address }) => address).join();
    return `redis+sentinel://${hosts}/${GROUP}?sentinel-password=${encodeURIComponent(SENTINEL_PASSWORD)}`;
  }

  /** Resolves once all Sentinels agree on the master, know each other, and see a replica that could take over. */
  async whole(): Promise<void> {
    await vi.waitFor(async () => {
      for (const state of await this.#states()) {
        if (fieldOf(state, 'num-other-sentinels') !== String(this.sentinels.length - 1) || fieldOf(state, 'flags') !== 'master')
          throw new Error(`Not whole yet: ${String(state)}`);
      }
      for (const sentinel of this.sentinels) {
        const replicas = await sentinel.ask('REPLICAS', GROUP);
        const known: unknown[] = Array.isArray(replicas) ? replicas : [];
        if (!known.some((replica) => fieldOf(replica, 'flags') === 'slave' && fieldOf(replica, 'master-link-status') === 'ok'))
          throw new Error('There is no replica that has caught up.');
      }
    }, PATIENCE);
  }

  /** The server that all Sentinels name as the master, and the other one. Waits until they agree. */
  async roles(): Promise<{ readonly master: RedisServer; readonly replica: RedisServer }> {
    const [state] = await vi.waitFor(() => this.#states(), PATIENCE);
    const [one, two] = this.servers;
    return fieldOf(state, 'port') === String(one.port) ? { master: one, replica: two } : { master: two, replica: one };
  }

  async stop(): Promise<void> {
    await Promise.all([...this.sentinels.map((sentinel) => sentinel.kill()), ...this.servers.map((server) => server.stop())]);
  }

  /** The master as each Sentinel sees it. Rejects while they name different ones: a failover spreads with their messages. */
  async #states(): Promise<unknown[]> {
    const states = await Promise.all(this.sentinels.map((sentinel) => sentinel.ask('MASTER', GROUP)));
    if (new Set(states.map((state) => fieldOf(state, 'port'))).size !== 1) throw new Error('The Sentinels do not agree.');
    return states;
  }
}

/** A field of a reply that is a list of names and values. */
function fieldOf(reply: unknown, name: string): unknown {
  if (!Array.isArray(reply)) return undefined;
  const at = reply.indexOf(name);
  return at === -1 ? undefined : (reply[at + 1] as unknown);
}
