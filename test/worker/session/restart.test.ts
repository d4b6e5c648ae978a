import { describe, expect, it } from 'vitest';
import { Client, Clockwork } from '../support/clockwork.ts';
import { dice } from '../support/dice.ts';
import { topicOf } from '../support/topics.ts';

const HELLO = { e: 'hello', v: 1, hb: 15_000, has: [] } as const;

interface Restart {
  readonly clients: number;
  /** The bye of the server, if it can send one. */
  readonly bye?: { readonly retry: readonly [number, number]; readonly again?: readonly [number, number] };
  /** How long no server is there, ms. */
  readonly away: number;
  /** Handshakes per second that the new server accepts; it refuses the others. */
  readonly capacity?: number;
  /** How long to look on, ms. */
  readonly until?: number;
}

/** When sockets were accepted after a restart, ms; the first of each client and the later ones. */
function restart({ clients: count, bye, away, capacity = Infinity, until = 180_000 }: Restart): {
  back: number[];
  again: number[];
  attempts: number;
} {
  const clock = new Clockwork();
  const latency = dice(count);
  const from = 60_000;
  const back: number[] = [];
  const again: number[] = [];
  let attempts = 0;
  let second = { number: -1, taken: 0 };
  const accepts = (): boolean => {
    if (clock.now >= from && clock.now < from + away) return false;
    const number = Math.floor(clock.now / 1_000);
    if (second.number !== number) second = { number, taken: 0 };
    second.taken += 1;
    return clock.now < from || second.taken <= capacity;
  };
  for (let id = 1; id <= count; id += 1) {
    let generation = 0;
    let returned = false;
    // Heartbeats arrive as long as the socket is open.
    const keepAlive = (who: Client, of: number): void =>
      clock.later(25_000, () => {
        if (of !== generation) return;
        who.frame(0, of, { e: 'hb', heads: new Map() });
        keepAlive(who, of);
      });
    const client: Client = new Client(clock, id, (who, effect) => {
      if (effect.do !== 'connect') return;
      ({ generation } = effect);
      if (clock.now >= from) attempts += 1;
      const trip = 5 + latency() * 40;
      if (!accepts()) {
        who.later(trip, { type: 'closed', generation, code: 1006 });
        return;
      }
      if (clock.now >= from) (returned ? again : back).push(clock.now - from);
      returned = clock.now >= from;
      who.later(trip, { type: 'opened', generation });
      who.frame(trip, generation, HELLO);
      keepAlive(who, generation);
    });
    clock.later(latency() * 1_000, () => client.dispatch({ type: 'open', log: 1, topic: topicOf('run:1'), refreshable: false }));
    clock.later(from, () => {
      if (bye !== undefined) {
        const said = { e: 'bye', reason: 'deploy', retry: bye.retry, again: bye.again } as const;
        client.frame(0, generation, said);
      }
      client.later(0, { type: 'closed', generation, code: bye === undefined ? 1006 : 1012 });
    });
  }
  clock.run(from + until);
  return { back, again, attempts };
}

/** How many fall into each `width` of the time up to `until`. */
function histogram(times: readonly number[], width: number, until: number): number[] {
  const bins = Array.from({ length: Math.ceil(until / width) }, () => 0);
  for (const time of times) if (time < until) bins[Math.floor(time / width)]! += 1;
  return bins;
}

function print(title: string, bins: readonly number[], width: number): void {
  const most = Math.max(...bins);
  const rows = bins.map(
    (count, at) => `${String((at * width) / 1_000).padStart(7)} s ${'█'.repeat(Math.round((count / most) * 50))} ${count}`,
  );
  console.log(`${title}\n${rows.join('\n')}`);
}

const peak = (bins: readonly number[]): number => Math.max(...bins);

describe('a thousand clients whose server is restarted', { timeout: 120_000 }, () => {
  const clients = 1_000;

  it('reconnect spread over the interval that it named', () => {
    const { back, attempts } = restart({ clients, bye: { retry: [0, 5_000] }, away: 0 });
    const bins = histogram(back, 250, 5_250);
    expect(back).toHaveLength(clients);
    expect(attempts).toBe(clients);
    expect(Math.max(...back)).toBeLessThanOrEqual(5_000);
    expect(peak(bins)).toBeLessThanOrEqual(2 * (clients / 20));
  });

  it('do so also when it is slow to start, including those that were too early', () => {
    const { back, attempts } = restart({ clients, bye: { retry: [0, 5_000] }, away: 2_000 });
    const bins = histogram(back, 250, 10_000);
    print('accepted, with bye retry [0, 5000] and two seconds away', bins, 250);
    expect(back).toHaveLength(clients);
    // Twice the mean over the time that it named.
    expect(peak(bins)).toBeLessThanOrEqual(2 * (clients / 20));
    expect(attempts).toBeLessThanOrEqual(2 * clients);
  });

  it('reconnect once more, spread over the interval that it named', () => {
    const { back, again } = restart({ clients, bye: { retry: [0, 5_000], again: [180_000, 1_500_000] }, away: 0, until: 1_600_000 });
    const bins = histogram(again, 60_000, 1_560_000);
    expect(back).toHaveLength(clients);
    expect(again).toHaveLength(clients);
    expect(Math.min(...again)).toBeGreaterThanOrEqual(180_000);
    expect(peak(bins)).toBeLessThanOrEqual(2 * (clients / 22));
  });

  it('reconnect spread out when it was killed without a bye', () => {
    const { back, attempts } = restart({ clients, away: 10_000 });
    const bins = histogram(back, 1_000, 45_000);
    print('accepted, killed and ten seconds away', bins, 1_000);
    expect(back).toHaveLength(clients);
    // Never more than a fifth of them in one second, and all of them within a minute.
    expect(peak(bins)).toBeLessThanOrEqual(clients / 5);
    expect(Math.max(...back)).toBeLessThanOrEqual(60_000);
    expect(attempts).toBeLessThanOrEqual(7 * clients);
  });

  it('all connect although it accepts only a few a second', () => {
    const { back, attempts } = restart({ clients, bye: { retry: [0, 5_000] }, away: 0, capacity: 50 });
    expect(back).toHaveLength(clients);
    expect(Math.max(...back)).toBeLessThanOrEqual(180_000);
    expect(attempts).toBeLessThanOrEqual(10 * clients);
  });
});
