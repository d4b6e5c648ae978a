import { describe, expect, test } from 'vitest';
import { redirectOf, Routes } from '../../../../src/server/stores/redis/routes.ts';

// Slots according to `redis-cli cluster keyslot`: a 15495, b 3300, foo 12182.
const SHARDS = [
  [0, 8_000, ['10.0.0.1', 1, 'id of one'], ['10.0.0.9', 9, 'id of a replica']],
  [8_001, 14_000, ['', 2, 'id of two']],
  [14_001, 16_383, ['three.example', 3, 'id of three']],
];

describe('Routes', () => {
  test('reads the owners from the reply to CLUSTER SLOTS, where an empty name means the replying node', () => {
    const routes = new Routes();
    expect(routes.ownerOf('a')).toBeUndefined();
    expect(routes.replace(SHARDS, 'asked')).toBe(true);
    expect(['a', 'b', 'foo', 'x{a}y'].map((key) => routes.ownerOf(key))).toEqual([
      'three.example:3',
      '10.0.0.1:1',
      'asked:2',
      'three.example:3',
    ]);
    expect(routes.owners).toEqual(new Set(['10.0.0.1:1', 'asked:2', 'three.example:3']));
    expect(routes.replace(SHARDS, 'asked')).toBe(false);
  });

  test('forgets the owners of slots that became unserved', () => {
    const routes = new Routes();
    routes.replace(SHARDS, 'asked');
    expect(routes.replace(SHARDS.slice(0, 2), 'asked')).toBe(true);
    expect(routes.ownerOf('a')).toBeUndefined();
    expect(routes.owners.size).toBe(2);
  });

  test('keeps a redirect until the next reply', () => {
    const routes = new Routes();
    routes.replace(SHARDS, 'asked');
    routes.setOwner('a', 'elsewhere:4');
    expect([routes.ownerOf('{a}:m'), routes.ownerOf('b')]).toEqual(['elsewhere:4', '10.0.0.1:1']);
    expect(routes.replace(SHARDS, 'asked')).toBe(true);
    expect(routes.ownerOf('a')).toBe('three.example:3');
  });

  test.each([undefined, null, 'OK', [1], [['a', 2, ['h', 1]]], [[0, 1, 'h']], [[0, 1, ['h', '1']]]])(
    'are left as they are by %j',
    (reply) => {
      const routes = new Routes();
      routes.replace(SHARDS, 'asked');
      expect(routes.replace(reply, 'asked')).toBe(false);
      expect(routes.ownerOf('a')).toBe('three.example:3');
    },
  );
});

describe('redirectOf', () => {
  test.each([
    ['MOVED 3999 127.0.0.1:6381', { kind: 'MOVED', to: '127.0.0.1:6381' }],
    ['ASK 3999 ::1:6381', { kind: 'ASK', to: '::1:6381' }],
    ['MOVED 3999 :6381', { kind: 'MOVED', to: 'asked:6381' }],
    ['MOVED 3999 ?:6381', { kind: 'MOVED', to: 'asked:6381' }],
    ['MOVED 3999', undefined],
    ['TRYAGAIN Multiple keys request during rehashing of slot', undefined],
  ])('takes %j for %j', (message, wanted) => {
    expect(redirectOf(new Error(message), 'asked')).toEqual(wanted);
    expect(redirectOf(message, 'asked')).toBeUndefined();
  });
});
