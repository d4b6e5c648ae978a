import { DEFAULT_BASE_PATH } from '../../protocol/limits.ts';
import { readTopic } from '../../protocol/topic.ts';
import { Signer } from '../../server/signer.ts';
import { CommandError } from '../cli/errors.ts';
import { knowsToken } from './console-proof.ts';
import type { Endpoint } from './endpoint.ts';
import { isLocalName } from './guard.ts';
import { problemOf } from './problem.ts';

/** Seconds before its expiry that a topic counts as expired. */
const MARGIN = 30;

/** Signs topics for one server: with the secret when it is known, else by asking the server, which does so for who has its console token. */
export class Topics {
  readonly #endpoint: Endpoint;
  readonly #signer: Signer | undefined;
  readonly #kept: string | undefined;
  readonly #token: string | undefined;
  readonly #cache = new Map<string, string>();

  /**
   * `secrets` are those of the environment; `kept`, and `token` unless it was given, are of the data directory, which may belong to
   * another server.
   */
  constructor(endpoint: Endpoint, secrets: readonly string[] | undefined, kept: string | undefined, token?: string) {
    this.#endpoint = endpoint;
    this.#signer = secrets === undefined ? undefined : new Signer(secrets);
    this.#kept = kept;
    this.#token = token;
  }

  /** A topic that is valid now. Throws CommandError when nobody signs it, what the endpoint throws when it does not answer. */
  async sign(channel: string, write: boolean): Promise<string> {
    if (this.#signer !== undefined) return this.#signer.sign(channel, { write, ttl: 3_600 });
    const key = `${write ? 'w' : 'r'}${channel}`;
    const cached = this.#cache.get(key);
    if (cached !== undefined && !expires(cached)) return cached;
    const topic = await this.ask(channel, write);
    // One command follows or writes one log: the cache holds one or two topics.
    this.#cache.set(key, topic);
    return topic;
  }

  /** The server refused a topic: the next one is signed anew. */
  forget(): void {
    this.#cache.clear();
  }

  /** Has the server sign. @param ttl seconds until it expires; the server has a default. */
  async ask(channel: string, write: boolean, ttl?: number): Promise<string> {
    const query = new URLSearchParams({ channel, ...(write ? { write: '1' } : {}), ...(ttl === undefined ? {} : { ttl: String(ttl) }) });
    const answer = await this.#endpoint.ask(`${DEFAULT_BASE_PATH}/sign?${query.toString()}`, { headers: await this.#authorization() });
    if (answer.status === 200) return answer.body.trim();
    if (answer.status === 503) throw new Error(problemOf(answer));
    if (this.#kept !== undefined) return new Signer([this.#kept]).sign(channel, { write, ttl: 3_600 });
    const { origin, host } = this.#endpoint;
    if (answer.status === 401) {
      throw new CommandError(
        `The server at ${origin} signs topics for those who have its console token: run this in the directory of that server, or give --token TOKEN, or LOG_STREAM_CONSOLE_TOKEN. LOG_STREAM_SECRET, its secret, will do too.`,
      );
    }
    throw new CommandError(
      `The server at ${origin} did not sign a topic: ${problemOf(answer)}. ` +
        `Set LOG_STREAM_SECRET to the secret of that server${isLocalName(host) ? '' : ', as it signs for its own machine only'}.`,
    );
  }

  /** The token goes to a server that knows it, and to no other that may listen there by now. */
  async #authorization(): Promise<Readonly<Record<string, string>>> {
    if (this.#token === undefined || !(await knowsToken(this.#endpoint, this.#token))) return {};
    return { authorization: `Console ${this.#token}` };
  }
}

function expires(topic: string): boolean {
  const expiresAt = readTopic(topic)?.expiresAt;
  return expiresAt !== undefined && expiresAt - MARGIN < Date.now() / 1_000;
}
