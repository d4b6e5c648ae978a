import type { SecretInput } from '../protocol/secrets.ts';
import { MismatchError } from './failure.ts';
import type { HttpExchange } from './http-exchange.ts';
import type { Names } from './pattern.ts';
import type { WireSocket } from './wire-socket.ts';
import { signTopic, type TopicSpec } from './topics.ts';

/** The server under test. */
export interface ServerUnderTest {
  /** Base URL, including the base path. */
  readonly url: URL;
  /** The base path, without a slash at the end. */
  readonly path: string;
  readonly secret: SecretInput;
  /** How long any step may wait, ms. */
  readonly timeout: number;
  /** As stated in `hello`, ms. */
  readonly heartbeat: number;
  /** What the server can do beyond the required rules, as stated in `hello`. */
  readonly features: readonly string[];
}

const NAME = /<([a-z][A-Za-z0-9]*)>/gu;

/** The state of one case: its logs, names, requests and sockets. */
export class World implements Names {
  readonly target: ServerUnderTest;
  /** Channels that may have been written to. */
  readonly written = new Set<string>();
  readonly #prefix: string;
  #isClosed = false;
  readonly #saved = new Map<string, string>();
  readonly #exchanges = new Map<string, HttpExchange>();
  readonly #sockets = new Map<string, WireSocket>();

  /** Channels begin with `prefix`. */
  constructor(target: ServerUnderTest, prefix: string) {
    this.target = target;
    this.#prefix = prefix;
  }

  expand(text: string): string {
    return text.replace(NAME, (_all, name: string) => (name.length === 1 ? this.channel(name) : this.known(name)));
  }

  save(name: string, value: string): void {
    this.#saved.set(name, value);
  }

  get(name: string): string | undefined {
    return this.#saved.get(name);
  }

  /** Throws for an unknown name: the case is wrong. */
  known(name: string): string {
    const value = this.#saved.get(name);
    if (value === undefined) throw new Error(`The case uses <${name}> before it is saved.`);
    return value;
  }

  channel(letter: string): string {
    return `${this.#prefix}:${letter}`;
  }

  /** Signs the topic of a step. */
  sign(spec: TopicSpec, log = 'a'): string {
    const channel = spec.channel === undefined ? this.channel(spec.log ?? log) : this.expand(spec.channel);
    const { text, signature } = signTopic(this.target.secret, channel, spec, Date.now());
    if (spec.as !== undefined) {
      this.save(spec.as, text);
      this.save(`${spec.as}Signature`, signature);
    }
    return text;
  }

  addExchange(name: string, exchange: HttpExchange): void {
    this.#exchanges.get(name)?.break();
    this.#exchanges.set(name, exchange);
  }

  exchange(name: string): HttpExchange {
    return found(this.#exchanges, name);
  }

  addSocket(name: string, socket: WireSocket): void {
    this.#sockets.get(name)?.terminate();
    this.#sockets.set(name, socket);
  }

  socket(name: string): WireSocket {
    return found(this.#sockets, name);
  }

  /** How long to wait for something that comes with a heartbeat, ms. */
  withinBeats(beats: number): number {
    return this.target.timeout + beats * this.target.heartbeat;
  }

  /** Whether the case has ended. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Cuts all connections, which ends all waits on them. */
  close(): void {
    this.#isClosed = true;
    for (const socket of this.#sockets.values()) socket.terminate();
    for (const exchange of this.#exchanges.values()) exchange.break();
  }
}

/** The error for something that did not arrive in time. */
export function timeoutError(expected: string, ms: number, actual = 'nothing'): MismatchError {
  return new MismatchError(expected, `${actual} within ${ms / 1_000} s`);
}

function found<T>(things: ReadonlyMap<string, T>, name: string): T {
  const thing = things.get(name);
  if (thing === undefined) throw new Error(`The case uses "${name}" before it is opened.`);
  return thing;
}
