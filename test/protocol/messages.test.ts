import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLine } from '../../src/protocol/line.ts';
import {
  encodeServerFrame,
  encodeSubscribe,
  encodeUnsubscribe,
  parseClientFrame,
  parseServerFrame,
  PROBE,
} from '../../src/protocol/messages.ts';
import { lines, serverFrames } from './arbitraries.ts';

const NAMES = ['hello', 'ack', 'msg', 'part', 'end', 'err', 'hb', 'bye'];

/** JSON that looks like a frame: the right keys with values of any kind. */
const likeFrames = fc.record(
  {
    e: fc.oneof(fc.constantFrom(...NAMES), fc.jsonValue()),
    ch: fc.oneof(fc.string(), fc.jsonValue()),
    off: fc.oneof(fc.constantFrom('e-1', 'e-0', '-0'), fc.jsonValue()),
    data: fc.oneof(
      fc.record({ lines: fc.oneof(fc.array(fc.oneof(lines, fc.jsonValue()), { maxLength: 3 }), fc.jsonValue()) }),
      fc.record({ line: fc.oneof(fc.constant(null), lines, fc.jsonValue()) }),
      fc.record({ code: fc.jsonValue() }),
      fc.jsonValue(),
    ),
    first: fc.oneof(fc.integer(), fc.jsonValue()),
    st: fc.oneof(fc.constantFrom('live', 'reset'), fc.jsonValue()),
    v: fc.jsonValue(),
    hb: fc.oneof(fc.double(), fc.jsonValue()),
    h: fc.oneof(fc.dictionary(fc.string(), fc.oneof(fc.constant('e-1'), fc.jsonValue())), fc.jsonValue()),
    code: fc.oneof(fc.constantFrom('expired', 'limit'), fc.jsonValue()),
    topic: fc.jsonValue(),
    message: fc.jsonValue(),
    reason: fc.jsonValue(),
    retry: fc.oneof(fc.tuple(fc.double(), fc.double()), fc.jsonValue()),
    again: fc.oneof(fc.tuple(fc.double(), fc.double()), fc.jsonValue()),
  },
  { requiredKeys: ['e'] },
);

describe('a line from a server', () => {
  it('keeps only known properties, however deep the rest is', () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const line = `[1,"text",{"s":"err","c":"31","p":1,"x":${deep}},${deep}]`;
    for (const e of ['msg', 'part']) {
      const frame = parseServerFrame(`{"e":"${e}","ch":"run:1","off":"e-1","data":{"line":${line},"lines":[${line}]}}`);
      const known = [1, 'text', { s: 'err', c: '31', p: 1 }];
      expect(frame).toMatchObject(e === 'msg' ? { lines: [known] } : { line: known });
      expect(() => structuredClone(frame)).not.toThrow();
    }
  });
});

describe('a frame from the server', () => {
  it('reads as it was written', () => {
    fc.assert(
      fc.property(serverFrames, (frame) => {
        // Half surrogates do not survive UTF-8, here as little as on the wire.
        const wire = Buffer.from(encodeServerFrame(frame)).toString();
        const read = parseServerFrame(wire);
        expect(read === undefined ? undefined : encodeServerFrame(read)).toBe(encodeServerFrame(frame));
        expect(read).toEqual(frame);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is parsed as a valid one or not at all, for any input', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          likeFrames.map((value) => JSON.stringify(value)),
          fc.json(),
          fc.string(),
        ),
        (text) => {
          const frame = parseServerFrame(text);
          if (frame === undefined) return;
          expect(NAMES).toContain(frame.e);
          // A frame that was accepted can be encoded, and parses to the same again.
          expect(parseServerFrame(encodeServerFrame(frame))).toEqual(frame);
          if (frame.e === 'msg') {
            expect(frame.lines.every(isLine)).toBe(true);
            expect(frame.lines.length).toBeGreaterThan(0);
            expect(frame.off.offset - frame.lines.length).toBeGreaterThanOrEqual(0);
          }
          if (frame.e === 'ack') expect(frame.first).toBeGreaterThanOrEqual(1);
          if (frame.e === 'hello') expect(frame.hb).toBeGreaterThan(0);
          if (frame.e === 'bye') expect(frame.retry[0]).toBeLessThanOrEqual(frame.retry[1]);
        },
      ),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['a heartbeat that is no time', '{"e":"hello","v":1,"hb":1e999}'],
    ['a heartbeat of nothing', '{"e":"hello","v":1,"hb":0}'],
    ['a heartbeat longer than a timer waits', '{"e":"hello","v":1,"hb":2147483648}'],
    ['a bye without a time to come back', '{"e":"bye","reason":"x"}'],
    ['a bye to come back never', '{"e":"bye","retry":[0,1e999]}'],
    ['a bye that ends before it begins', '{"e":"bye","retry":[5,1]}'],
    ['a line at no time', '{"e":"msg","ch":"c","off":"e-1","data":{"lines":[[1e999,"x"]]}}'],
    ['more lines than there are', '{"e":"msg","ch":"c","off":"e-1","data":{"lines":[[1,"a"],[1,"b"]]}}'],
    ['no lines', '{"e":"msg","ch":"c","off":"e-1","data":{"lines":[]}}'],
    ['a line that is too short', '{"e":"msg","ch":"c","off":"e-1","data":{"lines":[[1]]}}'],
    ['an extra that is none', '{"e":"msg","ch":"c","off":"e-1","data":{"lines":[[1,"a",{"c":1}]]}}'],
    ['an ack in no known state', '{"e":"ack","ch":"c","off":"e-1","first":1,"st":"maybe"}'],
    ['an ack without a first line', '{"e":"ack","ch":"c","off":"e-1","first":0,"st":"live"}'],
    ['an end with half a code', '{"e":"end","ch":"c","off":"e-1","data":{"code":0.5}}'],
    ['an error of no known kind', '{"e":"err","code":"odd","message":""}'],
    ['something new', '{"e":"presence","ch":"c"}'],
    ['a list', '[]'],
    ['half a frame', '{"e":"hb"'],
  ])('is not %s', (_title, text) => {
    expect(parseServerFrame(text)).toBeUndefined();
  });

  it('may have unknown keys', () => {
    const text = '{"e":"ack","ch":"c","off":"e-1","first":1,"st":"live","health":true,"x":{}}';
    expect(parseServerFrame(text)).toEqual({ e: 'ack', ch: 'c', off: { epoch: 'e', offset: 1 }, first: 1, st: 'live' });
  });

  it('is encoded as the protocol says', () => {
    const off = { epoch: '1763658000123', offset: 1_044 };
    expect(encodeServerFrame({ e: 'msg', ch: 'run:1', off, lines: [[1, 'x', { s: 'err' }]] })).toBe(
      '{"e":"msg","ch":"run:1","off":"1763658000123-1044","data":{"lines":[[1,"x",{"s":"err"}]]}}',
    );
    expect(encodeServerFrame({ e: 'part', ch: 'run:1', off, line: null })).toBe(
      '{"e":"part","ch":"run:1","off":"1763658000123-1044","data":{"line":null}}',
    );
    expect(encodeServerFrame({ e: 'hb', heads: new Map([['__proto__', off]]) })).toBe('{"e":"hb","h":{"__proto__":"1763658000123-1044"}}');
    expect(encodeServerFrame({ e: 'err', topic: undefined, code: 'malformed', message: 'm' })).toBe(
      '{"e":"err","code":"malformed","message":"m"}',
    );
    expect(encodeServerFrame({ e: 'bye', reason: 'deploy', retry: [0, 5], again: undefined })).toBe(
      '{"e":"bye","reason":"deploy","retry":[0,5]}',
    );
  });
});

describe('a frame from a client', () => {
  it('is parsed as it was encoded, 25 topics at a time', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.constantFrom('', '0', 'e-5')), { maxLength: 80 }), (entries) => {
        const topics = new Map(entries);
        const frames = encodeSubscribe(topics).map(parseClientFrame);
        expect(frames).toHaveLength(Math.ceil(topics.size / 25));
        const read = frames.flatMap((frame) => frame?.subscribe ?? []);
        expect(new Set(read.map(({ signed }) => signed))).toEqual(new Set(topics.keys()));
        for (const frame of frames) expect(frame?.subscribe.length).toBeLessThanOrEqual(25);
        const ended = encodeUnsubscribe([...topics.keys()]).map(parseClientFrame);
        expect(ended.flatMap((frame) => frame?.unsubscribe ?? [])).toEqual([...topics.keys()]);
      }),
    );
  });

  it('is parsed or refused, and never throws, for any input', () => {
    const like = fc.record(
      { subscribe: fc.jsonValue(), tail: fc.jsonValue(), unsubscribe: fc.jsonValue(), hb: fc.jsonValue() },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          like.map((value) => JSON.stringify(value)),
          fc.json(),
          fc.string(),
        ),
        (text) => {
          const frame = parseClientFrame(text);
          if (frame === undefined) return;
          for (const { signed, asked } of frame.subscribe) {
            expect(typeof signed).toBe('string');
            if (asked !== undefined && asked !== 'now') expect(asked.offset).toBeGreaterThanOrEqual(0);
          }
          for (const signed of frame.unsubscribe) expect(typeof signed).toBe('string');
          if (frame.tail === undefined) return;
          expect(Number.isInteger(frame.tail)).toBe(true);
          expect(frame.tail).toBe(Math.min(10_000, Math.max(100, frame.tail)));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('may ask for nothing, or probe', () => {
    expect(parseClientFrame('{}')).toEqual({ subscribe: [], unsubscribe: [], probe: false });
    expect(parseClientFrame(PROBE)).toEqual({ subscribe: [], unsubscribe: [], probe: true });
  });

  it('asks for a tail of 100 to 10,000 lines: the nearest to what it says (W34)', () => {
    const tailOf = (tail: string): number | undefined => parseClientFrame(`{"subscribe":{"a":""},"tail":${tail}}`)?.tail;
    expect(['0', '99.4', '100', '150.5', '10000', '10001', '1e999', '-1e999'].map(tailOf)).toEqual([
      100, 100, 100, 151, 10_000, 10_000, 10_000, 100,
    ]);
    for (const tail of ['null', '"200"', '[]', '{}', 'true'])
      expect(parseClientFrame(`{"subscribe":{"a":""},"tail":${tail}}`)).toBeUndefined();
    expect(encodeSubscribe(new Map([['a', 'e-5']]), 200)).toEqual(['{"subscribe":{"a":"e-5"},"tail":200}']);
    expect(encodeSubscribe(new Map([['a', 'e-5']]))).toEqual(['{"subscribe":{"a":"e-5"}}']);
  });

  it('refuses a bad position only for its topic', () => {
    expect(parseClientFrame('{"subscribe":{"a":"","b":{},"__proto__":"e-1"}}')?.subscribe).toEqual([
      { signed: 'a', asked: 'now' },
      { signed: 'b', asked: undefined },
      { signed: '__proto__', asked: { epoch: 'e', offset: 1 } },
    ]);
  });
});
