import { AliveSession, Topic } from '@github/alive-client';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { isLine, type Line } from '../../../src/protocol/line.ts';
import { connectionsOf, numbered, startServer, type TestServer } from '../../support/server.ts';

/** Runs GitHub's published client, unmodified, on a server. */
function openAlive(server: TestServer): { readonly session: AliveSession<string>; readonly lines: Map<string, string[]> } {
  // What it uses of a page. Left in place: without it the client retries without a pause.
  vi.stubGlobal('self', { location: { origin: server.origin }, setTimeout, clearTimeout });
  vi.stubGlobal('WebSocket', WebSocket);
  const lines = new Map<string, string[]>();
  const url = server.endpoint;
  const session = new AliveSession<string>(
    url,
    () => Promise.resolve(url),
    false,
    (_subscribers, { channel, data }) => {
      lines.set(channel, [...(lines.get(channel) ?? []), ...linesOf(data).map((line) => line[1])]);
    },
  );
  // Said to have come online just now, it does not wait up to ten seconds before it connects again.
  session.online();
  onTestFinished(() => session.offline());
  return { session, lines };
}

function linesOf(data: object): Line[] {
  const lines: unknown = 'lines' in data ? data.lines : undefined;
  return Array.isArray(lines) ? lines.filter(isLine) : [];
}

function topicOf(signed: string): Topic {
  const topic = Topic.parse(signed);
  if (topic === null) throw new Error('Alive cannot read the topic.');
  return topic;
}

describe("GitHub's Alive client", () => {
  it('subscribes, receives and resumes one topic', async () => {
    const server = await startServer();
    const connections = connectionsOf(server);
    await server.append('run:1', ['before']);
    const { session, lines } = openAlive(server);
    session.subscribe([{ subscriber: 'tab', topic: topicOf(server.sign('run:1')) }]);
    await vi.waitFor(() => expect(server.logs.stats().subscriptions).toBe(1));
    await server.append('run:1', numbered(3));
    await vi.waitFor(() => expect(lines.get('run:1')).toEqual(numbered(3)));

    for (const socket of connections) socket.destroy();
    await vi.waitFor(() => expect(server.logs.stats().sockets).toBe(0));
    await server.append('run:1', numbered(4, 4));
    await vi.waitFor(() => expect(lines.get('run:1')).toEqual(numbered(7)), { timeout: 10_000 });

    session.unsubscribe([{ subscriber: 'tab', topic: topicOf(server.sign('run:1')) }]);
    await vi.waitFor(() => expect(server.logs.stats().subscriptions).toBe(0));
  });

  it('resumes a topic that had no line when it subscribed', async () => {
    const server = await startServer();
    const connections = connectionsOf(server);
    const { session, lines } = openAlive(server);
    session.subscribe([{ subscriber: 'tab', topic: topicOf(server.sign('run:1')) }]);
    await vi.waitFor(() => expect(server.logs.stats().subscriptions).toBe(1));
    for (const socket of connections) socket.destroy();
    await vi.waitFor(() => expect(server.logs.stats().sockets).toBe(0));
    await server.append('run:1', numbered(2));
    await vi.waitFor(() => expect(lines.get('run:1')).toEqual(numbered(2)), { timeout: 10_000 });
  });

  it('stays connected for 60 s without a topic, and subscribes then', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const server = await startServer();
    const connections = connectionsOf(server);
    const { session, lines } = openAlive(server);
    await vi.waitFor(() => expect(server.logs.stats().sockets).toBe(1));
    const [connection] = connections;
    // Ten steps are a heartbeat; between two of them its pong has the time of a whole request.
    for (let step = 0; step < 40; step += 1) {
      vi.advanceTimersByTime(1_500);
      expect((await fetch(`${server.url}/health`)).status).toBe(200);
    }
    session.subscribe([{ subscriber: 'tab', topic: topicOf(server.sign('run:1')) }]);
    await vi.waitFor(() => expect(server.logs.stats().subscriptions).toBe(1));
    await server.append('run:1', numbered(2));
    await vi.waitFor(() => expect(lines.get('run:1')).toEqual(numbered(2)));
    expect(connection?.destroyed).toBe(false);
  });

  it('that mixes up the positions of its topics is found out: it gets all of a log rather than the wrong part', async () => {
    const server = await startServer();
    const one = await server.append('run:1', numbered(5));
    await server.append('run:2', numbered(3));
    const client = await server.connect();
    client.subscribe(server.sign('run:2'), `${one.epoch}-2`);
    expect(await client.next('ack')).toMatchObject({ st: 'reset', off: { offset: 0 } });
    expect((await client.next('msg')).lines).toHaveLength(3);
  });
});
