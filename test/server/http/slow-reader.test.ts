import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { appendText, ask, open, startServer } from './support.ts';

const LINES = 2_000;
const PAGE = `${'x'.repeat(999)}\n`.repeat(LINES);
const PAGES = 16;
const MIB = 1_024 * 1_024;

describe('a reader that does not read', () => {
  it.each([
    ['raw text', '', 'text/plain'],
    ['compressed raw text', '', 'text/plain', 'gzip'],
    ['text that is followed', 'follow=1', 'text/plain'],
    ['server-sent events', '', 'text/event-stream'],
  ])('of %s is given no more than it takes, and costs nobody else anything', async (_name, query, accept, encoding = 'identity') => {
    const server = await startServer();
    const sockets: Socket[] = [];
    server.server.on('connection', (socket: Socket) => sockets.push(socket));
    const isFollowed = query !== '' || accept === 'text/event-stream';
    // What is there from the start is caught up with; what comes later arrives at the live edge.
    for (let page = 0; page < PAGES; page += 1) if (!isFollowed || page < PAGES / 2) await appendText(server, 'run:1', PAGE);

    const count = sockets.length;
    const slow = await open(server, server.path('run:1', query), { Accept: accept, 'Accept-Encoding': encoding });
    slow.response.pause();
    const [served] = sockets.slice(count);
    const other = isFollowed ? await open(server, server.path('run:1', `follow=1&after=${(PAGES / 2) * LINES}`)) : undefined;
    for (let page = PAGES / 2; page < PAGES && isFollowed; page += 1) {
      await appendText(server, 'run:1', PAGE);
      expect(served?.writableLength).toBeLessThan(3 * MIB);
    }
    if (other !== undefined) await expect.poll(() => other.text.length, { timeout: 10_000 }).toBe((PAGES / 2) * PAGE.length);
    const { text } = await ask(server, server.path('run:1', `after=${PAGES * LINES - 1}`), { headers: { Accept: 'text/plain' } });
    expect(text).toBe(PAGE.slice(0, 1_000));
    expect(served?.writableLength).toBeLessThan(3 * MIB);

    // Read at last, it has every line, or was told which ones it has not.
    slow.response.resume();
    await appendText(server, 'run:1', 'the last one\n', 'end=0');
    expect(await slow.ended()).toBe(true);
    const received = PAGES * PAGE.length;
    if (accept === 'text/event-stream') {
      expect(slow.text).toContain('the last one');
      if (slow.text.length < received) expect(slow.text).toContain('"st":"skipped"');
    } else if (encoding === 'identity') {
      expect(slow.text.length).toBe(isFollowed ? received + 'the last one\n'.length : received);
    }
  });

  it('does not keep the server from closing', async () => {
    const server = await startServer();
    for (let page = 0; page < PAGES; page += 1) await appendText(server, 'run:1', PAGE);
    const readers = await Promise.all([
      open(server, server.path('run:1'), { Accept: 'text/plain' }),
      open(server, server.path('run:1', 'follow=1')),
      open(server, server.path('run:1'), { Accept: 'text/event-stream' }),
    ]);
    for (const { response } of readers) response.pause();
    await server.logs.close();
    for (const reader of readers) {
      reader.response.resume();
      expect(await reader.ended()).toBe(false);
    }
    expect(server.logs.stats().requests).toBe(0);
  });
});
