import { beforeEach, describe, expect, it, vi } from 'vitest';
import { holdLock, type Lock } from '../../src/worker/platform/web-lock.ts';
import { numbered, startServer } from '../support/server.ts';
import { openTab, startSharedWorker } from './support/platform.ts';

/** As much of a page as its life needs. */
const page = Object.assign(new EventTarget(), { visibilityState: 'visible', querySelector: () => null, baseURI: 'http://localhost/' });
const view = new EventTarget();

function setVisible(visible: boolean): void {
  page.visibilityState = visible ? 'visible' : 'hidden';
  page.dispatchEvent(new Event('visibilitychange'));
}

beforeEach(() => {
  page.visibilityState = 'visible';
  vi.stubGlobal('document', page);
  vi.stubGlobal('addEventListener', view.addEventListener.bind(view));
});

describe('a page that is parked', () => {
  it('releases its lock and port at once, even when its worker has not answered yet', async () => {
    const { locks, host, handles } = startSharedWorker({ lifeline: new Promise(() => undefined) });
    openTab('http://localhost/log-stream');
    await vi.waitFor(() => expect(host.tabs).toBe(1));
    expect(locks.held.size).toBe(1);
    view.dispatchEvent(new Event('pagehide'));
    await vi.waitFor(() => expect(locks.held.size).toBe(0));
    await vi.waitFor(() => expect(host.tabs).toBe(0));
    expect(handles()).toBe(1);
    view.dispatchEvent(new Event('pageshow'));
    await vi.waitFor(() => expect(handles()).toBe(2), { timeout: 5_000 });
  });

  it('closes its port and aborts its request for a lock that was not granted yet', async () => {
    let asked: AbortSignal | undefined;
    const request = (_name: string, { signal }: { readonly signal: AbortSignal }): Promise<never> => {
      asked = signal;
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    };
    const { port1, port2 } = new MessageChannel();
    const close = vi.spyOn(port2, 'close');
    startSharedWorker();
    vi.stubGlobal('navigator', { onLine: true, locks: { request } });
    vi.stubGlobal(
      'SharedWorker',
      class extends EventTarget {
        readonly port = port2;
      },
    );
    openTab('http://localhost/log-stream');
    await vi.waitFor(() => expect(asked?.aborted).toBe(false));
    view.dispatchEvent(new Event('pagehide'));
    expect(asked?.aborted).toBe(true);
    expect(close).toHaveBeenCalled();
    port1.close();
  });

  it('starts nothing, and continues when it returns', async () => {
    const server = await startServer();
    const { host } = startSharedWorker();
    await server.append('run:1', numbered(3));
    const { connection, open } = openTab(server.url);
    const lines = open(server.sign('run:1')).lines();
    for (const offset of [1, 2, 3]) expect((await lines.next()).value).toMatchObject({ offset });
    view.dispatchEvent(new Event('pagehide'));
    await vi.waitFor(() => expect(host.tabs).toBe(0));
    await vi.waitFor(() => expect(server.logs.stats().sockets).toBe(0));
    await server.append('run:1', numbered(3, 4), 0);
    expect(connection.transport).toBe('connecting');
    view.dispatchEvent(new Event('pageshow'));
    const rest: number[] = [];
    for await (const { offset } of lines) rest.push(offset);
    expect(rest).toEqual([4, 5, 6]);
  });

  it('counts as visible when it is shown while its worker still starts', async () => {
    const server = await startServer();
    let answer: () => void = () => undefined;
    const { host } = startSharedWorker({ lifeline: new Promise((resolve) => (answer = () => resolve(undefined))) });
    await server.append('run:1', numbered(3));
    setVisible(false);
    const log = openTab(server.url).open(server.sign('run:1'));
    const offsets: number[] = [];
    log.view(({ runs }) => offsets.push(...runs.flatMap(({ from, lines }) => lines.map((_, at) => from + at)))).request([], 10);
    await vi.waitFor(() => expect(host.tabs).toBe(1));
    setVisible(true);
    answer();
    await vi.waitFor(() => expect(offsets).toEqual([1, 2, 3]));
  });
});

describe('a worker that dies', () => {
  it('is noticed at once through its lock, and replaced', async () => {
    const server = await startServer();
    let hold: (lock: Lock | undefined) => void = () => undefined;
    const { locks } = startSharedWorker({ lifeline: new Promise((resolve) => (hold = resolve)) });
    const lock = await holdLock(locks as unknown as LockManager);
    hold(lock);
    await server.append('run:1', numbered(3));
    const lines = openTab(server.url).open(server.sign('run:1')).lines();
    for (const offset of [1, 2, 3]) expect((await lines.next()).value).toMatchObject({ offset });
    const next = startSharedWorker();
    lock?.release();
    await vi.waitFor(() => expect(next.host.tabs).toBe(1), { timeout: 5_000 });
    await server.append('run:1', numbered(2, 4));
    for (const offset of [4, 5]) expect((await lines.next()).value).toMatchObject({ offset });
  });
});
