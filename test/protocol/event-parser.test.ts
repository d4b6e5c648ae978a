import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventParser, type ServerEvent } from '../../src/protocol/event-parser.ts';

function parse(pieces: readonly string[], limit = Infinity): ServerEvent[] {
  const parser = new EventParser(limit);
  return pieces.flatMap((piece) => parser.push(piece));
}

function dataOf(pieces: readonly string[]): string[] {
  return parse(pieces).map(({ data }) => data);
}

/** The events of a whole stream, read at once and line by line as the specification says. */
function model(text: string): ServerEvent[] {
  const lines = text.split(/\r\n|\r|\n/u);
  // The last line has no end yet.
  lines.pop();
  const events: ServerEvent[] = [];
  let data: string[] = [];
  let name = '';
  for (const line of lines) {
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /u, '');
    if (line === '') {
      if (data.length > 0) events.push({ name: name === '' ? 'message' : name, data: data.join('\n') });
      data = [];
      name = '';
    } else if (field === 'data') data.push(value);
    else if (field === 'event') name = value;
  }
  return events;
}

/** Text made of the parts that matter in a stream. */
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
        'event: all\n',
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
  it('are parsed as the specification says, wherever the text is cut', () => {
    fc.assert(
      fc.property(streams, fc.array(fc.nat(), { maxLength: 20 }), (text, places) => {
        expect(parse(cut(text, places))).toEqual(model(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('are parsed the same one character at a time', () => {
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
    ['CRLF that is cut in two', 'data: a\r|\n\r\n|data: b\r|\n\r\n'],
  ])('may have lines that end with %s', (_name, text) => {
    expect(dataOf(text.split('|'))).toEqual(['a', 'b']);
  });

  it('join the lines of their data, and lose at most one leading space each', () => {
    expect(dataOf(['data:  a\ndata\ndata:b\n\n'])).toEqual([' a\n\nb']);
  });

  it('have a name, which is `message` by default', () => {
    expect(parse(['event: all\ndata: {"a":1}\n\ndata: x\n\nevent:\ndata: y\n\n'])).toEqual([
      { name: 'all', data: '{"a":1}' },
      { name: 'message', data: 'x' },
      { name: 'message', data: 'y' },
    ]);
  });

  it('are skipped when they are comments or have no data', () => {
    expect(parse([': hb\n\nid: e-1\n\nevent: other\n\nevent: message\ndata: y\n\n'])).toEqual([{ name: 'message', data: 'y' }]);
  });

  it('throw at the limit when they never end, and not before', () => {
    const parser = new EventParser(100);
    for (let times = 0; times < 10; times += 1) expect(parser.push('data: 3456')).toEqual([]);
    expect(() => parser.push('x')).toThrow(RangeError);
    const lines = new EventParser(100);
    for (let times = 0; times < 16; times += 1) expect(lines.push('data:6\n')).toEqual([]);
    expect(() => lines.push('data:6\n')).toThrow(RangeError);
  });

  it('may be any number within the limit of each, with any number of comments between them', () => {
    const parser = new EventParser(100);
    for (let times = 0; times < 1_000; times += 1) {
      expect(parser.push(': this is a comment of forty characters\n')).toEqual([]);
      expect(parser.push('data: and this is data of forty characters\n\n')).toHaveLength(1);
    }
  });
});
