import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket as NodeWebSocket } from 'ws';
import { LONGEST_RETURN, RETURN_DELAY, RETURN_SOON } from '../../src/worker/tab/tab-connection.ts';
import { numbered, startServer } from '../support/server.ts';
import { openTab, startSharedWorker } from './support/platform.ts';

beforeEach(() => {
  vi.stubGlobal('WebSocket', NodeWebSocket);
});

/** Lets timers of a returning page fire soon. Returns their delays. */
function hurryReturns(): number[] {
  const delays: number[] = [];
  const { setTimeout: later } = globalThis;
  vi.stubGlobal('setTimeout', (callback: () => void, delay: number, ...rest: unknown[]) => {
    const returns = delay === RETURN_SOON || delay === LONGEST_RETURN || [1, 2, 4, 8, 16].includes(delay / RETURN_DELAY);
    if (returns) delays.push(delay);
    return later(callback, returns ? 10 : delay, ...(rest as []));
  });
  return delays;
}

/** A SharedWorker that cannot be loaded, as often as that. */
function brokenWorker(times: number): { handles: () => number } {
  const Working = globalThis.SharedWorker;
  let handles = 0;
  vi.stubGlobal('SharedWorker', function construct(...args: ConstructorParameters<typeof SharedWorker>) {
    handles += 1;
    if (handles > times) return new Working(...args);
    const { port1, port2 } = new MessageChannel();
    onTestFinished(() => port1.close());
    const worker = Object.assign(new EventTarget(), { port: port2 });
    queueMicrotask(() => worker.dispatchEvent(new Event('error')));
    return worker;
  });
  return { handles: () => handles };
}

describe('a page whose worker could not be started', () => {
  it('switches to one as soon as there is one, without a lost or doubled line', async () => {
    const server = await startServer();
    const { host } = startSharedWorker();
    hurryReturns();
    brokenWorker(1);
    await server.append('run:1', numbered(3));
    const { connection, open } = openTab(server.url);
    const lines = open(server.sign('run:1')).lines();
    for (const offset of [1, 2, 3]) expect((await lines.next()).value).toMatchObject({ offset });
    await vi.waitFor(() => expect(connection.transport).toBe('shared-worker'), { timeout: 5_000 });
    await server.append('run:1', numbered(3, 4), 0);
    const rest: number[] = [];
    for await (const { offset } of lines) rest.push(offset);
    expect(rest).toEqual([4, 5, 6]);
    expect(host.tabs).toBe(1);
    expect(await connection.stats()).toMatchObject({ transport: 'shared-worker', tabs: 1 });
    await vi.waitFor(() => expect(server.logs.stats().sockets).toBeLessThanOrEqual(1));
  });

  it('looks for one at growing intervals, and never stops', async () => {
    const server = await startServer();
    startSharedWorker();
    const delays = hurryReturns();
    const { handles } = brokenWorker(12);
    const { connection } = openTab(server.url);
    await vi.waitFor(() => expect(connection.transport).toBe('shared-worker'), { timeout: 10_000 });
    expect(handles()).toBe(13);
    expect(delays).toEqual([RETURN_SOON, 12_000, 24_000, 48_000, 96_000, 192_000, ...Array<number>(6).fill(LONGEST_RETURN)]);
  });

  it('switches to one that is slow to load as soon as it has loaded', async () => {
    const server = await startServer();
    const { host } = startSharedWorker();
    const delays = hurryReturns();
    const waiting: (() => void)[] = [];
    vi.stubGlobal('SharedWorker', function construct() {
      const { port1, port2 } = new MessageChannel();
      // Messages posted meanwhile wait in the port.
      waiting.push(() => host.accept(port1));
      return Object.assign(new EventTarget(), { port: port2 });
    });
    const { connection } = openTab(server.url);
    await vi.waitFor(() => expect(connection.transport).toBe('page'), { timeout: 5_000 });
    await vi.waitFor(() => expect(waiting).toHaveLength(2));
    for (const load of waiting) load();
    await vi.waitFor(() => expect(connection.transport).toBe('shared-worker'));
    expect(delays).toEqual([RETURN_SOON]);
  });

  it('does not look for one where there is none', async () => {
    const server = await startServer();
    const delays = hurryReturns();
    vi.stubGlobal('navigator', { onLine: true });
    const { connection } = openTab(server.url);
    await vi.waitFor(() => expect(connection.transport).toBe('page'));
    expect(delays).toEqual([]);
  });
});
