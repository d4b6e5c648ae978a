import { PLATFORM } from './platform/environment.ts';
import { Host } from './host/host.ts';
import { holdLock } from './platform/web-lock.ts';
import { platformSlots } from './platform/stream-slots.ts';

// One script for both kinds of workers, since a page may name only one.
if (typeof DedicatedWorkerGlobalScope !== 'undefined' && self instanceof DedicatedWorkerGlobalScope) void serve(self);
else serveTabs();

/** The dedicated worker of a tab, which sends it nothing before it is ready. */
async function serve(scope: DedicatedWorkerGlobalScope): Promise<void> {
  const { serveScans } = await import('./scan/serve-scans.ts');
  serveScans(scope);
}

/** The SharedWorker: one for all tabs of an origin that run the same build. */
function serveTabs(): void {
  const host = new Host({ lifeline: holdLock(PLATFORM.locks), slots: platformSlots(true) });

  addEventListener('connect', (event) => {
    if (!(event instanceof MessageEvent)) return;
    const [port] = event.ports;
    if (port !== undefined) host.accept(port);
  });

  // Few browsers tell a page that its SharedWorker failed, and the worker's own console is hard to find.
  addEventListener('error', ({ message }) => host.report(message));
  addEventListener('unhandledrejection', ({ reason }: { readonly reason: unknown }) => host.report(String(reason)));
}
