import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CASES, isUntestable, RULES } from '../../src/conformance/cases/index.ts';
import { readServerSent } from '../../src/conformance/events.ts';
import { names } from '../../src/conformance/kit.ts';
import { absent, like, line, lists, mismatch, numbered, other, position, whole, type Pattern } from '../../src/conformance/pattern.ts';
import { resultText, summaryText } from '../../src/conformance/report.ts';
import { signTopic, type TopicForm } from '../../src/conformance/topics.ts';
import { World, type ServerUnderTest } from '../../src/conformance/world.ts';
import { Signer } from '../../src/server/access/signer.ts';

const SECRET = 'a secret for tests';
const target: ServerUnderTest = {
  url: new URL('http://127.0.0.1:1/log-stream'),
  path: '/log-stream',
  secret: SECRET,
  timeout: 1,
  features: [],
  heartbeat: 1,
};
const world = (): World => new World(target, 'conformance:x');
const fits = (pattern: Pattern, value: unknown, scope = world()): boolean => mismatch(pattern, value, scope) === undefined;

describe('the rules of the kit', () => {
  it('are those of PROTOCOL.md for servers, every one of them', () => {
    const text = readFileSync(new URL('../../PROTOCOL.md', import.meta.url), 'utf8');
    const written = [...text.matchAll(/^- \*\*([MTWHL]\d+)\*\*/gmu)].map(([, rule]) => rule);
    expect(written.length).toBeGreaterThan(80);
    expect(new Set(RULES)).toEqual(new Set(written));
  });

  it('have titles that tell cases of one rule apart, and reasons where nothing can be seen', () => {
    const titles = CASES.map(({ rule, title }) => `${rule} ${title}`);
    expect(new Set(titles).size).toBe(titles.length);
    for (const item of CASES) expect(isUntestable(item) ? item.why : item.steps.length).toBeTruthy();
  });

  it('are named by number or by the letter of their block', () => {
    expect([names(['W14'], 'W14'), names(['W'], 'W14'), names(['W1'], 'W14'), names(['H'], 'W14')]).toEqual([true, true, false, false]);
  });
});

describe('a pattern', () => {
  it.each<[Pattern, unknown, boolean]>([
    [{ a: 1 }, { a: 1, b: 2 }, true],
    [{ a: 1 }, { a: 2 }, false],
    [{ a: absent }, {}, true],
    [{ a: absent }, { a: null }, false],
    [{ toString: absent }, {}, true],
    [[1, 2], [1, 2], true],
    [[1, 2], [1, 2, 3], false],
    [null, null, true],
    [null, undefined, false],
    [whole(1), 1.5, false],
    [whole(1), 0, false],
    [like(/^a$/u), 'a', true],
    [like(/^a$/u), 1, false],
    [lists('accept'), 'Origin, ACCEPT', true],
    [lists('accept'), 'Accept-Encoding', false],
    [other('a'), 'b', true],
    [other('a'), undefined, false],
    [line('a'), [5, 'a'], true],
    [line('a'), [5, 'a', { u: 1 }], true],
    [line('a'), [5, 'a', { s: 'err' }], false],
    [line('a', { s: 'err' }), [5, 'a'], false],
    [line('a', { s: 'err' }), [5, 'a', { s: 'err' }], true],
    [line('a'), ['5', 'a'], false],
    [line('a'), { 0: 5, 1: 'a' }, false],
    [
      numbered(3, 4),
      [
        [1, 'line 3'],
        [1, 'line 4'],
      ],
      true,
    ],
    [numbered(3, 4), [[1, 'line 3']], false],
    [position('e', 3), 'x1-3', true],
    [position('e', 3), 'x1-4', false],
    [position('e'), '-0', false],
    [position('e'), 'x-01', false],
    ['<e>', '<e>', false],
  ])('%j against %j', (pattern, value, expected) => {
    const scope = world();
    scope.save('e', 'saved');
    expect(fits(pattern, value, scope)).toBe(expected);
  });

  it('knows saved values from then on', () => {
    const scope = world();
    expect(fits(position('epoch', 3), 'x1-3', scope)).toBe(true);
    expect(fits('<epoch>-4', 'x1-4', scope)).toBe(true);
    expect(fits({ '<a>': '<epoch>-4' }, { 'conformance:x:a': 'x1-4' }, scope)).toBe(true);
    expect(() => fits('<nothing>', 'x', scope)).toThrow(/<nothing>/u);
  });

  it('matches the JSON it was made of, and reports where another one differs', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.jsonValue({ maxDepth: 3 }), (value, another) => {
        const text = JSON.stringify(value);
        fc.pre(!/[<$]/u.test(text));
        const pattern = JSON.parse(text) as Pattern;
        expect(fits(pattern, JSON.parse(text))).toBe(true);
        const wrong = mismatch(pattern, another, world());
        if (wrong !== undefined) expect(`${wrong.expected} ${wrong.actual}`).toMatch(/./u);
      }),
    );
  });
});

describe('a topic of the kit', () => {
  it.each<[TopicForm, RegExp]>([
    ['standard', /^[A-Za-z0-9+/]*[+/][A-Za-z0-9+/]*=+--[0-9a-f]{64}$/u],
    ['unpadded', /^[A-Za-z0-9+/]*[+/][A-Za-z0-9+/]*--[0-9a-f]{64}$/u],
    ['url-safe', /^[A-Za-z0-9_-]*[_-][A-Za-z0-9_-]*=+--[0-9a-f]{64}$/u],
    ['url-safe-unpadded', /^[A-Za-z0-9_-]*[_-][A-Za-z0-9_-]*--[0-9a-f]{64}$/u],
    ['dashes', /^[A-Za-z0-9_-]*--[A-Za-z0-9_-]*--[0-9a-f]{64}$/u],
  ])('of the form %s is one, for any channel, and is valid', (form, expression) => {
    const channel = fc.string({ unit: fc.constantFrom(...Array.from('AZaz09:._/@-')), minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(channel, (name) => {
        const { text, signature } = signTopic(SECRET, name, { form }, Date.now());
        expect(text).toMatch(expression);
        expect(text.endsWith(`--${signature}`)).toBe(true);
        expect(new Signer([SECRET]).verify(text)).toMatchObject({ ok: true, claims: { channel: name } });
      }),
    );
  });

  it.each(['other-secret', 'altered', 'cut-signature', 'no-signature', 'not-base64', 'not-json', 'no-channel'] as const)(
    'with the flaw %s is not valid',
    (flaw) => {
      const { text } = signTopic(SECRET, 'a', { flaw }, Date.now());
      const code = flaw === 'other-secret' || flaw === 'altered' || flaw === 'cut-signature' ? 'forbidden' : 'malformed';
      expect(new Signer([SECRET]).verify(text)).toMatchObject({ ok: false, code });
    },
  );
});

describe('server-sent events', () => {
  it('are read block by block, whatever ends their lines', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const text = [': hb', '', 'id: x-1', 'data: one', 'data: ä', '', 'data: half'].join(end);
      const comment = readServerSent(Buffer.from(text));
      expect(comment).toMatchObject({ kind: 'comment' });
      const event = readServerSent(Buffer.from(text).subarray(comment?.size));
      expect(event).toMatchObject({ kind: 'event', id: 'x-1', data: 'one\nä' });
      expect(readServerSent(Buffer.from(text).subarray((comment?.size ?? 0) + (event?.size ?? 0)))).toBeUndefined();
    }
  });
});

describe('a report', () => {
  it('is a line for each case, and what went wrong', () => {
    expect(resultText({ rule: 'W1', title: 'It works.', state: 'passed' })).toBe('✓ W1   It works.');
    expect(resultText({ rule: 'W25', title: 'It may.', state: 'skipped', why: 'not seen' })).toBe('- W25  It may. (not seen)');
    const failed = resultText({
      rule: 'H3',
      title: 'It should.',
      state: 'failed',
      step: 2,
      doing: 'GET /topics/<a>',
      expected: '200',
      actual: '\u001b[31m\n',
    });
    expect(failed).toBe('✗ H3   It should.\n    step 2 (GET /topics/<a>)\n    expected 200\n    got      \\u{1b}[31m\\u{a}');
    expect(summaryText({ url: '', passed: 1, failed: 2, skipped: 3, results: [] })).toBe('1 passed, 2 failed, 3 skipped');
  });
});
