import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import type { LogFn, Logger } from '../../../src/server/log/logger.ts';
import { FaultyStore } from '../../support/faulty-store.ts';
import { openServer, startServer } from '../../support/server.ts';

/** A logger that keeps everything it is told. */
function listener(): { readonly logger: Logger; readonly events: { level: string; event: unknown; message: string }[]; text(): string } {
  const events: { level: string; event: unknown; message: string }[] = [];
  const texts: string[] = [];
  const at =
    (level: string): LogFn =>
    (facts, message) => {
      events.push({ level, event: facts['event'], message });
      const { err, ...rest } = facts;
      texts.push(JSON.stringify(rest), message, err instanceof Error ? String(err.stack) + String(err.cause) : '');
    };
  return {
    logger: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') },
    events,
    text: () => texts.join('\n'),
  };
}

describe('What a server tells its logger', () => {
  it('names every event, and holds no topic, no signature and nothing that stands in a line', async () => {
    const { logger, events, text } = listener();
    const store = new FaultyStore();
    const server = await openServer({ logger, store, retain: { lines: 2 } });
    const secretLine = 'password=hunter2';
    const write = server.sign('run:1', { write: true, ttl: 3_600 });
    const read = server.sign('run:1');
    const forged = `${read.slice(0, -4)}0000`;
    const viewer = await server.connect();
    viewer.subscribe(read, 0);
    viewer.subscribe(forged, 0);
    await viewer.next('ack');
    await viewer.next('err');
    viewer.send('not a frame');
    const post = { method: 'POST', body: `${secretLine}\n`.repeat(5) };
    await fetch(`${server.url}/topics/run:1?topic=${encodeURIComponent(write)}`, post);
    await fetch(`${server.url}/topics/run:1`, { ...post, headers: { authorization: `Bearer ${forged}` } });
    // Mistakes that put a topic where a channel belongs.
    await fetch(`${server.url}/topics/${encodeURIComponent(write)}`);
    await fetch(`${server.url}/topics/${write.replaceAll('-', '%2D').replaceAll('=', '%3D')}`);
    await fetch(`${server.url}/${write}`);
    store.isDown = true;
    await fetch(`${server.url}/topics/run:1?topic=${encodeURIComponent(write)}`, post);
    store.isDown = false;
    await fetch(`${server.url}/topics/run:1?topic=${encodeURIComponent(write)}`, { method: 'DELETE' });
    await viewer.close();
    await vi.waitFor(() => expect(events.some(({ event }) => event === 'socket-closed')).toBe(true), { timeout: 20_000 });
    server.logs.drain();
    await server.close();

    const heard = new Set(events.map(({ event }) => event));
    for (const event of ['socket-opened', 'request', 'store-refused', 'removed', 'socket-closed', 'draining', 'closing', 'closed'])
      expect(heard).toContain(event);
    expect(heard).not.toContain(undefined);
    for (const { message } of events) expect(message).toMatch(/^[A-Z].*\.$/u);
    const all = text();
    for (const topic of [write, read, forged]) {
      const [payload = '', signature = ''] = topic.split('--');
      for (const part of [payload, signature, signature.slice(0, 16), encodeURIComponent(payload)]) expect(all).not.toContain(part);
    }
    expect(all).not.toContain('hunter2');
    expect(all).not.toContain('?topic');
  });

  it('accepts a pino logger as it is', async () => {
    const lines: string[] = [];
    const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
    const server = await startServer({ logger });
    await server.logs.close({ reason: 'test' });
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
      expect.objectContaining({ level: 30, event: 'closing', reason: 'test', sockets: 0, msg: expect.stringContaining('Viewers') }),
      expect.objectContaining({ level: 30, event: 'closed' }),
    ]);
  });
});
