import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Subscriptions } from '../../../src/server/stores/redis-subscriptions.ts';

/** A client whose commands end, well or badly, when the test says so. */
class Client {
  readonly subscribed = new Set<string>();
  readonly pending: { finish(well: boolean): void }[] = [];
  overlaps = 0;
  #ready: (() => void) | undefined;
  readonly #underWay = new Set<string>();

  on(_event: 'ready', listener: () => void): void {
    this.#ready = listener;
  }

  reconnect(): void {
    this.#ready?.();
  }

  sSubscribe(name: string): Promise<void> {
    return this.#command(name, () => this.subscribed.add(name));
  }

  sUnsubscribe(name: string): Promise<void> {
    return this.#command(name, () => this.subscribed.delete(name));
  }

  #command(name: string, effect: () => void): Promise<void> {
    if (this.#underWay.has(name)) this.overlaps += 1;
    this.#underWay.add(name);
    return new Promise((resolve, reject) => {
      this.pending.push({
        finish: (well) => {
          this.#underWay.delete(name);
          if (!well) return reject(new Error('the connection broke'));
          effect();
          resolve();
        },
      });
    });
  }
}

describe('Subscriptions', () => {
  test('end up as wanted, whatever changes and fails on the way, and tell of every gap', async () => {
    const name = fc.constantFrom('a', 'b');
    const step = fc.oneof(
      fc.record({ kind: fc.constant('want' as const), name, on: fc.boolean() }),
      fc.record({ kind: fc.constant('finish' as const), well: fc.boolean() }),
      fc.record({ kind: fc.constant('reconnect' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const client = new Client();
        const wanted = new Set<string>();
        const gaps: string[] = [];
        const subscriptions = new Subscriptions(client, {
          wanted: () => wanted,
          isWanted: (channel) => wanted.has(channel),
          onMessage: () => undefined,
          onGap: (channel) => gaps.push(channel),
        });
        for (const item of steps) {
          if (item.kind === 'want') {
            if (item.on) wanted.add(item.name);
            else wanted.delete(item.name);
            subscriptions.settle(item.name);
          } else if (item.kind === 'finish') {
            client.pending.shift()?.finish(item.well);
            await new Promise(setImmediate);
          } else {
            client.reconnect();
          }
        }
        while (client.pending.length > 0) {
          client.pending.shift()?.finish(true);
          await new Promise(setImmediate);
        }
        gaps.length = 0;
        client.reconnect();
        while (client.pending.length > 0) {
          client.pending.shift()?.finish(true);
          await new Promise(setImmediate);
        }
        expect([...client.subscribed].sort()).toEqual([...wanted].sort());
        for (const channel of wanted) expect(gaps).toContain(channel);
        expect(client.overlaps).toBe(0);
      }),
    );
  });
});
