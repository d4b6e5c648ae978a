import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Follower } from '../../../../src/server/http/core/follower.ts';
import { Hub } from '../../../../src/server/live/hub.ts';
import { settingsOf } from '../../../../src/server/config/settings.ts';
import { FaultyStore } from '../../../support/faulty-store.ts';
import { packLines } from '../../../../src/server/lines/packed-lines.ts';

const CHANNEL = 'run:1';

type Operation =
  | { readonly kind: 'append'; readonly count: number; readonly end: boolean }
  | { readonly kind: 'trim'; readonly lines: number }
  | { readonly kind: 'remove' }
  | { readonly kind: 'news'; readonly news: FaultyStore['news'] }
  | { readonly kind: 'follow'; readonly steps: number; readonly limit: number; readonly live: boolean }
  | { readonly kind: 'turn' };

const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 1, max: 30 }), end: fc.constant(false) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 0, max: 3 }), end: fc.constant(true) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('trim' as const), lines: fc.integer({ min: 1, max: 20 }) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'remove' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('news' as const),
      news: fc.constantFrom('delivered' as const, 'changed' as const, 'lost' as const),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('follow' as const),
      steps: fc.integer({ min: 1, max: 5 }),
      limit: fc.integer({ min: 1, max: 40 }),
      live: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'turn' as const }) },
);

/** One turn of the event loop, in which a hub takes in what the store said. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('a follower', () => {
  it('reads every line once and in order, reports losses, and reaches the head, whatever happens to the log', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 40 }), fc.integer({ min: 1, max: 3_000 }), async (operations, ringBytes) => {
        const store = new FaultyStore();
        const { logger } = settingsOf({ store });
        const hub = new Hub({ store, ringBytes, logger });
        const topic = await hub.acquire(CHANNEL);
        const unsubscribe = topic.subscribe(() => undefined);
        const follower = new Follower(store, topic, '', 0);
        /** What every line of every epoch says. */
        const texts = new Map<string, string>();
        let written = 0;

        const follow = async (limit: number, live: boolean): Promise<boolean> => {
          const { epoch, after } = follower;
          const step = await follower.next({ limit, live });
          const { tail } = topic;
          switch (step.kind) {
            case 'lines':
              expect(step.from).toBe(after + 1);
              expect(step.lines.length).toBeGreaterThan(0);
              expect(step.lines.length).toBeLessThanOrEqual(limit);
              for (const [index, [, text]] of step.lines.entries()) expect(text).toBe(texts.get(`${follower.epoch}-${step.from + index}`));
              if (step.encoded !== undefined) expect(step.encoded.lines).toBe(step.lines);
              return false;
            case 'idle':
            case 'ended':
              return true;
            case 'replaced':
              expect(tail.epoch === '' || epoch !== tail.epoch).toBe(true);
              follower.moveTo(tail.epoch, tail.first - 1);
              return false;
            case 'truncated':
              expect(tail.first).toBeGreaterThan(after + 1);
              follower.moveTo(tail.epoch, tail.first - 1);
              return false;
            case 'lagging':
              expect(live).toBe(true);
              follower.moveTo(tail.epoch, tail.head);
              return false;
          }
        };

        for (const next of operations) {
          if (next.kind === 'append') {
            const lines = Array.from({ length: next.count }, () => [`line ${(written += 1)}`] as const);
            const result = await store.append(CHANNEL, {
              lines: packLines(lines),
              time: 1,
              carryIn: '',
              carryOut: '',
              ...(next.end ? { end: 0 } : {}),
            });
            if (!result.ok) continue;
            const from = result.tail.head - lines.length + 1;
            for (const [index, [text]] of lines.entries()) texts.set(`${result.tail.epoch}-${from + index}`, text);
          } else if (next.kind === 'trim') await store.trim(CHANNEL, { lines: next.lines }, Date.now());
          else if (next.kind === 'remove') await store.remove(CHANNEL);
          else if (next.kind === 'news') store.news = next.news;
          else if (next.kind === 'turn') await turn();
          else for (let step = 0; step < next.steps; step += 1) await follow(next.limit, next.live);
        }

        store.news = 'delivered';
        await topic.refresh();
        let steps = 0;
        while (!(await follow(1_000, false))) expect((steps += 1)).toBeLessThan(200);
        const tail = await store.tail(CHANNEL);
        expect([follower.epoch, follower.after]).toEqual([tail.epoch, tail.head]);
        unsubscribe();
        hub.release(topic);
        hub.close();
      }),
      { numRuns: 500 },
    );
  });
});
