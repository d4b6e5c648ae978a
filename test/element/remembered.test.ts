import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LEVEL } from '../../src/protocol/marks/level.ts';
import type { LogStreamAttributes } from '../../src/element/attributes.ts';
import { applyChoices, choicesFor, rememberChoice } from '../../src/element/remembered.ts';

type Chosen = LogStreamAttributes & { wrap: unknown; time: unknown; size: unknown };

/** An element with these attributes, as far as choices concern it. */
function element(attributes: Readonly<Record<string, string>> = {}): Chosen {
  const fake = {
    remember: attributes['remember'] ?? 'on',
    wrap: attributes['wrap'],
    time: attributes['time'],
    size: attributes['size'],
    hasAttribute: (name: string) => attributes[name] !== undefined,
  };
  // Without a DOM there is no element, and only these parts of one are used.
  return fake as unknown as Chosen;
}

function stubStorage(stored?: string): Map<string, string> {
  const map = new Map(stored === undefined ? [] : [['log-stream', stored]]);
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => map.set(key, value),
  });
  return map;
}

describe('what a reader chose', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('is remembered for other logs of the origin', () => {
    stubStorage();
    rememberChoice(element(), { wrap: true });
    rememberChoice(element(), { time: 'utc' });
    rememberChoice(element(), { size: 'large' });
    rememberChoice(element(), { levels: LEVEL.warn });
    rememberChoice(element(), { wrap: false });
    const other = element();
    applyChoices(other);
    expect([other.wrap, other.time, other.size]).toEqual([false, 'utc', 'large']);
    expect(choicesFor(other)).toEqual({ wrap: false, time: 'utc', size: 'large', levels: LEVEL.warn });
  });

  it('is kept beside what another tab chose meanwhile', () => {
    const map = stubStorage();
    rememberChoice(element(), { wrap: true });
    const here = element();
    applyChoices(here);
    map.set('log-stream', '{"wrap":true,"size":"compact"}');
    rememberChoice(here, { time: 'utc' });
    expect(choicesFor(element())).toEqual({ wrap: true, time: 'utc', size: 'compact' });
  });

  it('gives way to attributes that the page sets', () => {
    stubStorage('{"wrap":true,"time":"utc","size":"large"}');
    const other = element({ wrap: 'off', time: 'local', size: 'compact' });
    applyChoices(other);
    expect([other.wrap, other.time, other.size]).toEqual(['off', 'local', 'compact']);
  });

  it('is applied once to each element', () => {
    stubStorage('{"time":"utc"}');
    const one = element();
    applyChoices(one);
    one.time = null;
    applyChoices(one);
    expect(one.time).toBeNull();
  });

  it('is neither read nor written with remember="off"', () => {
    const map = stubStorage('{"wrap":true}');
    const one = element({ remember: 'off' });
    applyChoices(one);
    expect(choicesFor(one)).toEqual({});
    rememberChoice(one, { time: 'utc' });
    expect([one.wrap, map.get('log-stream')]).toEqual([undefined, '{"wrap":true}']);
  });

  it.each(['', '{', 'null', '7', '[]', '"wrap"', '{"wrap":"yes","time":"noon"}', '{"time":["utc"]}'])(
    'is nothing where something else is stored: %j',
    (stored) => {
      stubStorage(stored);
      const one = element();
      applyChoices(one);
      expect([one.wrap, one.time]).toEqual([undefined, undefined]);
      rememberChoice(one, { wrap: true });
      const other = element();
      applyChoices(other);
      expect(other.wrap).toBe(true);
    },
  );

  it.each([
    '{"wrap":1,"time":"","size":"huge","levels":99}',
    '{"wrap":null,"time":{"toString":"utc"},"size":["large"],"levels":"13"}',
    '{"__proto__":{"wrap":true,"size":"large"}}',
    '{"size":"__proto__","time":"constructor","levels":null}',
    `{"size":"${'x'.repeat(100_000)}"}`,
  ])('is what one can choose, whatever is stored: %.60s', (stored) => {
    stubStorage(stored);
    expect(choicesFor(element())).toEqual({});
  });

  it('is nothing but what can be chosen, and a choice replaces what was stored', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (wrap, time, size, levels) => {
        stubStorage(JSON.stringify({ wrap, time, size, levels }));
        const before = choicesFor(element());
        expect(['boolean', 'undefined']).toContain(typeof before.wrap);
        expect([undefined, 'none', 'local', 'utc', 'elapsed', 'delta']).toContain(before.time);
        expect([undefined, 'compact', 'normal', 'large']).toContain(before.size);
        expect([undefined, 1, 5, 9, 13, 17, 21]).toContain(before.levels);
        rememberChoice(element(), { size: 'compact' });
        expect(choicesFor(element())).toEqual({ ...before, size: 'compact' });
      }),
    );
  });

  it('keeps what other versions store', () => {
    const map = stubStorage('{"density":15}');
    rememberChoice(element(), { wrap: true });
    expect(JSON.parse(map.get('log-stream') ?? '')).toEqual({ density: 15, wrap: true });
  });

  it('throws nothing where storage is blocked or full', () => {
    vi.stubGlobal('localStorage', undefined);
    applyChoices(element());
    rememberChoice(element(), { wrap: true });
    const refuse = (): never => {
      throw new DOMException('Blocked.', 'SecurityError');
    };
    vi.stubGlobal('localStorage', { getItem: refuse, setItem: refuse });
    applyChoices(element());
    rememberChoice(element(), { wrap: true });
    const full = (): never => {
      throw new DOMException('Full.', 'QuotaExceededError');
    };
    vi.stubGlobal('localStorage', { getItem: () => '{"size":"large"}', setItem: full });
    rememberChoice(element(), { size: 'compact' });
    const other = element();
    applyChoices(other);
    expect(other.size, 'what was stored before').toBe('large');
  });

  it('throws nothing where reading the storage itself is refused', () => {
    const descriptor = Object.getOwnPropertyDescriptor(globalThis, 'localStorage');
    Object.defineProperty(globalThis, 'localStorage', {
      configurable: true,
      get: () => {
        throw new DOMException('Blocked.', 'SecurityError');
      },
    });
    try {
      const one = element();
      applyChoices(one);
      rememberChoice(one, { size: 'large' });
      expect(one.size).toBeUndefined();
    } finally {
      if (descriptor === undefined) Reflect.deleteProperty(globalThis, 'localStorage');
      else Object.defineProperty(globalThis, 'localStorage', descriptor);
    }
  });
});
