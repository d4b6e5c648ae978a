import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Line } from '../../../../src/protocol/line.ts';
import { PART_LEASE, PartLeases } from '../../../../src/server/stores/redis/part-leases.ts';

const LINE: Line = [1, '43 %'];

describe('PartLeases', () => {
  test('withdraws exactly the lines that were neither repeated nor withdrawn within the lease', () => {
    const name = fc.constantFrom('a', 'b', 'c');
    const step = fc.record({
      after: fc.integer({ min: 0, max: PART_LEASE }),
      channel: name,
      writer: name,
      kind: fc.constantFrom('show', 'take back', 'forget', 'expire'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const leases = new PartLeases();
        const model = new Map<string, number>();
        let now = 0;
        for (const { after, channel, writer, kind } of steps) {
          now += after;
          const key = `${channel} ${writer}`;
          if (kind === 'show') {
            leases.renew(channel, { kind: 'part', writer, line: LINE }, now);
            model.set(key, now);
          } else if (kind === 'take back') {
            leases.renew(channel, { kind: 'part', writer, line: null }, now);
            model.delete(key);
          } else if (kind === 'forget') {
            leases.forget(channel);
            for (const known of model.keys()) if (known.startsWith(channel)) model.delete(known);
          } else {
            const taken = [...leases.expire(now)].map((item) => `${item.channel} ${item.news.kind === 'part' ? item.news.writer : ''}`);
            const due = [...model].filter(([, heard]) => now - heard >= PART_LEASE).map(([known]) => known);
            expect(taken.sort()).toEqual(due.sort());
            for (const known of due) model.delete(known);
          }
        }
      }),
    );
  });

  test('tracks a bounded number of writers of a log', () => {
    const leases = new PartLeases();
    for (let writer = 0; writer < 100; writer += 1) leases.renew('a', { kind: 'part', writer: String(writer), line: LINE }, writer);
    expect([...leases.expire(1_000_000)].length).toBe(64);
    expect([...leases.expire(1_000_000)]).toEqual([]);
  });
});
