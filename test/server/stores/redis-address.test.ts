import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nameOf, nodeOf, parseAddress } from '../../../src/server/stores/redis/address.ts';

describe('the URL of a Redis store', () => {
  test.each([
    ['redis://host', { nodes: [{ host: 'host', port: 6379 }], tls: false, username: undefined, password: undefined, database: 0 }],
    ['rediss://host:1/2', { nodes: [{ host: 'host', port: 1 }], tls: true, database: 2 }],
    ['redis://u:p%40ss@host/', { username: 'u', password: 'p@ss' }],
    ['redis://:pass:word@host', { username: undefined, password: 'pass:word' }],
    ['redis://[::1]:7', { nodes: [{ host: '::1', port: 7 }] }],
    [
      'redis://a,b:7,10.0.0.1:8',
      {
        nodes: [
          { host: 'a', port: 6379 },
          { host: 'b', port: 7 },
          { host: '10.0.0.1', port: 8 },
        ],
      },
    ],
  ])('%s is read', (url, wanted) => {
    expect(parseAddress(url)).toMatchObject(wanted);
  });

  test.each([
    'redis://',
    'redis://a,,b',
    'redis://a:b',
    'redis://a:99999',
    'redis://a/b',
    'redis://hunter2:%ZZ@a',
    'http://a',
    'redis://x:hunter2@a b',
  ])('%s is refused without showing a password', (url) => {
    expect(() => parseAddress(url)).toThrow(/Redis/);
    expect(() => parseAddress(url)).not.toThrow(/hunter2/);
  });

  test('names of nodes are read back as they were', () => {
    const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6());
    fc.assert(
      fc.property(host, fc.integer({ min: 1, max: 65_535 }), (name, port) => {
        expect(nodeOf(nameOf({ host: name, port }))).toEqual({ host: name, port });
      }),
    );
  });
});
