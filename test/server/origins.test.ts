import { describe, expect, it } from 'vitest';
import { OriginPolicy } from '../../src/server/origins.ts';

describe('OriginPolicy', () => {
  it.each<[string, string | undefined, string | undefined, boolean]>([
    ['no origin at all', undefined, 'logs.example', true],
    ['the same host', 'https://logs.example', 'logs.example', true],
    ['the same host with the default port spelled out', 'https://logs.example', 'logs.example:443', true],
    ['the same host and port', 'http://localhost:8787', 'localhost:8787', true],
    ['another port', 'http://localhost:3000', 'localhost:8787', false],
    ['another host', 'https://evil.example', 'logs.example', false],
    ['a host that begins the same', 'https://logs.example.evil.example', 'logs.example', false],
    ['an opaque origin', 'null', 'logs.example', false],
    ['no host to compare with', 'https://logs.example', undefined, false],
    ['a host that is none', 'https://logs.example', 'a b', false],
    ['one on the list', 'https://app.example', 'logs.example', true],
    ['one on the list in capitals', 'https://APP.example', 'logs.example', true],
    ['one on the list by another scheme', 'http://app.example', 'logs.example', false],
  ])('for %s', (_title, origin, host, allowed) => {
    expect(new OriginPolicy(['https://App.example/']).allows(origin, host)).toBe(allowed);
  });

  it('lets everybody in where it is told to', () => {
    expect(new OriginPolicy('*').allows('https://any.example', 'logs.example')).toBe(true);
    expect(new OriginPolicy('*').allows('null', undefined)).toBe(true);
  });
});
