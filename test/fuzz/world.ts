import assert from 'node:assert/strict';
import { openServer, type TestServer } from '../support/server.ts';
import { WireClient } from '../support/wire-client.ts';

const CHANNEL = 'bystander';

/** A real server that is attacked, and a viewer on it who must not notice. */
export class World {
  readonly server: TestServer;
  readonly #bystander: WireClient;
  readonly #failures: unknown[] = [];
  readonly #onFailure = (error: unknown): void => void this.#failures.push(error);
  #written = 0;
  #seen = 0;

  private constructor(server: TestServer, bystander: WireClient) {
    this.server = server;
    this.#bystander = bystander;
    process.on('unhandledRejection', this.#onFailure);
    process.on('uncaughtException', this.#onFailure);
  }

  static async open(): Promise<World> {
    const server = await openServer({ retain: { lines: 500 }, limits: { lineBytes: 4_096, totalRingBytes: 1_000_000 } });
    const bystander = await WireClient.connect(server.endpoint, { patience: 30_000 });
    bystander.subscribe(server.sign(CHANNEL), 0);
    await bystander.next('ack');
    return new World(server, bystander);
  }

  /** Writes a line and waits until the bystander has it, behind all before it. */
  async witness(): Promise<void> {
    this.#written += 1;
    await this.server.append(CHANNEL, [`line ${this.#written}`]);
    const { off, lines } = await this.#bystander.next('msg');
    for (const [, text] of lines) {
      this.#seen += 1;
      assert.equal(text, `line ${this.#seen}`, 'the bystander got another line');
    }
    assert.equal(off.offset, this.#written, 'the bystander did not get the newest line');
    // Kept for failing tests elsewhere; here there would be hundreds of thousands.
    this.#bystander.received.length = 0;
    this.check();
  }

  check(): void {
    const [failure] = this.#failures;
    if (failure !== undefined) throw new Error('The process would have ended.', { cause: failure });
  }

  async close(): Promise<void> {
    await this.#bystander.close();
    await this.server.close();
    process.off('unhandledRejection', this.#onFailure);
    process.off('uncaughtException', this.#onFailure);
    this.check();
  }
}
