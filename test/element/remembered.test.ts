import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LogStreamAttributes } from '../../src/element/attributes.ts';
import { applyChoices, rememberChoice } from '../../src/element/remembered.ts';

/** An element with these attributes, as far as choices concern it. */
function element(attributes: Readonly<Record<string, string>> = {}): LogStreamAttributes & { wrap: unknown; time: unknown } {
  const fake = {
    remember: attributes['remember'] ?? 'on',
    wrap: attributes['wrap'],
    time: attributes['time'],
    hasAttribute: (name: string) => attributes[name] !== undefined,
  };
  // Without a DOM there is no element, and only these parts of one are used.
  return fake as unknown as LogStreamAttributes & { wrap: unknown; time: unknown };
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
    rememberChoice(element(), { wrap: false });
    const other = element();
    applyChoices(other);
    expect([other.wrap, other.time]).toEqual([false, 'utc']);
  });

  it('gives way to attributes that the page sets', () => {
    stubStorage('{"wrap":true,"time":"utc"}');
    const other = element({ wrap: 'off', time: 'local' });
    applyChoices(other);
    expect([other.wrap, other.time]).toEqual(['off', 'local']);
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

  it('keeps what other versions store', () => {
    const map = stubStorage('{"size":15}');
    rememberChoice(element(), { wrap: true });
    expect(JSON.parse(map.get('log-stream') ?? '')).toEqual({ size: 15, wrap: true });
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
  });
});
