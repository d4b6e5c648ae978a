import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket as NodeWebSocket } from 'ws';
import { RETURN_DELAY } from '../../src/worker/tab/connection.ts';
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
    const returns = [1, 2, 4, 8, 16, 32].includes(delay / RETURN_DELAY);
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
  it('goes over to one as soon as there is one, without a line missing or twice', async () => {
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

  it('does not look for one without end', async () => {
    const server = await startServer();
    startSharedWorker();
    const delays = hurryReturns();
    const { handles } = brokenWorker(Infinity);
    const { connection } = openTab(server.url);
    await vi.waitFor(() => expect(handles()).toBe(6));
    expect(connection.transport).toBe('page');
    await vi.waitFor(() => expect(delays).toEqual([12_000, 24_000, 48_000, 96_000, 192_000]));
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
