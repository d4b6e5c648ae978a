import { expect, test } from 'vitest';
import type { Line } from '../../../src/protocol/line.ts';
import { latin1Json } from '../../../src/server/stores/latin1-json.ts';

test('JSON made piece by piece is the JSON of all lines, however many there are', () => {
  for (const count of [0, 1, 2, 127, 128, 129, 255, 256, 257, 1_000]) {
    const lines = Array.from({ length: count }, (_, at): Line => (at % 3 === 0 ? [at, 'ÿ"],[', { s: 'err' }] : [at, `\u0080${at}`]));
    expect(latin1Json(lines).toString('latin1')).toBe(JSON.stringify(lines));
  }
});
