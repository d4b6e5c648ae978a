import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { inflatedLength } from '../../../src/server/util/inflated-length.ts';

test.each([0, 1, 63, 64, 100_000])('A gzip of %d bytes inflates into one chunk', (bytes) => {
  const gzip = gzipSync(Buffer.alloc(bytes, 'x'));
  expect(inflatedLength(gzip)).toBe(Math.max(64, bytes + 1));
  expect(gunzipSync(gzip, { chunkSize: inflatedLength(gzip) }).length).toBe(bytes);
});

test('The length of something else is bounded', () => {
  expect(inflatedLength(Buffer.alloc(3))).toBe(64);
  expect(inflatedLength(Buffer.alloc(20, 0xff))).toBe(32 * 1_024 * 1_024);
});
