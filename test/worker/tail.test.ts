import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket as NodeWebSocket } from 'ws';
import type { ViewUpdate } from '../../src/worker/api.ts';
import { Connection } from '../../src/worker/session/socket/connection.ts';
import type { ClientLog } from '../../src/worker/tab/client-log.ts';
import { numbered, startServer, type TestServer } from '../support/server.ts';
import { openTab, startSharedWorker } from './support/platform.ts';

const FLOOD = 50_000;

/** What the sockets of a worker said and were told. */
class Wire {
  readonly sent: { readonly subscribe?: Record<string, unknown>; readonly tail?: number }[] = [];
  /** Lines that came. */
  lines = 0;
  readonly WebSocket: typeof WebSocket;

  /** `isOld`: the server seems to know nothing of features. */
  constructor(isOld = false) {
    const { sent } = this;
    const hear = (text: string): string => {
      const frame = JSON.parse(text) as { e: string; has?: unknown; data?: { lines?: unknown[] } };
      if (frame.e === 'msg') this.lines += frame.data?.lines?.length ?? 0;
      if (frame.e !== 'hello' || !isOld) return text;
      delete frame.has;
      return JSON.stringify(frame);
    };
    class Tapped extends NodeWebSocket {
      override send(data: string): void {
        sent.push(JSON.parse(data) as Record<string, never>);
        super.send(data);
      }

      override emit(name: string | symbol, ...rest: unknown[]): boolean {
        const [data] = rest;
        if (name === 'message' && Buffer.isBuffer(data)) return super.emit(name, Buffer.from(hear(data.toString())), false);
        return super.emit(name, ...rest);
      }
    }
    this.WebSocket = Tapped as unknown as typeof WebSocket;
  }

  /** What each subscribe asked for. */
  get tails(): (number | undefined)[] {
    return this.sent.filter(({ subscribe }) => subscribe !== undefined).map(({ tail }) => tail);
  }
}

/** As an element follows a log. */
function element(log: ClientLog): { readonly updates: ViewUpdate[]; readonly offsets: () => number[] } {
  const updates: ViewUpdate[] = [];
  log.view((update) => updates.push(update), { tail: 200 }).request([], 50);
  const offsets = (): number[] => updates.flatMap(({ runs }) => runs.flatMap(({ from, lines }) => lines.map((_, at) => from + at)));
  return { updates, offsets };
}

async function flood(server: TestServer, from = 0): Promise<void> {
  for (let head = from; head < from + FLOOD; head += 1_000) await server.append('run:1', numbered(1_000, head + 1));
}

async function read(log: ClientLog, count: number): Promise<number[]> {
  const offsets: number[] = [];
  for await (const { offset, text } of log.lines()) {
    expect(text).toBe(`line ${offset}`);
    offsets.push(offset);
    if (offsets.length === count) break;
  }
  return offsets;
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1);

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a log that grows faster than it can be shown', () => {
  it('is followed by an element without most of its lines, to its true end', async () => {
    const server = await startServer();
    const wire = new Wire();
    const { env } = startSharedWorker({}, { WebSocket: wire.WebSocket });
    const log = openTab(server.url).open(server.sign('run:1'));
    const { updates, offsets } = element(log);
    await vi.waitFor(() => expect(log.status.state).toBe('live'));
    await flood(server);
    await server.append('run:1', [], 3);
    await vi.waitFor(() => expect(log.status).toMatchObject({ state: 'ended', head: FLOOD, end: 3 }));
    await vi.waitFor(() => expect(offsets().slice(-50)).toEqual(upTo(FLOOD).slice(-50)));
    expect(new Set(offsets()).size).toBe(offsets().length);
    expect(wire.tails).toEqual([200]);
    expect(wire.lines).toBeLessThan(FLOOD / 2);
    expect(env.requests).toEqual([]);
    // Each update had the newest lines that it named.
    for (const { status, runs } of updates) {
      if (runs.length > 0) expect(runs.at(-1)!.from + runs.at(-1)!.lines.length - 1).toBe(status.head);
    }
  });

  it('is read by lines() beside the element, every line once', async () => {
    const server = await startServer();
    const wire = new Wire();
    startSharedWorker({}, { WebSocket: wire.WebSocket });
    const log = openTab(server.url).open(server.sign('run:1'));
    const { offsets } = element(log);
    await vi.waitFor(() => expect(log.status.state).toBe('live'));
    await flood(server);
    await vi.waitFor(() => expect(log.status.head).toBe(FLOOD));
    const reading = read(log, FLOOD + 2_000);
    await vi.waitFor(() => expect(wire.tails).toEqual([200, undefined]));
    await server.append('run:1', numbered(1_000, FLOOD + 1));
    await server.append('run:1', numbered(1_000, FLOOD + 1_001));
    expect(await reading).toEqual(upTo(FLOOD + 2_000));
    expect(new Set(offsets()).size).toBe(offsets().length);
    await vi.waitFor(() => expect(wire.tails).toEqual([200, undefined, 200]));
  }, 30_000);

  it('comes whole from a server of before, and nothing is asked of it that it does not know', async () => {
    const server = await startServer();
    const wire = new Wire(true);
    startSharedWorker({}, { WebSocket: wire.WebSocket });
    const log = openTab(server.url).open(server.sign('run:1'));
    const { offsets } = element(log);
    await vi.waitFor(() => expect(log.status.state).toBe('live'));
    await flood(server);
    await vi.waitFor(() => expect(log.status).toMatchObject({ state: 'live', head: FLOOD }));
    await vi.waitFor(() => expect(offsets().at(-1)).toBe(FLOOD));
    expect(wire.tails).toEqual([undefined]);
    expect(wire.lines).toBe(FLOOD);
    expect(await read(log, FLOOD)).toEqual(upTo(FLOOD));
  }, 30_000);

  it('comes whole through a worker of before, which ignores what an element says it needs', async () => {
    vi.spyOn(Connection.prototype, 'has').mockReturnValue(false);
    const server = await startServer();
    const wire = new Wire();
    startSharedWorker({}, { WebSocket: wire.WebSocket });
    const log = openTab(server.url).open(server.sign('run:1'));
    const { offsets } = element(log);
    await vi.waitFor(() => expect(log.status.state).toBe('live'));
    await flood(server);
    await vi.waitFor(() => expect(offsets().at(-1)).toBe(FLOOD));
    expect(wire.tails).toEqual([undefined]);
    expect(wire.lines).toBe(FLOOD);
  });

  it('is opened with what its views need, without a second subscribe', async () => {
    const server = await startServer();
    const wire = new Wire();
    startSharedWorker({}, { WebSocket: wire.WebSocket });
    const tab = openTab(server.url);
    for (const channel of ['run:1', 'run:2']) {
      const log = tab.open(server.sign(channel));
      element(log);
      await vi.waitFor(() => expect(log.status.state).toBe('live'));
    }
    expect(wire.tails).toEqual([200, 200]);
  });
});
