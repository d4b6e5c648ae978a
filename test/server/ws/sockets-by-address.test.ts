import type { IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressOf, SocketsByAddress } from '../../../src/server/ws/sockets-by-address.ts';
import { startServer } from '../../support/server.ts';

function from(remoteAddress: string | undefined, forwarded?: string): IncomingMessage {
  return {
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  } as unknown as IncomingMessage;
}

describe('addressOf', () => {
  it.each([
    ['the connection, without a proxy', from('1.2.3.4', '9.9.9.9'), 0, '1.2.3.4'],
    ['what the proxy appended', from('10.0.0.1', '9.9.9.9, 1.2.3.4'), 1, '1.2.3.4'],
    ['what the first of two proxies appended', from('10.0.0.1', '9.9.9.9, 1.2.3.4, 10.0.0.2'), 2, '1.2.3.4'],
    ['the farthest there is', from('10.0.0.1', '1.2.3.4'), 5, '1.2.3.4'],
    ['the proxy, where it says nothing', from('10.0.0.1'), 1, '10.0.0.1'],
    ['the proxy, where it says what is no address', from('10.0.0.1', 'unknown'), 1, '10.0.0.1'],
    ['an address with a port', from('10.0.0.1', '1.2.3.4:5678'), 1, '1.2.3.4'],
    ['an IPv6 address with a port', from('10.0.0.1', '[2001:db8:0:1::5]:443'), 1, '2001:db8:0:1'],
    ['IPv4 within IPv6', from('::ffff:1.2.3.4'), 0, '1.2.3.4'],
    ['half of an IPv6 address', from('2001:DB8:0:1:aaaa::5'), 0, '2001:db8:0:1'],
    ['half of one that is written short', from('2001:db8::5'), 0, '2001:db8:0:0'],
    ['half of one with a zone', from('fe80::1%eth0'), 0, 'fe80:0:0:0'],
    ['all of loopback', from('::1'), 0, '::1'],
    ['nothing, of a connection without an address', from(undefined), 0, ''],
  ])('is %s', (_title, request, proxies, expected) => {
    expect(addressOf(request, proxies)).toBe(expected);
  });

  it('cannot be forged by a client that writes the header', () => {
    fc.assert(
      fc.property(fc.string(), (written) => {
        expect(addressOf(from('10.0.0.1', `${written}, 1.2.3.4`), 1)).toBe('1.2.3.4');
        expect(addressOf(from('1.2.3.4', written), 0)).toBe('1.2.3.4');
      }),
    );
  });
});

describe('SocketsByAddress', () => {
  it('keeps nothing of an address without sockets', () => {
    const sockets = new SocketsByAddress();
    sockets.add('a');
    sockets.add('a');
    sockets.delete('a');
    expect(sockets.count('a')).toBe(1);
    sockets.delete('a');
    sockets.delete('a');
    expect(sockets.count('a')).toBe(0);
  });
});

describe('limits.socketsPerAddress', () => {
  const by = (address: string): { headers: Record<string, string> } => ({ headers: { 'x-forwarded-for': address } });

  it('refuses one socket more of an address with 429, until one of its others is closed', async () => {
    const server = await startServer({ limits: { socketsPerAddress: 2 }, trustProxy: true });
    const first = await server.connect(by('1.1.1.1'));
    await server.connect(by('spoofed, 1.1.1.1'));
    await expect(server.connect(by('1.1.1.1'))).rejects.toThrow('refused with 429');
    await expect(server.connect(by('2.2.2.2, 1.1.1.1'))).rejects.toThrow('refused with 429');
    await server.connect(by('2.2.2.2'));
    await first.close();
    await expect.poll(() => server.logs.stats().sockets).toBe(2);
    await server.connect(by('1.1.1.1'));
  });

  it('ignores the header without trustProxy', async () => {
    const server = await startServer({ limits: { socketsPerAddress: 1 } });
    await server.connect(by('1.1.1.1'));
    await expect(server.connect(by('2.2.2.2'))).rejects.toThrow('refused with 429');
  });

  it('is off by default', async () => {
    const server = await startServer();
    for (let count = 0; count < 20; count += 1) await server.connect();
  });

  it.each([-1, 1.5, Number.NaN, 'yes' as unknown as boolean])('refuses trustProxy %j', async (trustProxy) => {
    await expect(startServer({ trustProxy })).rejects.toThrow(/trustProxy cannot be/u);
  });
});
