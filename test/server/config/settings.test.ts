import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS, settingsOf } from '../../../src/server/config/settings.ts';
import { MemoryStore } from '../../../src/server/stores/memory-store.ts';

describe('settingsOf', () => {
  it('fills in defaults', () => {
    const settings = settingsOf({ store: new MemoryStore(), limits: { stall: 5 } });
    expect(settings).toMatchObject({
      basePath: '/log-stream',
      heartbeat: 15_000,
      allowOrigins: [],
      publicHistory: false,
      retain: undefined,
    });
    expect(settings.limits).toEqual({ ...DEFAULT_LIMITS, stall: 5 });
    expect(settings.assets).toMatch(/dist.assets$/u);
  });

  it('keeps given values', () => {
    const given = { basePath: '/a/b', heartbeat: 1, allowOrigins: '*', publicHistory: true, retain: { lines: 1 }, assets: '/x' } as const;
    expect(settingsOf({ store: new MemoryStore(), ...given })).toMatchObject(given);
  });

  it('treats one origin as a list of one, and an asterisk in a list as all', () => {
    const origins = (allowOrigins: string | string[]): unknown => settingsOf({ store: new MemoryStore(), allowOrigins }).allowOrigins;
    expect(origins('https://App.example/')).toEqual(['https://app.example']);
    expect(origins(['https://app.example', 'null'])).toEqual(['https://app.example', 'null']);
    expect(origins(['https://app.example', '*'])).toBe('*');
  });

  it.each(['app.example', 'https://app.example/path', '', 'https://*.app.example/'])(
    'refuses %j as an origin, which would let nobody in',
    (origin) => {
      const options = { store: new MemoryStore(), allowOrigins: [origin] };
      expect(() => settingsOf(options)).toThrow(/allowOrigins takes origins such as/u);
    },
  );

  it('refuses what historyCache cannot be, and public history that may not be kept', () => {
    const store = new MemoryStore();
    expect(() => settingsOf({ store, historyCache: 'forever' as 'none' })).toThrow(/historyCache cannot be forever/u);
    for (const historyCache of ['none', 'private-short'] as const)
      expect(() => settingsOf({ store, historyCache, publicHistory: true })).toThrow(/publicHistory/u);
  });

  it.each(['', '/', 'a', '/a/', '/a?b', '/a#b', '/a b', '//'])('refuses the base path %j', (basePath) => {
    expect(() => settingsOf({ store: new MemoryStore(), basePath })).toThrow(TypeError);
  });
});
