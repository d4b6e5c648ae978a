import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findProgram } from '../../../scripts/browsers.mjs';

const program = findProgram('redis');

/** Whether there is a Redis to test with. Without one its tests are skipped and say so; with `CI=true` that is a failure. */
export const hasRedis = program !== undefined;

export function requireRedis(): void {
  if (hasRedis) return;
  const what = 'No redis-server was found: install it (Debian: apt-get install redis-server) or set REDIS_SERVER_PATH.';
  if (process.env['CI'] === 'true') throw new Error(what);
  console.warn(`SKIPPED: the tests of the Redis store. ${what}`);
}

/** A real redis-server of a test, on a port of its own, with an append-only file in a folder of its own. */
export class RedisServer {
  readonly port: number;
  readonly #dir: string;
  #process: ChildProcess | undefined;

  private constructor(port: number, dir: string) {
    this.port = port;
    this.#dir = dir;
  }

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), await mkdtemp(join(tmpdir(), 'log-stream-redis-')));
    await server.launch();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts the server, with what is in its folder. */
  async launch(...more: string[]): Promise<void> {
    if (program === undefined) throw new Error('There is no redis-server.');
    const options = ['--bind', '127.0.0.1', '--port', String(this.port), '--dir', this.#dir, '--save', '', '--appendonly', 'yes', ...more];
    const child = spawn(program, options, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#process = child;
    const lines = createInterface({ input: child.stdout });
    for await (const line of lines) if (line.includes('Ready to accept connections')) break;
    child.stdout.resume();
    if (child.exitCode !== null) throw new Error(`redis-server ended at once with ${child.exitCode}`);
  }

  /** Ends the server at once, as a crash would. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#dir, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
