import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { refusal, type ListenPlace } from '../../src/dev-server/access/guard.ts';
import { isLoopback, parseHost } from '../../src/dev-server/util/hosts.ts';

const HOST = { host: 'localhost:8787' };

const at = (address: string, ...allowed: readonly string[]): ListenPlace => ({
  address,
  port: 8_787,
  allowHosts: allowed.map((text) => parseHost(text) ?? expect.fail(`${text} is no host`)),
});

describe('requests that sign topics and run commands', () => {
  it.each<[string, string, IncomingHttpHeaders]>([
    ['a program without any header of a browser', '127.0.0.1', HOST],
    ['a request to 127.0.0.1', '127.0.0.1', { host: '127.0.0.1:8787' }],
    ['a request to [::1]', '::1', { host: '[::1]:8787' }],
    ['a Host in capitals', '127.0.0.1', { host: 'LOCALHOST:8787' }],
    ['the page itself', '127.0.0.1', { ...HOST, origin: 'http://localhost:8787', 'sec-fetch-site': 'same-origin' }],
    ['an address typed by a person', '127.0.0.1', { ...HOST, 'sec-fetch-site': 'none' }],
    ['a server on another loopback address', '127.0.0.2', HOST],
    ['a request to that address', '127.0.0.2', { host: '127.0.0.2:8787' }],
  ])('are allowed from %s', (_who, address, headers) => {
    expect(refusal(at(address), headers)).toBeUndefined();
  });

  it.each<[string, RegExp, string, IncomingHttpHeaders]>([
    ['a server that listens on all addresses', /--host 127\.0\.0\.1/, '0.0.0.0', HOST],
    ['a server that listens on all IPv6 addresses', /--host 127\.0\.0\.1/, '::', HOST],
    ['a server on an address of the network', /reachable from other machines \(192\.168\.1\.5\)/, '192.168.1.5', HOST],
    ['a name that was rebound to this machine', /Open the page there/, '127.0.0.1', { host: 'evil.example:8787' }],
    ['a name that only begins like ours', /Open the page there/, '127.0.0.1', { host: 'localhost.evil.example' }],
    ['a name that only ends like ours', /Open the page there/, '127.0.0.1', { host: 'evil.localhost:8787' }],
    ['an address that only begins like ours', /Open the page there/, '127.0.0.1', { host: '127.0.0.1.evil.example' }],
    ['a Host that holds a user', /Open the page there/, '127.0.0.1', { host: 'localhost:8787@evil.example' }],
    ['no Host', /--allow-host/, '127.0.0.1', {}],
    ['an empty Host', /--allow-host/, '127.0.0.1', { host: '' }],
    ['another port', /--allow-host localhost:3000/, '127.0.0.1', { host: 'localhost:3000' }],
    ['no port', /port 8787/, '127.0.0.1', { host: 'localhost' }],
    ['a loopback address that is not ours', /--allow-host/, '127.0.0.1', { host: '127.0.0.2:8787' }],
    ['a Host with a dot at its end', /--allow-host/, '127.0.0.1', { host: 'localhost.:8787' }],
    ['an address in other words', /--allow-host/, '127.0.0.1', { host: '2130706433:8787' }],
    ['a page over TLS of this name', /another origin/, '127.0.0.1', { ...HOST, origin: 'https://localhost:8787' }],
    ...['via', 'x-real-ip', 'x-client-ip', 'x-forwarded', 'cf-connecting-ip', 'cf-ray'].map(
      (name): [string, RegExp, string, IncomingHttpHeaders] => [
        `what a proxy marked with ${name}`,
        new RegExp(`proxy \\(${name}\\)`),
        '127.0.0.1',
        { ...HOST, [name]: '' },
      ],
    ),
    ['a page of another site', /another origin/, '127.0.0.1', { ...HOST, origin: 'https://evil.example' }],
    ['a page of another port of this machine', /another origin/, '127.0.0.1', { ...HOST, origin: 'http://localhost:3000' }],
    ['a page of the same host by another name', /another origin/, '127.0.0.1', { ...HOST, origin: 'http://127.0.0.1:8787' }],
    ['a sandboxed page', /another origin/, '127.0.0.1', { ...HOST, origin: 'null' }],
    ['a request that a foreign page caused', /Sec-Fetch-Site: cross-site/, '127.0.0.1', { ...HOST, 'sec-fetch-site': 'cross-site' }],
    ['a request that a page of another port caused', /Sec-Fetch-Site: same-site/, '127.0.0.1', { ...HOST, 'sec-fetch-site': 'same-site' }],
    ['what a proxy forwarded', /proxy \(x-forwarded-for\)/, '127.0.0.1', { ...HOST, 'x-forwarded-for': '10.0.0.1' }],
    [
      'what a proxy forwarded with a header of its own',
      /proxy \(x-forwarded-prefix\)/,
      '127.0.0.1',
      { ...HOST, 'x-forwarded-prefix': '/' },
    ],
    ['what a proxy forwarded by the standard', /proxy \(forwarded\)/, '127.0.0.1', { ...HOST, forwarded: 'for=10.0.0.1' }],
    ['what a proxy forwarded with an empty header', /proxy/, '127.0.0.1', { ...HOST, 'x-forwarded-host': '' }],
  ])('are refused from %s, with the reason', (_who, reason, address, headers) => {
    expect(refusal(at(address), headers)).toMatch(reason);
  });

  it.each<[string, string, IncomingHttpHeaders]>([
    ['dev.example', 'any port', { host: 'dev.example:9000' }],
    ['dev.example', 'no port', { host: 'Dev.Example' }],
    ['localhost:9000', 'that port', { host: 'localhost:9000', origin: 'http://localhost:9000' }],
    ['dev.example:443', 'what ends TLS', { host: 'dev.example', origin: 'https://dev.example' }],
    ['[::1]:9000', 'an address', { host: '[::1]:9000' }],
  ])('are allowed for the allowed host %s, at %s', (allowed, _what, headers) => {
    expect(refusal(at('127.0.0.1', allowed), headers)).toBeUndefined();
    expect(refusal(at('127.0.0.1'), headers)).toMatch(/--allow-host/);
    expect(refusal(at('127.0.0.1', allowed), { ...headers, origin: 'https://evil.example' })).toMatch(/another origin/);
    expect(refusal(at('127.0.0.1', allowed), { host: `evil.${allowed}` })).toBeDefined();
    expect(refusal(at('0.0.0.0', allowed), headers)).toMatch(/reachable/);
  });

  it('are refused for another port than the allowed one', () => {
    expect(refusal(at('127.0.0.1', 'localhost:9000'), { host: 'localhost:9001' })).toMatch(/--allow-host localhost:9001/);
  });

  it.each([
    ['127.0.0.1', true],
    ['127.8.9.1', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['0.0.0.0', false],
    ['::', false],
    ['10.0.0.1', false],
    ['128.0.0.1', false],
    ['::ffff:10.0.0.1', false],
    ['', false],
  ])('know whether only this machine can reach %s', (address, expected) => {
    expect(isLoopback(address)).toBe(expected);
  });
});
