import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonBuffer, JsonFragment } from '../../../../src/server/stores/lmdb/json-buffer.ts';

/** What is escaped, what is next to it in ASCII, and both ends of what UTF-8 takes two, three and four bytes for. */
const SPECIAL = [
  '\n',
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

function escaped(source: Uint8Array, from = 0, to = source.length): { readonly end: number; readonly json: string } {
  const json = new JsonBuffer();
  const end = json.addLine(new DataView(source.buffer, source.byteOffset, source.length), from, to);
  return { end, json: json.bytes.toString() };
}

describe('JSON as bytes', () => {
  test('has text as JSON.stringify has it, whatever it is and wherever it lies', () => {
    fc.assert(
      fc.property(text, text, text, (before, own, behind) => {
        const [from, to] = [Buffer.byteLength(before), Buffer.byteLength(before) + Buffer.byteLength(own)];
        const source = Buffer.from(before + own + behind);
        const [line = ''] = Buffer.from(own).toString().split('\n');
        const { end, json } = escaped(source, from, to);
        expect(`"${json}"`).toBe(JSON.stringify(line));
        expect(end).toBe(from + Buffer.byteLength(line));
      }),
      { numRuns: 2_000 },
    );
  });

  test('escapes the same bytes that JSON.stringify escapes, at each place among eight others', () => {
    for (let code = 0; code < 0x80; code += 1) {
      for (let place = 0; place < 16; place += 1) {
        const own = 'x'.repeat(place) + String.fromCharCode(code) + 'x'.repeat(16 - place);
        const { end, json } = escaped(Buffer.from(own));
        // A line ends at a line feed.
        expect(`"${json}"`).toBe(JSON.stringify(code === 0x0a ? own.slice(0, place) : own));
        expect(end).toBe(code === 0x0a ? place : own.length);
      }
    }
  });

  test('leaves each byte beyond ASCII as it is, also beside one that is escaped', () => {
    for (let byte = 0x80; byte <= 0xff; byte += 1) {
      for (let place = 0; place < 8; place += 1) {
        const own = Buffer.alloc(9, byte);
        own[place] = 0x22;
        const json = new JsonBuffer();
        json.addLine(new DataView(own.buffer, own.byteOffset, own.length), 0, own.length);
        expect(json.bytes.toString('latin1')).toBe(own.toString('latin1').replace('"', '\\"'));
      }
    }
  });

  test('grows as needed, and reuses its memory when cleared', () => {
    const long = Buffer.alloc(300_000, 0x1b);
    const json = new JsonBuffer();
    json.add(new JsonFragment('['));
    json.addLine(new DataView(long.buffer, long.byteOffset, long.length), 0, long.length);
    json.add(new JsonFragment(']'));
    expect(json.bytes.toString()).toBe(`[${'\\u001b'.repeat(300_000)}]`);
    const { capacity } = json;
    expect(capacity).toBeGreaterThanOrEqual(1_800_002);
    expect(capacity).toBeLessThan(2 * 1_900_000);
    json.length = 3;
    expect(json.bytes.toString()).toBe('[\\u');
    json.clear();
    expect(json.bytes).toHaveLength(0);
    json.add(new JsonFragment('{}'));
    expect(json.bytes.toString()).toBe('{}');
    expect(json.capacity).toBe(capacity);
  });
});
