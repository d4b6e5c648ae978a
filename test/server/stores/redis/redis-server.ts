import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createClient } from 'redis';
import { findProgram } from '../../../../scripts/browsers.mjs';

export const program = findProgram('redis');

/** Whether redis-server is installed. Without it the tests are skipped with a warning; with `CI=true` they fail. */
export const hasRedis = program !== undefined;

export function requireRedis(): void {
  if (hasRedis) return;
  const what = 'No redis-server was found: install it (Debian: apt-get install redis-server) or set REDIS_SERVER_PATH.';
  if (process.env['CI'] === 'true') throw new Error(what);
  console.warn(`SKIPPED: the tests of the Redis store. ${what}`);
}

/** Names of PEM files. */
export interface ServerTls {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** A real redis-server with its own port, folder and append-only file. */
export class RedisServer {
  readonly port: number;
  readonly #dir: string;
  readonly #options: readonly string[];
  readonly #tls: ServerTls | undefined;
  #process: ChildProcess | undefined;

  private constructor(port: number, dir: string, options: readonly string[], tls: ServerTls | undefined) {
    this.port = port;
    this.#dir = dir;
    this.#options = options;
    this.#tls = tls;
  }

  /** Starts one. `options` are those of redis-server, and apply to later launches too. */
  static start(...options: string[]): Promise<RedisServer> {
    return RedisServer.#start(options, undefined);
  }

  /** Starts one that accepts only TLS, and requires a client certificate. */
  static startTls(tls: ServerTls, ...options: string[]): Promise<RedisServer> {
    return RedisServer.#start(options, tls);
  }

  static async #start(options: readonly string[], tls: ServerTls | undefined): Promise<RedisServer> {
    for (let attempt = 1; ; attempt += 1) {
      const server = new RedisServer(await freePort(), await mkdtemp(join(tmpdir(), 'log-stream-redis-')), options, tls);
      try {
        await server.launch();
        return server;
      } catch (error) {
        await server.stop();
        // Another process may have taken the port first.
        if (attempt === 3) throw error;
      }
    }
  }

  /** Without the parameters for TLS. */
  get url(): string {
    return `${this.#tls === undefined ? 'redis' : 'rediss'}://127.0.0.1:${this.port}`;
  }

  /** An administrator's connection. The test closes it. */
  async connect() {
    const tls = this.#tls;
    const files =
      tls === undefined
        ? {}
        : { socket: { tls: true as const, ca: await readFile(tls.ca), cert: await readFile(tls.cert), key: await readFile(tls.key) } };
    const admin = createClient({ url: this.url, ...files });
    admin.on('error', () => undefined);
    await admin.connect();
    return admin;
  }

  /** Starts the server with the data in its folder. */
  async launch(...more: string[]): Promise<void> {
    if (program === undefined) throw new Error('There is no redis-server.');
    const basics = ['--bind', '127.0.0.1', '--dir', this.#dir, '--save', '', '--appendonly', 'yes'];
    const options = [...basics, ...portOptions(this.port, this.#tls), ...this.#options, ...more];
    const child = spawn(program, options, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#process = child;
    const lines = createInterface({ input: child.stdout });
    const said: string[] = [];
    for await (const line of lines) {
      said.push(line);
      if (line.includes('Ready to accept connections')) break;
    }
    child.stdout.resume();
    if (said.at(-1)?.includes('Ready') !== true) throw new Error(`redis-server ended at once:\n${said.join('\n')}`);
  }

  /** Kills the server, like a crash. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  /** Makes it hang: its port still accepts connections, but nothing answers. */
  suspend(): void {
    this.#process?.kill('SIGSTOP');
  }

  /** Ends {@link suspend}. */
  resume(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Copies its folder while the server is down. The returned function restores it, as if the disk had lost the writes since. */
  async snapshot(): Promise<() => Promise<void>> {
    const copy = `${this.#dir}-copy`;
    await cp(this.#dir, copy, { recursive: true });
    return async () => {
      await rm(this.#dir, { recursive: true, force: true });
      await rename(copy, this.#dir);
    };
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(`${this.#dir}-copy`, { recursive: true, force: true });
    await rm(this.#dir, { recursive: true, force: true });
  }
}

function portOptions(port: number, tls: ServerTls | undefined): string[] {
  if (tls === undefined) return ['--port', String(port)];
  const { ca, cert, key } = tls;
  return ['--port', '0', '--tls-port', String(port), '--tls-ca-cert-file', ca, '--tls-cert-file', cert, '--tls-key-file', key];
}

/** A free port on the loopback interface. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
