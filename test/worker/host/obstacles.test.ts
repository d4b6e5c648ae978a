import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { HttpProxy } from '../../support/http-proxy.ts';
import { numbered, startServer } from '../../support/server.ts';
import { openTab, startSharedWorker } from '../support/platform.ts';
import { PLATFORM } from '../../../src/worker/platform/environment.ts';

const network = vi.hoisted(() => ({ isDown: true, requests: 0 }));
vi.mock('../../../src/worker/host/obstacles.ts', async (original) => {
  network.requests += 1;
  if (network.isDown) throw new TypeError('Failed to fetch dynamically imported module');
  return original();
});

describe('what a session needs where no socket opens', () => {
  it('is requested again when it could not be loaded, and follows the log then', async () => {
    const server = await startServer({ heartbeat: 200 });
    const proxy = await HttpProxy.listen(() => server.port, 'refuse');
    onTestFinished(() => proxy.close());
    const factor = 20;
    startSharedWorker(
      {},
      { now: () => performance.now() * factor, after: (delay, run) => PLATFORM.after(delay / factor, run), random: () => 0 },
    );
    const tab = openTab(`http://127.0.0.1:${proxy.port}/log-stream`);
    await server.append('run:1', numbered(10));
    const log = tab.open(server.sign('run:1'));
    await vi.waitFor(() => expect(network.requests).toBeGreaterThan(2), { timeout: 15_000 });
    expect(log.status.state).not.toBe('live');
    network.isDown = false;
    await vi.waitFor(() => expect(log.status).toMatchObject({ state: 'live', head: 10 }), { timeout: 15_000 });
  });
});
