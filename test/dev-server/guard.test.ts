import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { isLoopback, refusal } from '../../src/dev-server/http/guard.ts';

const HOST = { host: 'localhost:8787' };

describe('who may sign topics and run commands', () => {
  it.each<[string, string, IncomingHttpHeaders]>([
    ['a program without any header of a browser', '127.0.0.1', HOST],
    ['a request to 127.0.0.1', '127.0.0.1', { host: '127.0.0.1:8787' }],
    ['a request to [::1]', '::1', { host: '[::1]:8787' }],
    ['a request without a port', '127.0.0.1', { host: 'localhost' }],
    ['a Host in capitals', '127.0.0.1', { host: 'LOCALHOST:8787' }],
    ['the page itself', '127.0.0.1', { ...HOST, origin: 'http://localhost:8787', 'sec-fetch-site': 'same-origin' }],
    ['an address typed by a person', '127.0.0.1', { ...HOST, 'sec-fetch-site': 'none' }],
    ['a server on another loopback address', '127.0.0.2', HOST],
  ])('lets %s', (_who, address, headers) => {
    expect(refusal(address, headers)).toBeUndefined();
  });

  it.each<[string, RegExp, string, IncomingHttpHeaders]>([
    ['a server that listens on all addresses', /--host 127\.0\.0\.1/, '0.0.0.0', HOST],
    ['a server that listens on all IPv6 addresses', /--host 127\.0\.0\.1/, '::', HOST],
    ['a server on an address of the network', /loopback/, '192.168.1.5', HOST],
    ['a name that was rebound to this machine', /open the page there/, '127.0.0.1', { host: 'evil.example:8787' }],
    ['a name that only begins like ours', /open the page there/, '127.0.0.1', { host: 'localhost.evil.example' }],
    ['a name that only ends like ours', /open the page there/, '127.0.0.1', { host: 'evil.localhost:8787' }],
    ['an address that only begins like ours', /open the page there/, '127.0.0.1', { host: '127.0.0.1.evil.example' }],
    ['a Host that holds a user', /open the page there/, '127.0.0.1', { host: 'localhost:8787@evil.example' }],
    ['no Host', /open the page there/, '127.0.0.1', {}],
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
  ])('refuses %s, and says why', (_who, reason, address, headers) => {
    expect(refusal(address, headers)).toMatch(reason);
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
  ])('knows whether %s is reached from this machine alone', (address, expected) => {
    expect(isLoopback(address)).toBe(expected);
  });
});
