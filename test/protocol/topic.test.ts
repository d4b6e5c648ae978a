import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/protocol/limits.ts';
import { isChannel, readTopic, splitTopic } from '../../src/protocol/topic.ts';

function topic(claims: unknown, encoding: BufferEncoding = 'base64'): string {
  return `${Buffer.from(JSON.stringify(claims)).toString(encoding)}--00`;
}

describe('isChannel', () => {
  it('accepts 1 to 256 characters of the set, and nothing else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (text) => {
        expect(isChannel(text)).toBe(
          text.length > 0 &&
            text.split('').every((character) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:._/@-'.includes(character)),
        );
      }),
    );
    expect(isChannel('a'.repeat(256))).toBe(true);
    expect(isChannel('a'.repeat(257))).toBe(false);
    expect(isChannel('a\n')).toBe(false);
    expect(isChannel('__proto__')).toBe(true);
  });
});

describe('splitTopic', () => {
  it('splits at the last two dashes, since URL-safe base64 may hold dashes', () => {
    expect(splitTopic('a--b--c')).toEqual({ payload: 'a--b', signature: 'c' });
    expect(splitTopic('a---c')).toEqual({ payload: 'a-', signature: 'c' });
    expect(splitTopic('abc')).toBeUndefined();
    expect(splitTopic('--c')).toBeUndefined();
    expect(splitTopic('')).toBeUndefined();
  });

  it('rejects a topic that exceeds the limit', () => {
    expect(splitTopic(`${'a'.repeat(LIMITS.topicLength - 3)}--c`)).toBeDefined();
    expect(splitTopic(`${'a'.repeat(LIMITS.topicLength - 2)}--c`)).toBeUndefined();
  });
});

describe('readTopic', () => {
  it('reads standard and URL-safe base64, padded or not, and ignores keys it does not know', () => {
    // Chosen so that both alphabets differ: the base64 holds + and /.
    const claims = { c: 'run:1', t: 5, x: 9, w: 1, extra: '~~~???>>>ÿÿ' };
    const expected = { channel: 'run:1', issuedAt: 5, expiresAt: 9, write: true, remove: false };
    expect(topic(claims)).toMatch(/[+/]/u);
    expect(readTopic(topic(claims))).toEqual(expected);
    expect(readTopic(topic(claims, 'base64url'))).toEqual(expected);
    expect(readTopic(topic(claims).replaceAll('=', ''))).toEqual(expected);
  });

  it('takes only 1 in w for the right to append', () => {
    for (const w of [0, '1', true, 2, null]) expect(readTopic(topic({ c: 'a', t: 1, w }))?.write).toBe(false);
  });

  it.each([
    ['no channel', { t: 1 }],
    ['a channel that is none', { c: 'a b', t: 1 }],
    ['no time', { c: 'a' }],
    ['a time that is text', { c: 'a', t: '1' }],
    ['an expiry that is text', { c: 'a', t: 1, x: '2' }],
    ['an expiry of null', { c: 'a', t: 1, x: null }],
    ['a list', ['a', 1]],
    ['null', null],
    ['text', 'a'],
  ])('does not read %s', (_title, claims) => {
    expect(readTopic(topic(claims))).toBeUndefined();
  });

  it('rejects anything but UTF-8, and never throws', () => {
    expect(readTopic(`${Buffer.from([0x7b, 0xff, 0x7d]).toString('base64')}--00`)).toBeUndefined();
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.base64String().map((text) => `${text}--0`),
        ),
        (text) => {
          expect(() => readTopic(text)).not.toThrow();
        },
      ),
    );
    fc.assert(
      fc.property(fc.jsonValue(), (claims) => {
        const read = readTopic(topic(claims));
        if (read !== undefined) expect(isChannel(read.channel)).toBe(true);
      }),
    );
  });
});
