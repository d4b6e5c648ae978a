import { describe, expect, it } from 'vitest';
import { OriginPolicy, parseOrigin } from '../../../src/server/access/origin-policy.ts';

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

  it('trusts only same-origin in Sec-Fetch-Site', () => {
    const policy = new OriginPolicy([]);
    expect(policy.allows('http://localhost:5173', '127.0.0.1:8787', 'same-origin')).toBe(true);
    for (const site of ['same-site', 'cross-site', 'none', '', ['same-origin']])
      expect(policy.allows('http://localhost:5173', '127.0.0.1:8787', site)).toBe(false);
  });

  it('allows pages without an origin if configured, and no others by that', () => {
    const policy = new OriginPolicy(['null']);
    expect(policy.allows('null', 'logs.example')).toBe(true);
    for (const origin of ['', 'undefined', 'https://null', 'null, https://evil.example'])
      expect(policy.allows(origin, 'logs.example')).toBe(false);
  });

  it('allows nothing by a text that is not an origin', () => {
    const policy = new OriginPolicy(['app.example', '', 'https://app.example/path']);
    for (const origin of ['', 'app.example', 'https://app.example', 'https://app.example/path'])
      expect(policy.allows(origin, 'logs.example')).toBe(false);
  });

  it('allows every origin if configured', () => {
    expect(new OriginPolicy('*').allows('https://any.example', 'logs.example')).toBe(true);
    expect(new OriginPolicy('*').allows('null', undefined)).toBe(true);
  });
});

describe('parseOrigin', () => {
  it.each([
    ['https://App.example/', 'https://app.example'],
    ['https://app.example:443', 'https://app.example'],
    ['http://localhost:3000', 'http://localhost:3000'],
    ['http://[::1]:3000', 'http://[::1]:3000'],
    ['null', 'null'],
    ['capacitor://localhost', 'capacitor://localhost'],
    ['chrome-extension://abcdefghijklmnop', 'chrome-extension://abcdefghijklmnop'],
  ])('reads %s', (text, origin) => {
    expect(parseOrigin(text)).toBe(origin);
  });

  it.each(['', '*', 'app.example', 'https://', 'https://a.example/x', 'https://a.example?x', 'https://u:p@a.example', 'https://a b', 'x:'])(
    'finds none in %j',
    (text) => {
      expect(parseOrigin(text)).toBeUndefined();
    },
  );
});
