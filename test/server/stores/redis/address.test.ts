import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeName, parseNodeName, parseAddress } from '../../../../src/server/stores/redis/address.ts';

describe('the URL of a Redis store', () => {
  test.each([
    [
      'redis://host',
      { nodes: [{ host: 'host', port: 6379 }], tls: undefined, username: undefined, password: undefined, database: 0, sentinel: undefined },
    ],
    ['rediss://host:1/2', { nodes: [{ host: 'host', port: 1 }], tls: { ca: undefined, cert: undefined, key: undefined }, database: 2 }],
    ['rediss://host?ca=/etc/a+b%20c.pem', { tls: { ca: '/etc/a+b c.pem', cert: undefined, key: undefined }, database: 0 }],
    ['rediss://host/?cert=c.pem&key=./k.pem', { tls: { ca: undefined, cert: 'c.pem', key: './k.pem' } }],
    ['redis://u:p%40ss@host/', { username: 'u', password: 'p@ss' }],
    ['redis://:pass:word@host', { username: undefined, password: 'pass:word' }],
    ['redis://[::1]:7', { nodes: [{ host: '::1', port: 7 }] }],
    [
      'redis://a,b:7,10.0.0.1:8',
      {
        nodes: [
          { host: 'a', port: 6379 },
          { host: 'b', port: 7 },
          { host: '10.0.0.1', port: 8 },
        ],
      },
    ],
    [
      'redis+sentinel://a,b:7,[::1]/main/3',
      {
        nodes: [
          { host: 'a', port: 26379 },
          { host: 'b', port: 7 },
          { host: '::1', port: 26379 },
        ],
        tls: undefined,
        database: 3,
        sentinel: { master: 'main', username: undefined, password: undefined },
      },
    ],
    [
      'rediss+sentinel://:pass@a/my%2Fmaster?sentinel-user=s&sentinel-password=p%26w&ca=ca.pem',
      {
        tls: { ca: 'ca.pem' },
        password: 'pass',
        database: 0,
        sentinel: { master: 'my/master', username: 's', password: 'p&w' },
      },
    ],
  ])('%s is read', (url, wanted) => {
    expect(parseAddress(url)).toMatchObject(wanted);
  });

  test.each([
    'redis://',
    'redis://a,,b',
    'redis://a:b',
    'redis://a:99999',
    'redis://a/b',
    'redis://hunter2:%ZZ@a',
    'http://a',
    'redis://x:hunter2@a b',
    'redis://x:hunter2',
    'redis://x:12/hunter2@a',
    'redis://x:12?hunter2@a',
    'redis://x:12#hunter2@a',
    'redis://a?ca=x.pem',
    'redis://a/1?sentinel-password=hunter2',
    'rediss://a?hunter2=x',
    'rediss://a?ca=',
    'rediss://a?ca=x&ca=y',
    'rediss://a?cert=x',
    'rediss://a?key=x',
    'redis+sentinel://a',
    'redis+sentinel://a/',
    'redis+sentinel://a/main/x',
    'redis+sentinel://a/main/1/2',
    'redis+sentinel://x:12/hunter2@a',
    'redis+sentinel://a/main?ca=hunter2',
    'redis+sentinel://a/main?sentinel-password=%ZZhunter2',
  ])('%s is refused without showing a password', (url) => {
    expect(() => parseAddress(url)).toThrow(/Redis/);
    expect(() => parseAddress(url)).not.toThrow(/hunter2/);
  });

  test('node names survive a round trip', () => {
    const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6());
    fc.assert(
      fc.property(host, fc.integer({ min: 1, max: 65_535 }), (name, port) => {
        expect(parseNodeName(nodeName({ host: name, port }))).toEqual({ host: name, port });
      }),
    );
  });
});
