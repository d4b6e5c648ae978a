import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { parsePosition } from '../../../src/protocol/position.ts';
import { parseServerFrame, type ServerFrame } from '../../../src/protocol/messages.ts';
import { follow } from '../../../src/worker/http/stream.ts';
import { numbered, startServer, type TestServer } from '../../support/server.ts';

interface Followed {
  readonly frames: ServerFrame[];
  /** Pieces that arrived, with or without frames. */
  readonly pieces: () => number;
  readonly over: Promise<void>;
  readonly abort: () => void;
}

/** Follows a log of a real server. */
function followLog(server: TestServer, position: string, topic = server.sign('run:1')): Followed {
  const frames: ServerFrame[] = [];
  let pieces = 0;
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  const request = { id: 1, channel: 'run:1', topic, position: parsePosition(position)! };
  const over = follow(server.url, request, fetch, controller.signal, (texts) => {
    pieces += 1;
    for (const text of texts) frames.push(parseServerFrame(text)!);
  });
  return { frames, pieces: () => pieces, over, abort: () => controller.abort() };
}

const lines = ({ frames }: Followed): string[] => frames.flatMap((frame) => (frame.e === 'msg' ? frame.lines.map(([, text]) => text) : []));

/** Follows a server that answers like this. */
async function answered(body: BodyInit | null, init: ResponseInit): Promise<readonly string[][]> {
  const heard: string[][] = [];
  const request = { id: 1, channel: 'run:1', topic: 'signed', position: { epoch: 'e', offset: 0 } };
  const signal = new AbortController().signal;
  await follow(
    'http://host',
    request,
    () => Promise.resolve(new Response(body, init)),
    signal,
    (frames) => heard.push([...frames]),
  );
  return heard;
}

const EVENTS = { headers: { 'Content-Type': 'text/event-stream; charset=utf-8' } };

describe('a stream of events', () => {
  it('brings every line after its position, and ends with the log', async () => {
    const server = await startServer();
    const { epoch } = await server.append('run:1', numbered(20));
    const followed = followLog(server, `${epoch}-5`);
    await vi.waitFor(() => expect(lines(followed)).toEqual(numbered(15, 6)));
    await server.append('run:1', numbered(10, 21), 3);
    await followed.over;
    expect(lines(followed)).toEqual(numbered(25, 6));
    expect(followed.frames.at(-1)).toMatchObject({ e: 'end', code: 3, off: { epoch, offset: 30 } });
  });

  it('waits for the first line of a log without lines', async () => {
    const server = await startServer();
    const followed = followLog(server, '-0');
    await vi.waitFor(() => expect(server.logs.stats().topics).toBe(1));
    await server.append('run:1', ['first']);
    await vi.waitFor(() => expect(lines(followed)).toEqual(['first']));
  });

  it('shows that it is alive when nothing is written', async () => {
    const server = await startServer({ heartbeat: 50 });
    const followed = followLog(server, '-0');
    await vi.waitFor(() => expect(followed.pieces()).toBeGreaterThan(2));
    expect(followed.frames).toEqual([]);
  });

  it('says that it continues in another epoch', async () => {
    const server = await startServer();
    const { epoch } = await server.append('run:1', numbered(3));
    const followed = followLog(server, 'other-7');
    await vi.waitFor(() => expect(lines(followed)).toEqual(numbered(3)));
    expect(followed.frames[0]).toMatchObject({ e: 'ack', st: 'reset', off: { epoch, offset: 0 } });
  });

  it('ends at once when the log has ended before, or the topic is refused', async () => {
    const server = await startServer();
    const { epoch } = await server.append('run:1', numbered(3), 0);
    for (const followed of [followLog(server, `${epoch}-3`), followLog(server, `${epoch}-0`, server.sign('run:1', { ttl: -5 }))]) {
      await followed.over;
      expect(followed.pieces()).toBe(0);
    }
  });

  it('closes its connection when it is aborted', async () => {
    const server = await startServer();
    const followed = followLog(server, '-0');
    await vi.waitFor(() => expect(server.logs.stats().topics).toBe(1));
    followed.abort();
    await followed.over;
    await vi.waitFor(() => expect(server.logs.stats().topics).toBe(0));
  });

  it.each([
    ['HTML', '<p>data: x</p>\n\n', { headers: { 'Content-Type': 'text/html' } }],
    ['an error', 'data: x\n\n', { status: 503, ...EVENTS }],
    ['nothing', null, { status: 204 }],
  ])('is ignored when it is %s', async (_name, body, init) => {
    expect(await answered(body, init)).toEqual([]);
  });

  it('is assembled from pieces, even where a character is cut in two', async () => {
    const bytes = new TextEncoder().encode('data: {"e":"é🙂"}\r\n\r\n');
    const pieces = Array.from(bytes, (_byte, at) => bytes.subarray(at, at + 1));
    const body = new ReadableStream({
      start(controller) {
        for (const piece of pieces) controller.enqueue(piece);
        controller.close();
      },
    });
    expect((await answered(body, EVENTS)).flat()).toEqual(['{"e":"é🙂"}']);
  });

  it('ends when an event exceeds the limit', async () => {
    const piece = new Uint8Array(1_024 * 1_024).fill(65);
    let pulled = 0;
    let cancelled = false;
    const body = new ReadableStream({
      pull: (controller) => {
        pulled += 1;
        controller.enqueue(piece);
      },
      cancel: () => {
        cancelled = true;
      },
    });
    await answered(body, EVENTS);
    expect(pulled).toBeLessThan(20);
    expect(cancelled).toBe(true);
  });
});
