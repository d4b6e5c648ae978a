import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldRows, hasFields } from '../../../src/element/terminal/field-rows.ts';
import { MAX_FIELDS, MAX_STRUCTURED, structuredFields } from '../../../src/element/terminal/structured-fields.ts';

const rowsOf = (text: string): [string, string][] | undefined => fieldRows(text)?.rows.map(({ path, value }) => [path, value]);

/** What the rows should be, from what JSON.parse makes of the text. */
function model(path: string | undefined, value: unknown): [string, string][] {
  if (Array.isArray(value) && value.some((item) => typeof item === 'object' && item !== null && !Array.isArray(item)))
    return value.flatMap((item, at) => model(`${path}[${at}]`, item));
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0)
    return Object.entries(value).flatMap(([key, inner]) => model(path === undefined ? key : `${path}.${key}`, inner));
  return [[path ?? '', typeof value === 'string' ? value : JSON.stringify(value)]];
}

describe('the fields of a structured line, as they are shown', () => {
  it('are named by their path, without quotes and escapes', () => {
    expect(
      rowsOf('{"level":50,"err":{"type":"Error","stack":"Error: x\\n    at f (a.js:1:1)"},"tags":["a","b"],"big":12345678901234567890}'),
    ).toEqual([
      ['level', '50'],
      ['err.type', 'Error'],
      ['err.stack', 'Error: x\n    at f (a.js:1:1)'],
      ['tags', '["a","b"]'],
      ['big', '12345678901234567890'],
    ]);
    expect(rowsOf('{"errors":[{"code":1},2,{}],"none":{},"u":"\\u0041\\ud83d\\ude00"}')).toEqual([
      ['errors[0].code', '1'],
      ['errors[1]', '2'],
      ['errors[2]', '{}'],
      ['none', '{}'],
      ['u', 'A😀'],
    ]);
  });

  it('have their own key and value as the line has them, but for items of arrays', () => {
    expect(fieldRows(String.raw`{"a\"":{"b":"c\n"},"d":[{"e":1},2]}`)?.rows.map(({ written }) => written)).toEqual([
      { key: 'b', value: String.raw`c\n` },
      { key: 'e', value: '1' },
      undefined,
    ]);
  });

  it('are those of logfmt pairs, and come after a time', () => {
    expect(rowsOf('level=info msg="say \\"hi\\"\\nbye" n=1 empty=')).toEqual([
      ['level', 'info'],
      ['msg', 'say "hi"\nbye'],
      ['n', '1'],
      ['empty', ''],
    ]);
    expect(rowsOf('2026-01-02T03:04:05Z {"a":1}')).toEqual([['a', '1']]);
  });

  it('are those of JSON.parse, in any object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }), { minKeys: 1, maxKeys: 9 }), (object) => {
        const text = JSON.stringify(object);
        const expected = model(undefined, JSON.parse(text));
        fc.pre(expected.length <= MAX_FIELDS);
        expect(rowsOf(text)).toEqual(expected);
      }),
    );
  });

  it('are there for exactly the lines that are structured', () => {
    const piece = fc.constantFrom('{', '}', '[', ']', '"', '\\', ':', ',', '"a":', '1', '"msg":"x"', ' ', 'k=v ', '="', '\\u12');
    fc.assert(
      fc.property(fc.constantFrom('{', '', 'a=1 '), fc.array(piece, { maxLength: 40 }), (start, pieces) => {
        const text = start + pieces.join('');
        expect(hasFields(text)).toBe(structuredFields(text) !== undefined);
        expect(fieldRows(text) !== undefined).toBe(hasFields(text));
      }),
    );
  });

  it('are at most 200, which is said', () => {
    const object = (count: number): string => JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, at])));
    const nested = (count: number): string => `{"a":${object(count)},"b":${object(count)}}`;
    expect(fieldRows(object(MAX_FIELDS))).toMatchObject({ cut: undefined, rows: { length: MAX_FIELDS } });
    expect(fieldRows(object(MAX_FIELDS + 1))).toMatchObject({ cut: 'fields', rows: { length: MAX_FIELDS } });
    expect(fieldRows(nested(MAX_FIELDS / 2))).toMatchObject({ cut: undefined, rows: { length: MAX_FIELDS } });
    expect(fieldRows(nested(MAX_FIELDS / 2 + 1))).toMatchObject({ cut: 'fields', rows: { length: MAX_FIELDS } });
    const items = (count: number): string => `{"a":[${Array.from({ length: count }, () => '{"b":1}').join(',')}]}`;
    expect(fieldRows(items(MAX_FIELDS))).toMatchObject({ cut: undefined, rows: { length: MAX_FIELDS } });
    expect(fieldRows(items(MAX_FIELDS + 1))).toMatchObject({ cut: 'fields', rows: { length: MAX_FIELDS } });
    const pairs = (count: number): string => Array.from({ length: count }, (_, at) => `k${at}=1`).join(' ');
    expect(fieldRows(pairs(MAX_FIELDS))).toMatchObject({ cut: undefined, rows: { length: MAX_FIELDS } });
    expect(fieldRows(pairs(MAX_FIELDS + 1))).toMatchObject({ cut: 'fields', rows: { length: MAX_FIELDS } });
  });

  it('are read from the first 64 KiB, which is said', () => {
    const long = (length: number): string => `{"a":"b","msg":"${'x'.repeat(length - 18)}"}`;
    expect(fieldRows(long(MAX_STRUCTURED))).toMatchObject({ cut: undefined });
    const cut = fieldRows(`${long(MAX_STRUCTURED + 1).slice(0, -1)},"z":1}`);
    expect(cut?.cut).toBe('text');
    expect(cut?.rows.map(({ path }) => path)).toEqual(['a', 'msg']);
    const inner = fieldRows(`{"a":1,"b":${long(MAX_STRUCTURED)}}`);
    expect(inner).toMatchObject({ cut: 'text' });
    expect(inner?.rows.map(({ path }) => path)).toEqual(['a', 'b']);
    expect(fieldRows(`a=1 b=2 ${'c=3 '.repeat(MAX_STRUCTURED)}`)?.cut).toBe('fields');
    expect(fieldRows(`a=1 b=2 c="${'x'.repeat(MAX_STRUCTURED)}"`)).toEqual({
      rows: [
        { path: 'a', value: '1', written: { key: 'a', value: '1' } },
        { path: 'b', value: '2', written: { key: 'b', value: '2' } },
      ],
      cut: 'text',
    });
    for (const tail of ['x', 'prose '])
      for (const start of ['', '{"a":1} ', 'a=1 b=2 '])
        expect(fieldRows(start + tail.repeat(2 * MAX_STRUCTURED)) !== undefined).toBe(start.startsWith('a') && tail === 'x');
  });

  it('of deeply nested objects are read down to a limit, in any text', () => {
    const deep = `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`;
    expect(fieldRows(deep)?.rows).toHaveLength(1);
    for (const unit of ['{"a":', '[', '"a":1,', '"', '\\', '\\"', '["\\"', 'a=1 ', '{"a":[{'])
      expect(() => fieldRows(`{"a":${unit.repeat(100_000 / unit.length)}`)).not.toThrow();
  });
});
