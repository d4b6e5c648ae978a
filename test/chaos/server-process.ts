import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('./server.mjs', import.meta.url));

/** What a server says of itself, as far as it is looked at. */
export interface Facts {
  readonly sockets: number;
  readonly subscriptions: number;
}

/** A log server in a process of its own: killed and started again, always on the same port and folder. */
export class ServerProcess {
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;
  #child: ChildProcess | undefined;
  #port = 0;
  /** What it wrote to stderr: nothing, when all is well. */
  complaints = '';

  /** `heartbeat` in ms; `topicLife`, of the topics it hands out, in s. */
  constructor(folder: string, secret: string, heartbeat: number, topicLife: number) {
    this.#folder = folder;
    this.#env = { ...process.env, LOG_STREAM_SECRET: secret, HEARTBEAT: String(heartbeat), TOPIC_LIFE: String(topicLife) };
  }

  get port(): number {
    return this.#port;
  }

  /** Resolves once it listens. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [SCRIPT, this.#folder, String(this.#port)], { env: this.#env, stdio: 'pipe' });
    this.#child = child;
    child.stderr.on('data', (bytes: Buffer) => {
      this.complaints = (this.complaints + bytes.toString()).slice(-10_000);
    });
    const first = once(createInterface(child.stdout), 'line') as Promise<[string]>;
    const ended = once(child, 'exit').then(() => {
      throw new Error(`The server ended before it listened: ${this.complaints}`);
    });
    const [port] = await Promise.race([first, ended]);
    ended.catch(() => undefined);
    this.#port = Number(port);
  }

  /** As `kill -9`: it gets to do nothing any more. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** As a deploy does. */
  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  /** Lets it do nothing, as a machine that swaps, until it is woken. */
  hang(hanging: boolean): void {
    this.#child?.kill(hanging ? 'SIGSTOP' : 'SIGCONT');
  }

  async facts(): Promise<Facts> {
    const response = await fetch(`http://127.0.0.1:${this.#port}/facts`, { signal: AbortSignal.timeout(5_000) });
    return (await response.json()) as Facts;
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }
}
