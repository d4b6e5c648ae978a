import type { SecretInput } from '../protocol/secrets.ts';
import { Failure } from './failure.ts';
import type { HttpExchange } from './http-exchange.ts';
import type { Names } from './pattern.ts';
import type { WireSocket } from './wire-socket.ts';
import { signTopic, type TopicSpec } from './topics.ts';

/** The server that is looked at. */
export interface ServerUnderTest {
  /** Base URL, base path included. */
  readonly url: URL;
  /** The base path, without a slash at the end. */
  readonly path: string;
  readonly secret: SecretInput;
  /** The most that anything may take, ms. */
  readonly timeout: number;
  /** As `hello` says, ms. */
  readonly heartbeat: number;
}

const NAME = /<([a-z][A-Za-z0-9]*)>/gu;

/** What one case has made so far: its logs, names, requests and sockets. */
export class World implements Names {
  readonly target: ServerUnderTest;
  /** Channels that something may have been written to. */
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

  /** Throws for a name that nothing was saved by: the case is wrong. */
  known(name: string): string {
    const value = this.#saved.get(name);
    if (value === undefined) throw new Error(`The case speaks of <${name}> before it is known.`);
    return value;
  }

  channel(letter: string): string {
    return `${this.#prefix}:${letter}`;
  }

  /** Signs the topic that a step asks for. */
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

  /** How long something may take that comes with a heartbeat, ms. */
  withinBeats(beats: number): number {
    return this.target.timeout + beats * this.target.heartbeat;
  }

  /** Whether there is nothing more to be done here. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Cuts all connections: whoever waits for something on them has waited enough. */
  close(): void {
    this.#isClosed = true;
    for (const socket of this.#sockets.values()) socket.terminate();
    for (const exchange of this.#exchanges.values()) exchange.break();
  }
}

/** Says that something did not come in time. */
export function late(expected: string, ms: number, came = 'nothing'): Failure {
  return new Failure(expected, `${came} within ${ms / 1_000} s`);
}

function found<T>(things: ReadonlyMap<string, T>, name: string): T {
  const thing = things.get(name);
  if (thing === undefined) throw new Error(`The case speaks of "${name}" before it is there.`);
  return thing;
}
