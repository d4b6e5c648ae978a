import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonBytes } from '../../../src/server/stores/json-bytes.ts';

/** What is escaped, what is next to it in ASCII, and both ends of what UTF-8 takes two, three and four bytes for. */
const SPECIAL = [
  '\u0000',
  '\u001f',
  ' ',
  '!',
  '"',
  '#',
  '[',
  '\\',
  ']',
  '\u007f',
  '\u0080',
  'ÿ',
  '\u07ff',
  '\u0800',
  '\u2028',
  '\uffff',
  '🙂',
];
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: fc.constantFrom(...SPECIAL, 'a', 'b', 'c', 'd'), maxLength: 200 }),
);

function escaped(source: Uint8Array, from = 0, to = source.length): string {
  const json = new JsonBytes();
  json.addText(new DataView(source.buffer, source.byteOffset, source.length), from, to);
  return json.bytes.toString();
}

describe('JSON as bytes', () => {
  test('has text as JSON.stringify has it, whatever it is and wherever it lies', () => {
    fc.assert(
      fc.property(text, text, text, (before, own, behind) => {
        const [from, to] = [Buffer.byteLength(before), Buffer.byteLength(before) + Buffer.byteLength(own)];
        const kept = Buffer.from(own).toString();
        expect(`"${escaped(Buffer.from(before + own + behind), from, to)}"`).toBe(JSON.stringify(kept));
      }),
      { numRuns: 2_000 },
    );
  });

  test('escapes the same bytes that JSON.stringify escapes, at each place among eight others', () => {
    for (let code = 0; code < 0x80; code += 1) {
      for (let place = 0; place < 16; place += 1) {
        const own = 'x'.repeat(place) + String.fromCharCode(code) + 'x'.repeat(16 - place);
        expect(`"${escaped(Buffer.from(own))}"`).toBe(JSON.stringify(own));
      }
    }
  });

  test('leaves each byte beyond ASCII as it is, also beside one that is escaped', () => {
    for (let byte = 0x80; byte <= 0xff; byte += 1) {
      for (let place = 0; place < 8; place += 1) {
        const own = Buffer.alloc(9, byte);
        own[place] = 0x22;
        const json = new JsonBytes();
        json.addText(new DataView(own.buffer, own.byteOffset, own.length), 0, own.length);
        expect(json.bytes.toString('latin1')).toBe(own.toString('latin1').replace('"', '\\"'));
      }
    }
  });

  test('grows with what is added, and begins anew with the same memory', () => {
    const long = Buffer.alloc(300_000, 0x1b);
    const json = new JsonBytes();
    json.add(Buffer.from('['));
    json.addText(new DataView(long.buffer, long.byteOffset, long.length), 0, long.length);
    json.add(Buffer.from(']'));
    expect(json.bytes.toString()).toBe(`[${'\\u001b'.repeat(300_000)}]`);
    const { capacity } = json;
    expect(capacity).toBeGreaterThanOrEqual(1_800_002);
    expect(capacity).toBeLessThan(2 * 1_900_000);
    json.clear();
    expect(json.bytes).toHaveLength(0);
    json.add(Buffer.from('{}'));
    expect(json.bytes.toString()).toBe('{}');
    expect(json.capacity).toBe(capacity);
  });
});
