import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { LogFollower, type FollowEvent } from '../../src/dev-server/follow/log-follower.ts';
import { append, numbered, startServer, type TestServer } from '../support/server.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { clientOf } from './support.ts';

const CHANNEL = 'run:1';

/** Follows in the background, and tells what came: lines by their text, all else by its kind. */
function follow(port: number, after = 0): { readonly seen: (string | FollowEvent)[]; readonly done: Promise<void> } {
  const seen: (string | FollowEvent)[] = [];
  const follower = new LogFollower({ ...clientOf(port), channel: CHANNEL, after, onTrouble: () => undefined });
  const done = (async () => {
    for await (const event of follower.follow()) {
      if (event.kind === 'lines') seen.push(...event.lines.map(([, text]) => text));
      else seen.push(event);
    }
  })();
  return { seen, done };
}

async function proxyTo(server: () => TestServer): Promise<TcpProxy> {
  const proxy = await TcpProxy.listen(() => server().port);
  onTestFinished(() => proxy.close());
  return proxy;
}

describe('following a log over HTTP', () => {
  it('yields all lines of an ended log, and its code', async () => {
    const server = await startServer();
    await append(server.store, CHANNEL, numbered(2_500), 3);
    const { seen, done } = follow(server.port);
    await done;
    expect(seen).toEqual([...numbered(2_500), { kind: 'end', code: 3 }]);
  });

  it('waits for the first line of an empty log, and yields an end without lines', async () => {
    const server = await startServer();
    const waiting = follow(server.port);
    await append(server.store, CHANNEL, ['first']);
    await vi.waitFor(() => expect(waiting.seen).toEqual(['first']));
    await append(server.store, CHANNEL, [], 0);
    await waiting.done;
    expect(waiting.seen).toEqual(['first', { kind: 'end', code: 0 }]);
  });

  it('starts after the requested line', async () => {
    const server = await startServer();
    await append(server.store, CHANNEL, numbered(10), 0);
    const { seen, done } = follow(server.port, 8);
    await done;
    expect(seen).toEqual(['line 9', 'line 10', { kind: 'end', code: 0 }]);
  });

  it('yields every line once, in order, when connections are cut', async () => {
    const server = await startServer();
    const proxy = await proxyTo(() => server);
    const { seen, done } = follow(proxy.port);
    for (let line = 1; line <= 200; line += 1) {
      await append(server.store, CHANNEL, [`line ${line}`]);
      if (line % 25 === 0) {
        await vi.waitFor(() => expect(seen.length).toBeGreaterThan(line - 25), { timeout: 10_000 });
        proxy.cut();
      }
    }
    await append(server.store, CHANNEL, [], 1);
    await done;
    expect(seen).toEqual([...numbered(200), { kind: 'end', code: 1 }]);
  });

  it('reconnects to a restarted server', async () => {
    const first = await startServer();
    let current = first;
    const proxy = await proxyTo(() => current);
    const { seen, done } = follow(proxy.port);
    await append(first.store, CHANNEL, ['before']);
    await vi.waitFor(() => expect(seen).toEqual(['before']));
    current = await startServer({ store: first.store });
    await first.logs.close();
    proxy.cut();
    await append(first.store, CHANNEL, ['after'], 0);
    await done;
    expect(seen).toEqual(['before', 'after', { kind: 'end', code: 0 }]);
  });

  it('yields the end of a log that ended while it was disconnected', async () => {
    const server = await startServer();
    const proxy = await proxyTo(() => server);
    const { seen, done } = follow(proxy.port);
    await append(server.store, CHANNEL, ['only']);
    await vi.waitFor(() => expect(seen).toEqual(['only']));
    proxy.refuse(true);
    proxy.cut();
    await append(server.store, CHANNEL, [], 5);
    proxy.refuse(false);
    await done;
    expect(seen).toEqual(['only', { kind: 'end', code: 5 }]);
  });

  it('reports lines that retention removed', async () => {
    const server = await startServer();
    await append(server.store, CHANNEL, numbered(10), 0);
    await server.store.trim(CHANNEL, { lines: 3 }, Date.now());
    const { seen, done } = follow(server.port);
    await done;
    expect(seen).toEqual([{ kind: 'removed', from: 1, to: 7 }, 'line 8', 'line 9', 'line 10', { kind: 'end', code: 0 }]);
  });

  it('reports that a log was deleted, and yields the next one from its first line', async () => {
    const server = await startServer();
    const { seen, done } = follow(server.port);
    await append(server.store, CHANNEL, ['old']);
    await vi.waitFor(() => expect(seen).toEqual(['old']));
    await server.store.remove(CHANNEL);
    await append(server.store, CHANNEL, ['new 1', 'new 2'], 0);
    await done;
    expect(seen).toEqual(['old', { kind: 'reset' }, 'new 1', 'new 2', { kind: 'end', code: 0 }]);
  });

  it('stops and says what to do when its topic is refused', async () => {
    const server = await startServer({ secrets: ['the secret of another'] });
    await expect(follow(server.port).done).rejects.toThrow(/401.*LOG_STREAM_SECRET/);
  });
});
