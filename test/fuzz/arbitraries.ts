import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { SECRET } from '../support/server.ts';

/** Texts that broke one program or another. */
const INFAMOUS = [
  '',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'null',
  'NaN',
  '-0',
  '0',
  '1e309',
  '9007199254740993',
  '--',
  '..',
  '%',
  '%2e%2e%2f',
  '\u0000',
  '\ud800',
  '\u202e',
  '\r\n\r\n',
  'a'.repeat(300),
  '-'.repeat(3_000),
  '['.repeat(2_000),
];

export const CHANNELS = ['fuzz:1', 'fuzz:2', '__proto__', 'constructor', 'a/b/c'] as const;

export const nasty = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...INFAMOUS) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 30 }) },
);

export function signWith(secret: string, payload: string): string {
  return `${payload}--${createHmac('sha256', secret).update(payload).digest('hex')}`;
}

function payloadOf(claims: unknown): string {
  return Buffer.from(typeof claims === 'string' ? claims : JSON.stringify(claims)).toString('base64');
}

const now = Math.floor(Date.now() / 1_000);

/** Claims as a backend writes them, or nearly. */
const claims = fc.oneof(
  { weight: 4, arbitrary: fc.record({ c: fc.constantFrom(...CHANNELS), t: fc.constant(now), w: fc.constantFrom(0, 1, 1, 1, '1', true) }) },
  {
    weight: 1,
    arbitrary: fc.record({ c: fc.constantFrom(...CHANNELS), t: fc.constant(now), x: fc.constantFrom(now - 1, now + 999, 0, -1, 1e300) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ c: nasty, t: fc.oneof(fc.integer(), nasty), x: fc.anything(), w: fc.anything() }, { requiredKeys: [] }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('{"c":"fuzz:1","t":1,"__proto__":{"w":1}}', '{"c":"fuzz:1","c":"other","t":1}', '[]', '1', '{', ''),
  },
);

const signed = fc.oneof(
  { weight: 6, arbitrary: claims.map((value) => signWith(SECRET, payloadOf(value))) },
  {
    weight: 1,
    arbitrary: claims.map((value) => signWith(SECRET, payloadOf(value).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''))),
  },
  { weight: 1, arbitrary: claims.map((value) => signWith('another secret', payloadOf(value))) },
  { weight: 1, arbitrary: nasty.map((payload) => signWith(SECRET, payload)) },
);

/** Signed topics: good ones, and what somebody without the secret makes of them. */
export const topics = fc.oneof(
  { weight: 4, arbitrary: signed },
  {
    weight: 2,
    arbitrary: fc.tuple(signed, fc.nat(), fc.string({ maxLength: 3 })).map(([topic, at, text]) => {
      const index = at % (topic.length + 1);
      return topic.slice(0, index) + text + topic.slice(index + 1);
    }),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(signed, signed).map(([one, other]) => `${one.split('--')[0] ?? ''}--${other.split('--').at(-1) ?? ''}`),
  },
  { weight: 1, arbitrary: fc.tuple(signed, fc.nat(200)).map(([topic, length]) => topic.slice(0, length)) },
  { weight: 1, arbitrary: nasty },
);

const positions = fc.oneof(
  fc.constantFrom<unknown>('', '-0', 0, 1, -1, 1.5, 2 ** 53, 'e-1', '1-1', 'a-b-3', null, true, {}, []),
  fc.nat(2_000),
  nasty,
);

/** Text frames: what a client sends, what it never would, and what is no frame at all. */
export const frames = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.array(fc.tuple(topics, positions), { maxLength: 6 }), fc.constantFrom('', '', ',"tail":200', ',"tail":-1e999'))
      .map(
        // By hand: an object would lose the key __proto__.
        ([entries, tail]) =>
          `{"subscribe":{${entries.map(([topic, asked]) => `${JSON.stringify(topic)}:${JSON.stringify(asked)}`).join(',')}}${tail}}`,
      ),
  },
  { weight: 2, arbitrary: fc.array(topics, { maxLength: 6 }).map((all) => JSON.stringify({ unsubscribe: all })) },
  { weight: 1, arbitrary: fc.constant('{"hb":1}') },
  { weight: 1, arbitrary: fc.json().map((value) => `{"subscribe":${value},"unsubscribe":${value},"hb":${value}}`) },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: nasty },
);
