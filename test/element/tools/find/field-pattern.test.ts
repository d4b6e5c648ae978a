import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldPattern } from '../../../../src/element/tools/find/field-pattern.ts';
import { structuredFields } from '../../../../src/element/terminal/structured-fields.ts';
import { MAX_QUERY_LENGTH } from '../../../../src/protocol/search/query.ts';

const matches = (pattern: string, line: string): boolean => new RegExp(pattern, 'v').test(line);

/** The value of a field as a line has it. */
function written(line: string, name: string): string {
  const field = structuredFields(line)?.find(({ key }) => key === name);
  if (field === undefined) throw new Error(`no field ${name} in ${line}`);
  return line.slice(field.from, field.to);
}

const value = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom('"', '\\', '/', '\n', '\u0000', 'é', '😀', '.', '*', '(', '[', '{', '$', '^', '|', ' '),
    maxLength: 12,
  }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.integer(), { maxLength: 3 }),
);

describe('the pattern of a field', () => {
  it('finds the line that the value is from, and no line with another value', () => {
    fc.assert(
      fc.property(value, value, fc.constantFrom(undefined, 1), (own, other, indent) => {
        const line = JSON.stringify({ msg: 'x', key: own, last: true }, undefined, indent).replaceAll('\n', ' ');
        const pattern = fieldPattern('key', written(line, 'key'));
        expect(matches(pattern, line)).toBe(true);
        const another = JSON.stringify({ key: other, keys: own, xkey: own });
        // An array is found as it is written, white space included.
        if (!Array.isArray(own) && !Array.isArray(other)) expect(matches(pattern, another)).toBe(String(own) === String(other));
      }),
    );
  });

  it('finds a string however it is written', () => {
    const pattern = fieldPattern('path', String.raw`C:\\caf\u00e9\/\"x\"`);
    for (const text of [
      String.raw`{"path":"C:\\café/\"x\""}`,
      String.raw`{"a":1, "path" : "C:\\caf\u00E9\/\u0022x\""}`,
      String.raw`level=info path="C:\\café/\"x\"" rest`,
    ])
      expect(matches(pattern, text)).toBe(true);
    expect(matches(pattern, String.raw`{"path":"C:\\café/\"x\"y"}`)).toBe(false);
    expect(matches(fieldPattern('a', '😀'), String.raw`{"a":"\ud83d\uDE00"}`)).toBe(true);
    expect(matches(fieldPattern('a', String.raw`\ud83d\ude00`), '{"a":"😀"}')).toBe(true);
  });

  it('finds numbers, booleans and null with and without quotes, but not as parts of others', () => {
    const status = fieldPattern('status', '20');
    for (const line of ['{"status":20}', '{"status":"20"}', '{"status":20,"x":1}', 'status=20', 'a=1 status="20" b=2', '{"status": 20 }'])
      expect(matches(status, line)).toBe(true);
    for (const line of ['{"status":200}', '{"status":20.5}', '{"status":"200"}', 'status=200', 'xstatus=20', '{"xstatus":20}', 'status=2'])
      expect(matches(status, line)).toBe(false);
    expect(matches(fieldPattern('ok', 'true'), '{"ok":true}')).toBe(true);
    expect(matches(fieldPattern('ok', 'true'), '{"ok":trueish}')).toBe(false);
    expect(matches(fieldPattern('user', 'null'), '{"user":null}')).toBe(true);
  });

  it('finds logfmt values with and without quotes, empty ones, and those with backslashes', () => {
    expect(matches(fieldPattern('err', ''), 'err= code=1')).toBe(true);
    expect(matches(fieldPattern('err', ''), 'code=1 err=""')).toBe(true);
    expect(matches(fieldPattern('err', ''), 'err=x')).toBe(false);
    expect(matches(fieldPattern('dir', String.raw`C:\new`), String.raw`a=1 dir=C:\new b=2`)).toBe(true);
    expect(matches(fieldPattern('q', 'a=b'), 'q=a=b x=1')).toBe(true);
    expect(matches(fieldPattern('http.status', '200'), 'http.status=200')).toBe(true);
    expect(matches(fieldPattern('http.status', '200'), 'httpxstatus=200')).toBe(false);
  });

  it('is never longer than a search may be: of a long value it has the beginning', () => {
    const long = 'é"'.repeat(2_000);
    const line = JSON.stringify({ key: long });
    const pattern = fieldPattern('key', written(line, 'key'));
    expect(pattern.length).toBeLessThanOrEqual(MAX_QUERY_LENGTH);
    expect(matches(pattern, line)).toBe(true);
    expect(matches(pattern, JSON.stringify({ key: long.slice(1) }))).toBe(false);
  });
});
