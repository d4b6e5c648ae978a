import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mutedRuns } from '../../../src/element/terminal/muted-runs.ts';
import { parseLine } from '../../../src/element/terminal/parse.ts';
import { textOf } from '../../../src/element/terminal/runs.ts';
import { MAX_FIELDS, MAX_STRUCTURED, messageOf, structuredFields } from '../../../src/element/terminal/structured-fields.ts';

const fieldsOf = (text: string): [string, string][] | undefined =>
  structuredFields(text)?.map(({ key, from, to }) => [key, text.slice(from, to)]);

describe('the fields of a structured line', () => {
  it('are those of a JSON object, with nested values as they stand', () => {
    expect(fieldsOf('2026-01-02T03:04:05Z {"level":30, "msg":"a \\"b\\"", "req":{"x":["}"]}, "ok":true}')).toEqual([
      ['level', '30'],
      ['msg', 'a \\"b\\"'],
      ['req', '{"x":["}"]}'],
      ['ok', 'true'],
    ]);
  });

  it('are those of logfmt pairs', () => {
    expect(fieldsOf('level=info msg="a b" n=1 empty=')).toEqual([
      ['level', 'info'],
      ['msg', 'a b'],
      ['n', '1'],
      ['empty', ''],
    ]);
  });

  it.each(['', 'plain', '{', '{}', '{"a"', '{"a":1', '{"a":1} tail', '{"a":[}', 'a=1', 'run a=1 b=2', 'if (x == 1) y = 2', '{a:1}'])(
    'are not found in %j',
    (text) => {
      expect(structuredFields(text)).toBeUndefined();
    },
  );

  it('are limited in number and length', () => {
    const object = (count: number): string => JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, at])));
    expect(structuredFields(object(MAX_FIELDS))).toHaveLength(MAX_FIELDS);
    expect(structuredFields(object(MAX_FIELDS + 1))).toHaveLength(MAX_FIELDS);
    const long = (length: number): string => `{"a":"${'x'.repeat(length - 8)}"}`;
    expect(structuredFields(long(MAX_STRUCTURED))).toHaveLength(1);
    expect(structuredFields(long(MAX_STRUCTURED + 1))).toBeUndefined();
  });

  it('are those that JSON.parse finds, in any object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1, maxKeys: 9 }), (object) => {
        const text = JSON.stringify(object);
        const read = structuredFields(text)?.map(({ key, from, to }): [string, unknown] => {
          const quote = text[from - 1] === '"' && text[to] === '"' ? '"' : '';
          return [JSON.parse(`"${key}"`) as string, JSON.parse(quote + text.slice(from, to) + quote)];
        });
        expect(read).toEqual(Object.entries(JSON.parse(text) as object));
      }),
    );
  });

  it('of hostile objects keep within the line', () => {
    const piece = fc.constantFrom('{', '}', '[', ']', '"', '\\', ':', ',', '"a":', '1', '"msg":"x"', ' ', 'k=v ', '="');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = `{${pieces.join('')}`;
        let end = 0;
        for (const { from, to } of structuredFields(text) ?? []) {
          expect(from).toBeGreaterThanOrEqual(end);
          expect(to).toBeGreaterThanOrEqual(from);
          expect(to).toBeLessThanOrEqual(text.length);
          end = to;
        }
      }),
    );
    for (const unit of ['{"a":', '[', '"a":1,', '"', '\\', '\\"', '["\\"', 'a=1 '])
      expect(() => structuredFields(`{"a":${unit.repeat(60_000 / unit.length)}`)).not.toThrow();
  });

  it('have the message under the most usual key', () => {
    const message = (text: string): string | undefined => {
      const field = messageOf(structuredFields(text) ?? []);
      return field && text.slice(field.from, field.to);
    };
    expect(message('{"message":"b","msg":"a"}')).toBe('a');
    expect(message('{"msg":"","message":"b"}')).toBe('b');
    expect(message('level=info msg="hello there"')).toBe('hello there');
    expect(message('{"a":1}')).toBeUndefined();
  });
});

describe('a structured line', () => {
  it('has all but its message muted, and the same text', () => {
    const text = '{"level":30,"msg":"hello","n":1}';
    const runs = mutedRuns(parseLine(text));
    expect(textOf(runs)).toBe(text);
    expect(runs.map((run) => [run.text, run.style.dim])).toEqual([
      ['{"level":30,"msg":"', true],
      ['hello', false],
      ['","n":1}', true],
    ]);
  });

  it.each(['plain', '{"a":1}', '\x1b[31m{"msg":"x"}\x1b[0m'])('is drawn as it is where it is %j', (text) => {
    const runs = parseLine(text);
    expect(mutedRuns(runs)).toBe(runs);
  });
});
