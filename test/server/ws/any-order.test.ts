import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { ServerFrame } from '../../../src/protocol/messages.ts';
import type { Position } from '../../../src/protocol/position.ts';
import { FaultyStore } from '../../support/faulty-store.ts';
import { openServer } from '../../support/server.ts';

const CHANNELS = ['run:1', 'run:2', 'run:3'] as const;

const channel = fc.constantFrom(...CHANNELS);

type Step =
  | { readonly do: 'subscribe'; readonly channel: string; readonly asked: string }
  | { readonly do: 'unsubscribe' | 'remove'; readonly channel: string }
  | { readonly do: 'append'; readonly channel: string; readonly count: number }
  | { readonly do: 'trim'; readonly channel: string; readonly lines: number }
  | { readonly do: 'store'; readonly is: 'slow' | 'quick' | 'down' | 'up' }
  | { readonly do: 'answer'; readonly index: number }
  | { readonly do: 'news'; readonly are: 'delivered' | 'lost' | 'changed' }
  | { readonly do: 'wait' | 'round trip' };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ do: fc.constant('subscribe' as const), channel, asked: fc.constantFrom('', '0', '3', '50', 'old-2') }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('unsubscribe' as const), channel }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constant('append' as const), channel, count: fc.constantFrom(1, 7, 400, 1_200) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), channel }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('trim' as const), channel, lines: fc.constantFrom(1, 20) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('store' as const),
        is: fc.constantFrom('slow' as const, 'quick' as const, 'down' as const, 'up' as const),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('news' as const),
        are: fc.constantFrom('delivered' as const, 'lost' as const, 'changed' as const),
      }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('wait' as const, 'round trip' as const) }) },
  ),
  { maxLength: 40, size: 'max' },
);

/** Lines whose text tells their number and the incarnation of their log. */
function linesOf(incarnation: number, count: number, from: number): string[] {
  return Array.from({ length: count }, (_, index) => `${incarnation}: ${from + index}`);
}

/** Checks that every msg of a channel begins right behind what came before, and returns where its viewer ended up. */
function replay(frames: readonly ServerFrame[], of: string): Position | undefined {
  let at: Position | undefined;
  const incarnations = new Map<string, string>();
  for (const frame of frames) {
    if (frame.e === 'ack' && frame.ch === of) at = frame.off;
    if (frame.e !== 'msg' || frame.ch !== of) continue;
    if (at === undefined) throw new Error('a msg came before any ack');
    if (at.epoch !== '') expect(frame.off.epoch).toBe(at.epoch);
    expect(frame.off.offset - frame.lines.length).toBe(at.offset);
    const [[, text] = [0, '']] = frame.lines;
    const [incarnation = ''] = text.split(':');
    expect(frame.lines.map((line) => line[1])).toEqual(linesOf(Number(incarnation), frame.lines.length, at.offset + 1));
    // No epoch ever shows lines of two incarnations.
    if (!incarnations.has(frame.off.epoch)) incarnations.set(frame.off.epoch, incarnation);
    expect(incarnations.get(frame.off.epoch)).toBe(incarnation);
    at = frame.off;
  }
  return at;
}

describe('whatever is asked for, in whatever order, of a store in whatever mood', () => {
  it('every entry is answered, every line arrives in order, and everything is freed', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (plan) => {
        const store = new FaultyStore();
        const server = await openServer({ store });
        const client = await server.connect();
        let asked = 0;
        const removals = new Map<string, number>();
        const subscribed = new Set<string>();
        for (const step of plan) {
          switch (step.do) {
            case 'subscribe':
              asked += 1;
              subscribed.add(step.channel);
              client.subscribe(server.sign(step.channel), step.asked);
              break;
            case 'unsubscribe':
              subscribed.delete(step.channel);
              client.unsubscribe(server.sign(step.channel));
              break;
            case 'append': {
              if (store.isDown) break;
              const { head } = await store.peek(step.channel);
              await server.append(step.channel, linesOf(removals.get(step.channel) ?? 0, step.count, head + 1));
              break;
            }
            case 'remove':
              if (store.isDown) break;
              removals.set(step.channel, (removals.get(step.channel) ?? 0) + 1);
              await store.remove(step.channel);
              break;
            case 'trim':
              if (!store.isDown) await store.trim(step.channel, { lines: step.lines }, Date.now());
              break;
            case 'store':
              if (step.is === 'slow') store.hold();
              else if (step.is === 'quick') store.release();
              else store.isDown = step.is === 'down';
              break;
            case 'answer':
              store.releaseOne(step.index);
              break;
            case 'news':
              store.news = step.are;
              break;
            case 'round trip':
              client.probe();
              await client.next('hb');
              break;
            case 'wait':
              await new Promise((resolve) => setImmediate(resolve));
          }
        }
        store.isDown = false;
        store.news = 'delivered';
        store.release();
        await vi.waitFor(() => expect(client.all('ack').length + client.all('err').length).toBeGreaterThanOrEqual(asked), { interval: 2 });
        // Those that a store that was down refused are asked for again, as a client would.
        for (const refused of subscribed) {
          client.subscribe(server.sign(refused), '0');
          asked += 1;
          // News that was lost: the next one tells.
          const { head } = await store.peek(refused);
          await server.append(refused, linesOf(removals.get(refused) ?? 0, 1, head + 1));
        }
        for (const followed of subscribed) {
          const tail = await store.peek(followed);
          await vi.waitFor(() => expect(replay(client.received, followed)).toEqual({ epoch: tail.epoch, offset: tail.head }), {
            interval: 2,
          });
        }
        for (const { code } of client.all('err')) expect(code).toBe('unavailable');
        await client.close();
        await vi.waitFor(() => expect(server.logs.stats()).toMatchObject({ sockets: 0, subscriptions: 0, topics: 0 }), { interval: 2 });
        expect(store.watchers).toBe(0);
        await server.close();
      }),
      { numRuns: 20 },
    );
  }, 60_000);
});
