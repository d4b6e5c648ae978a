import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Counter, exposition, Histogram, Reading } from '../../../src/server/metrics/registry.ts';
import { parseMetrics, valueOf } from './prometheus.ts';

describe('the text of metrics', () => {
  it('shows the counts, whatever a label contains', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(fc.array(fc.record({ a: text, b: text, by: fc.nat(1_000) }), { maxLength: 20 }), (steps) => {
        const counter = new Counter('things_total', 'Things\nthat \\ are "counted".', ['a', 'b']);
        const model = new Map<string, { labels: { a: string; b: string }; value: number }>();
        for (const { a, b, by } of steps) {
          counter.of({ a, b }).add(by);
          const key = JSON.stringify([a, b]);
          model.set(key, { labels: { a, b }, value: (model.get(key)?.value ?? 0) + by });
        }
        const metric = parseMetrics(exposition([counter])).get('things_total');
        expect(metric).toMatchObject({ type: 'counter', help: 'Things\nthat \\ are "counted".' });
        expect(metric?.samples.map(({ labels, value }) => ({ labels, value }))).toEqual([...model.values()]);
      }),
      { examples: [[[{ a: '\u2028', b: '\r', by: 0 }]]] },
    );
  });

  it('counts observations up to each bound', () => {
    const value = fc.double({ min: 0, max: 20, noNaN: true });
    fc.assert(
      fc.property(fc.array(value), (values) => {
        const histogram = new Histogram('wait_seconds', 'How long.', [0.1, 1, 10], ['who']);
        for (const one of values) histogram.of({ who: 'me' }).observe(one);
        const metrics = parseMetrics(exposition([histogram]));
        for (const [le, bound] of [
          ['0.1', 0.1],
          ['1', 1],
          ['10', 10],
          ['+Inf', Infinity],
        ] as const) {
          const expected = values.length === 0 ? undefined : values.filter((one) => one <= bound).length;
          expect(valueOf(metrics, 'wait_seconds_bucket', { who: 'me', le })).toBe(expected);
        }
        if (values.length > 0)
          expect(valueOf(metrics, 'wait_seconds_sum', { who: 'me' })).toBeCloseTo(
            values.reduce((sum, one) => sum + one, 0),
            6,
          );
      }),
    );
  });

  it('shows a series without labels from the start, and numbers as Prometheus writes them', () => {
    const idle = new Counter('idle_total', 'Nothing happened yet.');
    const strange = [Infinity, -Infinity, NaN, 1e21].map((value, index) => new Reading('gauge', `g${index}`, 'A gauge.', () => value));
    expect(exposition([idle, ...strange])).toBe(
      '# HELP idle_total Nothing happened yet.\n# TYPE idle_total counter\nidle_total 0\n' +
        ['+Inf', '-Inf', 'NaN', '1e+21']
          .map((text, index) => `# HELP g${index} A gauge.\n# TYPE g${index} gauge\ng${index} ${text}\n`)
          .join(''),
    );
  });
});
