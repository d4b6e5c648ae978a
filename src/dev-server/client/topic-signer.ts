import type { SecretsInput } from '../../protocol/secrets.ts';
import { readTopic } from '../../protocol/topic.ts';
import { Signer } from '../../server/access/signer.ts';
import { CommandError } from '../util/errors.ts';
import { knowsToken } from './console-proof.ts';
import type { Endpoint } from './endpoint.ts';
import { isLocalName } from '../util/hosts.ts';
import { isTransient, problemOf } from './problem.ts';

/** Seconds before its expiry at which a topic is renewed. */
const EXPIRY_MARGIN = 30;

/** Supplies the signed topic of a log. */
export interface TopicSource {
  /** A valid topic. Throws CommandError where there is none, and the endpoint's error when the server does not answer. */
  sign(channel: string, write: boolean): Promise<string>;
  /** Called when the server refused a topic, so that the next one is signed again. */
  forget(): void;
}

/** The rights and the lifetime to ask the server for. */
interface SignRequest {
  readonly write?: boolean;
  readonly delete?: boolean;
  readonly ttl?: number | 'never';
}

/** Signs topics for one server: with its secret when it is known, else by asking the server, which needs the console token. */
export class TopicSigner implements TopicSource {
  readonly #endpoint: Endpoint;
  readonly #signer: Signer | undefined;
  readonly #kept: Signer | undefined;
  readonly #token: string | undefined;
  readonly #cache = new Map<string, string>();

  /**
   * `secrets` are those of the environment. `kept`, and usually `token`, are from the data directory, which may belong to another
   * server.
   */
  constructor(endpoint: Endpoint, secrets: SecretsInput | undefined, kept: SecretsInput | undefined, token?: string) {
    this.#endpoint = endpoint;
    this.#signer = secrets === undefined ? undefined : new Signer(secrets);
    this.#kept = kept === undefined ? undefined : new Signer(kept);
    this.#token = token;
  }

  async sign(channel: string, write: boolean): Promise<string> {
    if (this.#signer !== undefined) return this.#signer.sign(channel, { write, ttl: 3_600 });
    const key = `${write ? 'w' : 'r'}${channel}`;
    const cached = this.#cache.get(key);
    if (cached !== undefined && !expires(cached)) return cached;
    const topic = await this.ask(channel, { write });
    // Unbounded, but a command uses one log, hence one or two topics.
    this.#cache.set(key, topic);
    return topic;
  }

  forget(): void {
    this.#cache.clear();
  }

  /** Has the server sign a topic; `ttl` is in seconds, by default the server's. */
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
        `The server at ${origin} signs topics only with its console token. Run this in the directory of that server, or set LOG_STREAM_CONSOLE_TOKEN or --token, or set LOG_STREAM_SECRET to its secret.`,
      );
    }
    throw new CommandError(
      `The server at ${origin} did not sign a topic: ${problemOf(answer)}. ` +
        `Set LOG_STREAM_SECRET to the secret of that server${isLocalName(host) ? '' : '; it signs only for its own machine'}.`,
    );
  }

  /** The token is sent only to a server that proves that it knows it: another program may listen there by now. */
  async #authorization(): Promise<Readonly<Record<string, string>>> {
    if (this.#token === undefined || !(await knowsToken(this.#endpoint, this.#token))) return {};
    return { authorization: `Console ${this.#token}` };
  }
}

function expires(topic: string): boolean {
  const expiresAt = readTopic(topic)?.expiresAt;
  return expiresAt !== undefined && expiresAt - EXPIRY_MARGIN < Date.now() / 1_000;
}
