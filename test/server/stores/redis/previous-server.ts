import { randomBytes } from 'node:crypto';
import type { Batch, Retention } from '../../../../src/server/store.ts';
import { parseAddress } from '../../../../src/server/stores/redis/address.ts';
import { RedisLink } from '../../../../src/server/stores/redis/redis-link.ts';
import { appendArguments, trimArguments } from '../../../../src/server/stores/redis/replies.ts';
import type { Script } from '../../../../src/server/stores/redis/scripts.ts';
import { mintEpoch } from '../../../../src/server/stores/store-rules.ts';
import { PREVIOUS_SCRIPTS } from './previous-scripts.ts';

/** Arguments of the previous append script; later ones came with the marks. */
const PREVIOUS_ARGUMENTS = 11;

/** What a server of the previous version does to the logs of a Redis. */
export class PreviousServer {
  readonly #link: RedisLink;
  readonly #prefix: string;

  private constructor(link: RedisLink, prefix: string) {
    this.#link = link;
    this.#prefix = prefix;
  }

  static async open(url: string, prefix: string): Promise<PreviousServer> {
    return new PreviousServer(await RedisLink.open({ address: parseAddress(url), retryTimeout: 1_000, warn: () => undefined }), prefix);
  }

  /** Resolves to whether the batch was accepted. */
  async append(channel: string, batch: Batch): Promise<boolean> {
    const [status] = await this.#run(PREVIOUS_SCRIPTS.append, channel, appendArguments(newId(), batch).slice(0, PREVIOUS_ARGUMENTS));
    return status === 'ok';
  }

  async trim(channel: string, retain: Retention, now: number): Promise<void> {
    for (let more: unknown = 'more'; more === 'more';) [more] = await this.#run(PREVIOUS_SCRIPTS.trim, channel, trimArguments(retain, now));
  }

  async remove(channel: string): Promise<void> {
    await this.#run(PREVIOUS_SCRIPTS.remove, channel, [newId()]);
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  async #run({ keys, ...script }: Script, channel: string, args: readonly string[]): Promise<readonly unknown[]> {
    const name = (part: string): string => `${this.#prefix}{${channel}}:${part}`;
    const reply = await this.#link.run({ ...script, keys }, keys.map(name), [name('n'), mintEpoch(), '', '0', '', '', ...args]);
    if (!Array.isArray(reply)) throw new Error('The previous version does not reply like this.');
    return reply as readonly unknown[];
  }
}

function newId(): string {
  return randomBytes(12).toString('base64url');
}
