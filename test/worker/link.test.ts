import { wrap } from 'comlink';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket as NodeWebSocket } from 'ws';
import { Host } from '../../src/worker/host/host.ts';
import { BUILD, type Control } from '../../src/worker/tab-messages.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { numbered, startServer } from '../support/server.ts';
import { Locks, nodePlatform, openTab, startSharedWorker } from './support/platform.ts';

let locks: Locks;

beforeEach(() => {
  locks = new Locks();
  vi.stubGlobal('WebSocket', NodeWebSocket);
  vi.stubGlobal('navigator', { locks, onLine: true });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A SharedWorker class whose handles the test controls. */
function stubWorker(made: (worker: EventTarget & { port: MessagePort }, far: MessagePort) => void): { handles: () => number } {
  let handles = 0;
  vi.stubGlobal(
    'SharedWorker',
    class extends EventTarget {
      readonly port: MessagePort;
      constructor() {
        super();
        handles += 1;
        const { port1, port2 } = new MessageChannel();
        this.port = port2;
        onTestFinished(() => port1.close());
        made(this, port1);
      }
    },
  );
  return { handles: () => handles };
}

describe('a page whose SharedWorker', () => {
  it.each([
    ['is missing', () => undefined],
    [
      'may not be constructed',
      () =>
        stubWorker(() => {
          throw new DOMException('Blocked by worker-src.', 'SecurityError');
        }),
    ],
    ['fails to load', () => stubWorker((worker) => queueMicrotask(() => worker.dispatchEvent(new Event('error'))))],
    ['does not answer', () => stubWorker(() => undefined)],
    [
      'is of another build',
      () =>
        stubWorker((_worker, far) => {
          far.onmessage = ({ data }: { data: { id: string } }) =>
            far.postMessage({ id: data.id, type: 'RAW', value: { ok: false, code: 'outdated' } });
        }),
    ],
  ])('%s runs the same session itself, and says so', async (_how, stub) => {
    stub();
    const server = await startServer();
    await server.append('run:1', numbered(3), 0);
    const tab = openTab(server.url);
    const lines: string[] = [];
    for await (const { text } of tab.open(server.sign('run:1')).lines()) lines.push(text);
    expect(lines).toEqual(numbered(3));
    expect(tab.connection.transport).toBe('page');
    await vi.waitFor(() => expect(locks.held.size).toBe(0));
  });
});

describe('a worker', () => {
  it('that dies is replaced: the tab reopens its logs in the next one, and continues where it was', async () => {
    const server = await startServer();
    const ports: MessagePort[] = [];
    const hosts: Host[] = [];
    const env = nodePlatform({ locks: locks as unknown as LockManager });
    stubWorker((_worker, far) => {
      ports.push(far);
      const host = new Host({ env });
      hosts.push(host);
      host.accept(far);
    });
    const tab = openTab(server.url);
    const log = tab.open(server.sign('run:1'));
    const followed: number[] = [];
    log.view(({ runs }) => followed.push(...runs.flatMap(({ from, lines }) => lines.map((_, at) => from + at)))).request([], 100);
    const read: number[] = [];
    const reading = (async () => {
      for await (const { offset } of log.lines()) read.push(offset);
    })();
    await vi.waitFor(() => expect(log.status.state).toBe('live'));
    await server.append('run:1', numbered(10));
    await vi.waitFor(() => expect(read).toHaveLength(10));
    // All that a tab sees of a death: nothing is answered any more.
    ports[0]!.close();
    for (const socket of env.sockets) socket.terminate();
    log.retry();
    await vi.waitFor(() => expect(hosts).toHaveLength(2), { timeout: 15_000 });
    await vi.waitFor(() => expect(hosts[1]!.tabs).toBe(1));
    await server.append('run:1', numbered(10, 11), 0);
    await reading;
    expect(read).toEqual(numbered(20).map((_, at) => at + 1));
    await vi.waitFor(() => expect(followed).toEqual(read));
    await vi.waitFor(() => expect(hosts[0]!.tabs).toBe(0));
  });

  it('has the version of the package, so that two builds never share one', () => {
    expect(BUILD).toBe(packageJson.version);
  });

  it('has no port, lock or timer left when a page closes its link', async () => {
    const server = await startServer();
    const { host, locks: held } = startSharedWorker();
    const tab = openTab(server.url);
    const log = tab.open(server.sign('run:1'));
    await vi.waitFor(() => expect(log.status.state).toBe('live'));
    expect(held.held.size).toBe(1);
    tab.connection.end();
    await vi.waitFor(() => expect(host.tabs).toBe(0));
    await vi.waitFor(() => expect(held.held.size).toBe(0));
    await expect(tab.connection.stats()).rejects.toThrow('closed');
  });

  it('answers nothing before hello', async () => {
    const { port1, port2 } = new MessageChannel();
    onTestFinished(() => port2.close());
    new Host({ env: nodePlatform() }).accept(port1);
    const control = wrap<Control>(port2);
    for (const reply of [control.open(1, 'x', false), control.renew(1, 'x'), control.retry(1), control.close(1)]) {
      expect(await reply).toEqual({ ok: false, code: 'malformed' });
    }
  });
});
