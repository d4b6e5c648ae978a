import { beforeEach, describe, expect, it, vi } from 'vitest';
import { numbered, startServer } from '../support/server.ts';
import { openTab, startSharedWorker } from './support/platform.ts';

/**
 * comlink's proxies that the garbage collector would report. comlink makes its registry when it is imported. Its proxies are
 * functions, unlike what others watch, such as Node's fetch.
 */
const watched = vi.hoisted(() => {
  const proxies = new Set<unknown>();
  class Registry {
    register(object: unknown): void {
      if (typeof object === 'function') proxies.add(object);
    }
    unregister(token: unknown): boolean {
      return proxies.delete(token);
    }
  }
  vi.stubGlobal('FinalizationRegistry', Registry);
  return proxies;
});

const view = new EventTarget();

beforeEach(() => {
  watched.clear();
  const page = Object.assign(new EventTarget(), { visibilityState: 'visible', querySelector: () => null, baseURI: 'http://localhost/' });
  vi.stubGlobal('document', page);
  vi.stubGlobal('addEventListener', view.addEventListener.bind(view));
});

// Any code that runs in a parked page evicts it from the back/forward cache, a finalizer too.
describe.each(['in a worker', 'in the page'])('the calls of a session %s', (place) => {
  it('leave nothing for the garbage collector to report once the page is parked', async () => {
    const server = await startServer();
    if (place === 'in a worker') startSharedWorker();
    await server.append('run:1', numbered(3), 0);
    const { connection, open } = openTab(server.url);
    for await (const { offset } of open(server.sign('run:1')).lines()) expect(offset).toBeGreaterThan(0);
    await connection.stats();
    const during = watched.size;
    expect(during).toBeGreaterThan(0);
    await connection.stats();
    expect(watched.size).toBe(during);
    view.dispatchEvent(new Event('pagehide'));
    expect(watched.size).toBe(0);
  });
});

describe('the calls of a session that never answered', () => {
  it('leave nothing for the garbage collector to report either', async () => {
    const { host } = startSharedWorker({ lifeline: new Promise(() => undefined) });
    openTab('http://localhost/log-stream');
    await vi.waitFor(() => expect(host.tabs).toBe(1));
    expect(watched.size).toBeGreaterThan(0);
    view.dispatchEvent(new Event('pagehide'));
    expect(watched.size).toBe(0);
  });
});
