import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventParser } from '../../../src/worker/http/event-parser.ts';

function parse(pieces: readonly string[], limit?: number): string[] {
  const parser = new EventParser(limit);
  return pieces.flatMap((piece) => parser.push(piece));
}

/** What the specification says of a whole stream, read at once and line by line. */
function model(text: string): string[] {
  const lines = text.split(/\r\n|\r|\n/u);
  // What has no end yet is no line.
  lines.pop();
  const events: string[] = [];
  let data: string[] = [];
  let name = '';
  for (const line of lines) {
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /u, '');
    if (line === '') {
      if (data.length > 0 && (name === '' || name === 'message')) events.push(data.join('\n'));
      data = [];
      name = '';
    } else if (field === 'data') data.push(value);
    else if (field === 'event') name = value;
  }
  return events;
}

/** Text that is made of what matters in such a stream. */
const streams = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\r',
        '\n',
        '\r\n',
        '\n\n',
        'data',
        'data:',
        'data: ',
        'event:',
        'message',
        ':',
        ' ',
        'id: e-1',
        ': hb\n\n',
        '\u2028',
      ),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

/** Cuts a text at these places. */
function cut(text: string, places: readonly number[]): string[] {
  const at = [0, ...places.map((place) => place % (text.length + 1)), text.length].sort((one, other) => one - other);
  return at.map((from, index) => text.slice(from, at[index + 1] ?? from));
}

describe('server-sent events', () => {
  it('are read as the specification says, wherever the text is cut', () => {
    fc.assert(
      fc.property(streams, fc.array(fc.nat(), { maxLength: 20 }), (text, places) => {
        expect(parse(cut(text, places))).toEqual(model(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('are read the same one character at a time', () => {
    fc.assert(
      fc.property(streams, (text) => {
        expect(parse(text.split(''))).toEqual(model(text));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['LF', 'data: a\n\ndata: b\n\n'],
    ['CRLF', 'data: a\r\n\r\ndata: b\r\n\r\n'],
    ['CR', 'data: a\r\rdata: b\r\r'],
    ['CRLF that is cut in two', 'data: a\r|\n\r|\n|data: b\r|\n\r\n'],
  ])('may have their lines end with %s', (_name, text) => {
    expect(parse(text.split('|'))).toEqual(['a', 'b']);
  });

  it('join the lines of their data, and lose one space at most', () => {
    expect(parse(['data:  a\ndata\ndata:b\n\n'])).toEqual([' a\n\nb']);
  });

  it('that are comments, have no data or another name are passed over', () => {
    expect(parse([': hb\n\nid: e-1\n\nevent: other\ndata: x\n\nevent: message\ndata: y\n\n'])).toEqual(['y']);
  });

  it('that never end are given up at the limit, and not before', () => {
    const parser = new EventParser(100);
    for (let times = 0; times < 10; times += 1) expect(parser.push('data: 3456')).toEqual([]);
    expect(() => parser.push('x')).toThrow(RangeError);
    const lines = new EventParser(100);
    for (let times = 0; times < 16; times += 1) expect(lines.push('data:6\n')).toEqual([]);
    expect(() => lines.push('data:6\n')).toThrow(RangeError);
  });

  it('may be as many as they like, with as many comments between', () => {
    const parser = new EventParser(100);
    for (let times = 0; times < 1_000; times += 1) {
      expect(parser.push(': this is a comment of forty characters\n')).toEqual([]);
      expect(parser.push('data: and this is data of forty characters\n\n')).toHaveLength(1);
    }
  });
});
