import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openStore } from '../../../../src/server/stores/open-store.ts';
import { hasRedis, RedisServer } from './redis-server.ts';

const USER = 'name-of-the-user';
const SECRET = 'hunter2-in-the-url';

/** Everything that logging an error may show: message, stack, causes and properties. */
async function shown(opening: Promise<{ close(): Promise<void> }>): Promise<string> {
  const error: unknown = await opening.then(
    (store) => store.close(),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  return inspect(error, { depth: Infinity, showHidden: true });
}

/** A server that replies to the first request only, with a function of it. */
async function answering(reply: (request: string) => string): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (request) => socket.write(reply(request.toString())));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('the secrets in the URL of a Redis store', () => {
  test('are not shown when an old server repeats the unknown command in its error', async () => {
    // Like Redis 5, which does not know HELLO, the command that carries the password.
    const host = await answering((request) => {
      const [name = '', ...args] = request.split('\r\n').filter((line) => line !== '' && !/^[*$]\d+$/.test(line));
      return `-ERR unknown command \`${name}\`, with args beginning with: ${args.map((arg) => `\`${arg}\`, `).join('')}\r\n`;
    });
    const text = await shown(openStore(`redis://${USER}:${SECRET}@${host}`));
    expect(text).toMatch(/unknown command `HELLO`/);
    expect(text).not.toContain(SECRET);
  });

  test('are not shown when nothing listens, nor when the URL or its files cannot be read', async () => {
    for (const url of [
      `redis://${USER}:${SECRET}@127.0.0.1:1`,
      `redis://${USER}:${SECRET}@127.0.0.1:1,127.0.0.1:2`,
      `redis+sentinel://${USER}:${SECRET}@127.0.0.1:1/main?sentinel-user=x&sentinel-password=${SECRET}`,
      `rediss://${USER}:${SECRET}@127.0.0.1:1?ca=/nowhere`,
      `redis://${USER}:${SECRET}/@127.0.0.1`,
      `redis://${USER}:${SECRET}`,
      `redis://${USER}:1/${SECRET}@127.0.0.1`,
      `redis://${USER}:%ZZ${SECRET}@127.0.0.1`,
      `redis://127.0.0.1?${SECRET}`,
    ])
      expect(await shown(openStore(url))).not.toContain(SECRET);
  });

  test.skipIf(!hasRedis)('are not shown when they are wrong, nor by what is printed while a connection comes and goes', async () => {
    const server = await RedisServer.start();
    onTestFinished(() => server.stop());
    const admin = await server.connect();
    onTestFinished(() => admin.destroy());
    const printed: string[] = [];
    const keep = (chunk: string | Uint8Array): boolean => {
      printed.push(String(chunk));
      return true;
    };
    const outputs = [
      vi.spyOn(process.stdout, 'write').mockImplementation(keep),
      vi.spyOn(process.stderr, 'write').mockImplementation(keep),
    ];
    onTestFinished(() => {
      for (const output of outputs) output.mockRestore();
    });
    const warned: string[] = [];
    const url = server.url.replace('://', `://${USER}:${SECRET}@`);
    const wrong = await shown(openStore(url, { onWarning: (message) => warned.push(message) }));
    expect(wrong).toMatch(/Check the user and the password in the URL/);
    expect(wrong).not.toContain(SECRET);

    await admin.sendCommand(['ACL', 'SETUSER', USER, 'on', `>${SECRET}`, 'allkeys', 'allchannels', '+@all', '-info']);
    const refused = await shown(openStore(url));
    expect(refused).toMatch(/Give the user in the URL the rights/);
    await admin.sendCommand(['ACL', 'SETUSER', USER, '+info']);
    const store = await openStore(url, { onWarning: (message) => warned.push(message) });
    onTestFinished(() => store.close());
    await store.tail('a');
    store.watch('a', () => undefined);
    // From now on the password is wrong whenever the store reconnects.
    await admin.sendCommand(['ACL', 'SETUSER', USER, 'resetpass', '>another']);
    await admin.sendCommand(['CLIENT', 'KILL', 'TYPE', 'normal']);
    await admin.sendCommand(['CLIENT', 'KILL', 'TYPE', 'pubsub']);
    await vi.waitFor(async () => {
      const text = await shown(store.tail('a').then(() => store));
      expect(text).toMatch(/WRONGPASS/);
      expect(text).not.toContain(SECRET);
    });
    expect([refused, ...printed, ...warned].join('\n')).not.toContain(SECRET);
  });
});
