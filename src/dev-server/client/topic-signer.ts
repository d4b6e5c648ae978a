import type { SecretsInput } from '../../protocol/secrets.ts';
import { readTopic } from '../../protocol/topic.ts';
import { Signer } from '../../server/access/signer.ts';
import { CommandError } from '../util/errors.ts';
import { knowsToken } from './console-proof.ts';
import type { Endpoint } from './endpoint.ts';
import { isLocalName } from '../util/hosts.ts';
import { isTransient, problemOf } from './problem.ts';

/** Seconds before its expiry that a topic counts as expired. */
const EXPIRY_MARGIN = 30;

/** Where a client gets the topic for a log. */
export interface TopicSource {
  /** A topic that is valid now. Throws CommandError where there is none, what an endpoint throws when it does not answer. */
  sign(channel: string, write: boolean): Promise<string>;
  /** The server refused a topic. */
  forget(): void;
}

/** What a server is asked to sign. */
interface SignRequest {
  readonly write?: boolean;
  readonly delete?: boolean;
  readonly ttl?: number | 'never';
}

/** Signs topics for one server: with the secret when it is known, else by asking the server, which does so for the console token. */
export class TopicSigner implements TopicSource {
  readonly #endpoint: Endpoint;
  readonly #signer: Signer | undefined;
  readonly #kept: Signer | undefined;
  readonly #token: string | undefined;
  readonly #cache = new Map<string, string>();

  /**
   * `secrets` are those of the environment; `kept`, and `token` unless it was given, are of the data directory, which may belong to
   * another server.
   */
  constructor(endpoint: Endpoint, secrets: SecretsInput | undefined, kept: SecretsInput | undefined, token?: string) {
    this.#endpoint = endpoint;
    this.#signer = secrets === undefined ? undefined : new Signer(secrets);
    this.#kept = kept === undefined ? undefined : new Signer(kept);
    this.#token = token;
  }

  /** A topic that is valid now. Throws CommandError when nobody signs it, what the endpoint throws when it does not answer. */
  async sign(channel: string, write: boolean): Promise<string> {
    if (this.#signer !== undefined) return this.#signer.sign(channel, { write, ttl: 3_600 });
    const key = `${write ? 'w' : 'r'}${channel}`;
    const cached = this.#cache.get(key);
    if (cached !== undefined && !expires(cached)) return cached;
    const topic = await this.ask(channel, { write });
    // One command follows or writes one log: the cache holds one or two topics.
    this.#cache.set(key, topic);
    return topic;
  }

  /** The server refused a topic: the next one is signed anew. */
  forget(): void {
    this.#cache.clear();
  }

  /** Has the server sign; `ttl` in seconds, for which it has a default. */
  async ask(channel: string, { write = false, delete: remove = false, ttl }: SignRequest): Promise<string> {
    const query = new URLSearchParams({ channel });
    if (write) query.set('write', '1');
    if (remove) query.set('delete', '1');
    if (ttl !== undefined) query.set('ttl', String(ttl));
    const answer = await this.#endpoint.ask(`${this.#endpoint.basePath}/sign?${query.toString()}`, {
      headers: await this.#authorization(),
    });
    if (answer.status === 200) return answer.body.trim();
    if (isTransient(answer.status)) throw new Error(problemOf(answer));
    if (this.#kept !== undefined) return this.#kept.sign(channel, { write, ttl: 3_600 });
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
  return expiresAt !== undefined && expiresAt - EXPIRY_MARGIN < Date.now() / 1_000;
}
