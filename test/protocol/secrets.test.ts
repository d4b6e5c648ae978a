import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAKE_SECRET, readSecrets, SecretError } from '../../src/protocol/secrets.ts';

const NEW = 'the new one of 24 bytes.';
const OLD = 'the old one, no: the old';
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const texts = (given: unknown): string[] => readSecrets(given, 'X').map(text);

describe('readSecrets', () => {
  it.each([
    ['a text', NEW, [NEW]],
    ['a text of several', `${NEW},abcdefghijklmnop`, [NEW, 'abcdefghijklmnop']],
    ['blanks and line ends around them', `\n ${NEW}\t, abcdefghijklmnop \r\n`, [NEW, 'abcdefghijklmnop']],
    ['a list', [NEW, 'abcdefghijklmnop'], [NEW, 'abcdefghijklmnop']],
    ['a list of texts of several', [`${NEW},abcdefghijklmnop`, 'ponmlkjihgfedcba'], [NEW, 'abcdefghijklmnop', 'ponmlkjihgfedcba']],
    ['bytes, with a comma and blanks', Buffer.from(` ${OLD} `), [` ${OLD} `]],
    ['a list of both', [Buffer.from(OLD), NEW], [OLD, NEW]],
    ['16 bytes in fewer characters', 'ääääääää', ['ääääääää']],
    ['what it has read', readSecrets([Buffer.from(OLD), NEW], 'X'), [OLD, NEW]],
  ])('reads %s', (_title, given, expected) => {
    expect(texts(given)).toEqual(expected);
  });

  it.each([
    ['nothing', undefined, /^The secret in X is undefined.*LOG_STREAM_SECRET/u],
    ['null', null, /is null/u],
    ['an empty text', '', /^The secret in X is empty/u],
    ['blanks', ' \t\n', /is empty/u],
    ['no secret', [], /^X has no secret/u],
    ['a short one', 's3', /^The secret in X is too short: 2 bytes; a secret has at least 16/u],
    ['15 bytes', 'a'.repeat(15), /15 bytes/u],
    ['15 bytes with blanks', `  ${'a'.repeat(15)}  `, /15 bytes/u],
    ['a short second one', `${NEW}, old`, /^Secret 2 of 2 in X is too short: 3 bytes/u],
    ['a comma at the end', `${NEW},`, /^Secret 2 of 2 in X is empty/u],
    ['a short one in a list', [NEW, `${NEW},old`], /^Secret 3 of 3/u],
    ['undefined in a list', [undefined], /^The secret in X is undefined/u],
    ['undefined after a good one', [NEW, undefined], /^Secret 2 of 2 in X is undefined/u],
    // oxlint's rule against holes is about sources; a caller's list may have one.
    ['a hole in a list', Object.assign([NEW], { length: 2 }), /^Secret 2 of 2 in X is undefined/u],
    ['short bytes', new Uint8Array(15), /15 bytes/u],
    ['no bytes', new Uint8Array(0), /is empty/u],
    ['a number', 1_234_567_890_123_456, /is a number/u],
    ['an object', { secret: NEW }, /is an object/u],
    ['an ArrayBuffer', new ArrayBuffer(32), /is an object/u],
    ['a list in a list', [[NEW]], /is an object/u],
    ['a function', () => NEW, /is a function/u],
    ['a symbol', Symbol('a symbol'), /is a symbol/u],
  ])('refuses %s, says which it is, and how to make a good one', (_title, given, message) => {
    expect(() => readSecrets(given, 'X')).toThrow(SecretError);
    expect(() => readSecrets(given, 'X')).toThrow(message);
    expect(() => readSecrets(given, 'X')).toThrow(MAKE_SECRET);
  });

  it('never reveals a secret, and accepts only 16 bytes or more', () => {
    const inputs = fc.oneof(fc.string({ maxLength: 40 }), fc.uint8Array({ maxLength: 40 }), fc.anything());
    fc.assert(
      fc.property(fc.oneof(inputs, fc.array(inputs, { maxLength: 4 })), (given) => {
        try {
          for (const bytes of readSecrets(given, 'X')) expect(bytes.length).toBeGreaterThanOrEqual(16);
        } catch (error) {
          expect(error).toBeInstanceOf(SecretError);
          const message = (error as SecretError).message;
          for (const item of [given].flat()) if (typeof item === 'string' && item.length > 12) expect(message).not.toContain(item);
        }
      }),
    );
  });

  it('copies bytes unchanged', () => {
    const given = Buffer.from(OLD);
    const secrets = readSecrets(given, 'X');
    given.fill(0);
    expect(secrets.map(text)).toEqual([OLD]);
  });

  it('names a command that makes one', () => {
    const made = execFileSync('sh', ['-c', MAKE_SECRET], { encoding: 'utf8' });
    expect(texts(made)[0]).toMatch(/^[0-9a-f]{64}$/u);
  });
});
