// Several server processes behind one address: started, killed, replaced one by one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startBalancer } from './balancer.js';

const SERVER = fileURLToPath(new URL('server.js', import.meta.url));

/** @typedef {{ readonly child: import('node:child_process').ChildProcess, readonly port: number }} Server */

export class Fleet {
  /** @type {Server[]} */
  #servers = [];
  /** @type {Readonly<Record<string, string>>} */
  #env;
  /** @type {Awaited<ReturnType<typeof startBalancer>> | undefined} */
  #balancer;

  /** @param {{ store: string, secret: string }} options */
  constructor({ store, secret }) {
    this.#env = { LOG_STREAM_STORE: store, LOG_STREAM_SECRET: secret, PORT: '0' };
  }

  /** @param {{ processes?: number, port?: number }} [options] */
  async start({ processes = 3, port = 0 } = {}) {
    this.#servers = await Promise.all(Array.from({ length: processes }, () => this.#spawn()));
    this.#balancer = await startBalancer({ ports: () => this.ports, port });
  }

  /** The one address of all processes. */
  get origin() {
    return `http://127.0.0.1:${this.#balancer?.port ?? 0}`;
  }

  /** The addresses of the processes themselves. */
  get ports() {
    return this.#servers.map(({ port }) => port);
  }

  get pids() {
    return this.#servers.map(({ child }) => child.pid ?? 0);
  }

  /**
   * Kills a server with `kill -9` and starts another one in its place.
   *
   * @param {number} index
   */
  async kill(index) {
    const [lost] = this.#servers.splice(index, 1);
    if (lost === undefined) return;
    const exited = once(lost.child, 'exit');
    lost.child.kill('SIGKILL');
    await exited;
    this.#servers.splice(index, 0, await this.#spawn());
  }

  /** A rolling deploy: each process in turn is replaced, and stops once its successor listens. */
  async deploy() {
    for (const index of this.#servers.keys()) {
      const next = await this.#spawn();
      const [old] = this.#servers.splice(index, 1, next);
      if (old !== undefined) await this.#end(old);
    }
  }

  async stop() {
    this.#balancer?.close();
    await Promise.all(this.#servers.map((server) => this.#end(server)));
    this.#servers = [];
  }

  /** @param {Server} server */
  async #end({ child }) {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  }

  /** @returns {Promise<Server>} */
  async #spawn() {
    // In a group of its own, so that Ctrl-C in the terminal reaches only the parent, which stops the servers.
    const child = spawn(process.execPath, [SERVER], {
      env: { ...process.env, ...this.#env },
      stdio: ['pipe', 'pipe', 'inherit'],
      detached: true,
    });
    for await (const line of createInterface({ input: child.stdout })) return { child, port: Number(line) };
    throw new Error('A server ended before it listened.');
  }
}
