import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTopic } from '../../../src/protocol/topic.ts';
import { Signer } from '../../../src/server/access/signer.ts';

const SECRET = 'a secret of the tests';
const channels = fc.string({ unit: fc.constantFrom(...'abzAZ09:._/@-'.split('')), minLength: 1, maxLength: 256 });

function signed(claims: unknown, secret: string, encoding: BufferEncoding = 'base64'): string {
  const payload = Buffer.from(JSON.stringify(claims)).toString(encoding);
  return `${payload}--${createHmac('sha256', secret).update(payload).digest('hex')}`;
}

describe('Signer', () => {
  it('verifies what it signed, and returns its claims', () => {
    fc.assert(
      fc.property(channels, fc.boolean(), fc.option(fc.integer({ min: 1, max: 1_000_000 }), { nil: undefined }), (channel, write, ttl) => {
        const signer = new Signer([SECRET]);
        const topic = signer.sign(channel, { write, ...(ttl === undefined ? {} : { ttl }) });
        const verdict = signer.verify(topic);
        expect(verdict).toEqual({ ok: true, claims: readTopic(topic) });
        expect(readTopic(topic)).toMatchObject({ channel, write });
      }),
    );
  });

  it('accepts what a backend signs in one line, in standard and URL-safe base64', () => {
    const signer = new Signer([SECRET]);
    const claims = { c: 'run/1:', t: 1_700_000_000, extra: '>>>???' };
    expect(signer.verify(signed(claims, SECRET))).toMatchObject({ ok: true, claims: { channel: 'run/1:' } });
    expect(signer.verify(signed(claims, SECRET, 'base64url'))).toMatchObject({ ok: true, claims: { channel: 'run/1:' } });
  });

  it('signs with the first secret and verifies with all', () => {
    const [old, rotated] = [new Signer(['the old secret...']), new Signer('the new secret..., the old secret...')];
    expect(rotated.verify(old.sign('run:1')).ok).toBe(true);
    expect(old.verify(rotated.sign('run:1'))).toMatchObject({ ok: false, code: 'forbidden' });
  });

  it('refuses a topic of which any character was changed', () => {
    const signer = new Signer([SECRET]);
    const topic = signer.sign('run:1', { ttl: 1_000 });
    fc.assert(
      fc.property(fc.nat(topic.length - 1), fc.constantFrom(...'abc019-_+/='.split('')), (at, character) => {
        const changed = topic.slice(0, at) + character + topic.slice(at + 1);
        fc.pre(changed.toLowerCase() !== topic.toLowerCase());
        expect(signer.verify(changed).ok).toBe(false);
      }),
    );
  });

  it('never throws, whatever it is given', () => {
    const signer = new Signer([SECRET]);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.tuple(fc.base64String(), fc.string()).map((parts) => parts.join('--')),
        ),
        (text) => !signer.verify(text).ok,
      ),
    );
    fc.assert(fc.property(fc.json(), (json) => typeof signer.verify(signed(JSON.parse(json) as unknown, SECRET)).ok === 'boolean'));
  });

  it('answers expired only for topics it has signed', () => {
    const signer = new Signer([SECRET]);
    const now = 1_700_000_000_000;
    const claims = { c: 'run:1', t: 1, x: now / 1_000 };
    expect(signer.verify(signed(claims, SECRET), now)).toMatchObject({ ok: false, code: 'expired' });
    expect(signer.verify(signed(claims, SECRET), now - 1)).toMatchObject({ ok: true });
    expect(signer.verify(signed(claims, 'other'), now)).toMatchObject({ ok: false, code: 'forbidden' });
  });

  it('judges a topic that it has verified before by its signature and its expiry, each time', () => {
    const signer = new Signer([SECRET]);
    const now = 1_700_000_000_000;
    const topic = signed({ c: 'run:1', t: 1, x: now / 1_000 }, SECRET);
    const forged = topic.replace(/.$/u, (digit) => (digit === '0' ? '1' : '0'));
    for (let time = 0; time < 2; time += 1) {
      expect(signer.verify(topic, now - 1)).toEqual({ ok: true, claims: readTopic(topic) });
      expect(signer.verify(forged, now - 1)).toMatchObject({ ok: false, code: 'forbidden' });
      expect(signer.verify(topic.slice(0, -1), now - 1)).toMatchObject({ ok: false, code: 'forbidden' });
      expect(signer.verify(topic, now)).toMatchObject({ ok: false, code: 'expired' });
    }
  });

  it('verifies more topics than it remembers, in any order', () => {
    const signer = new Signer([SECRET, 'another secret of them']);
    const topics = Array.from({ length: 1_200 }, (_, at) =>
      signed({ c: `run:${at}`, t: 1 }, at % 2 === 0 ? SECRET : 'another secret of them'),
    );
    for (const list of [topics, topics.toReversed(), topics]) {
      for (const topic of list) expect(signer.verify(topic)).toEqual({ ok: true, claims: readTopic(topic) });
    }
    expect(new Signer('a newer secret only').verify(topics[0] ?? '')).toMatchObject({ code: 'forbidden' });
  });

  it('refuses invalid channels when signing and verifying', () => {
    const signer = new Signer([SECRET]);
    for (const channel of [undefined, 5, ['a'], {}]) expect(() => signer.sign(channel as string)).toThrow(/Not a channel/u);
    for (const channel of ['', 'a b', 'é', 'a\n', 'x'.repeat(257)]) {
      expect(() => signer.sign(channel)).toThrow(TypeError);
      expect(signer.verify(signed({ c: channel, t: 1 }, SECRET))).toMatchObject({ ok: false, code: 'malformed' });
    }
  });

  it('signs with bytes as they are, and with text as its UTF-8', () => {
    const bytes = new Signer(Buffer.from('ein Geheimnis, 🔒'));
    expect(bytes.verify(signed({ c: 'run:1', t: 1 }, 'ein Geheimnis, 🔒')).ok).toBe(true);
    expect(new Signer('ein Geheimnis: 🔒').verify(signed({ c: 'run:1', t: 1 }, 'ein Geheimnis: 🔒')).ok).toBe(true);
  });

  it('grants exactly the given rights', () => {
    const signer = new Signer(SECRET);
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), (write, remove) => {
        const { channel, ...claims } = readTopic(signer.sign('run:1', { write, delete: remove })) ?? {};
        expect([channel, claims]).toMatchObject(['run:1', { write, remove, expiresAt: undefined }]);
      }),
    );
    expect(readTopic(signer.signMetrics({ ttl: 60 }))).toMatchObject({ channel: 'log-stream/metrics', write: false, remove: false });
  });

  it("refuses the server's own channels", () => {
    const signer = new Signer(SECRET);
    for (const channel of ['log-stream/', 'log-stream/metrics', 'log-stream/health', 'log-stream/anything/else'])
      expect(() => signer.sign(channel)).toThrow(/reserved/u);
    for (const channel of ['log-stream', 'log-stream:1', 'my/log-stream/metrics', 'Log-Stream/metrics'])
      expect(readTopic(signer.sign(channel))).toMatchObject({ channel });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, '60' as unknown as number, null as unknown as number])(
    'refuses to sign for %j seconds, which would make a topic that cannot be read',
    (ttl) => {
      expect(() => new Signer(SECRET).sign('run:1', { ttl })).toThrow(/ttl cannot be/u);
    },
  );

  it('refuses secrets that are none', () => {
    for (const secrets of [[], ['a secret of the tests', ''], 's3', [undefined as unknown as string]])
      expect(() => new Signer(secrets)).toThrow(/Make one with/u);
  });
});
