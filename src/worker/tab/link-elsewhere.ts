import { Host } from '../host/host.ts';
import { platformSlots } from '../platform/stream-slots.ts';
import { checkWorker } from './check-worker.ts';
import { startForeignSharedWorker } from './foreign-worker.ts';
import { MemoryPort } from './memory-port.ts';
import type { LinkWays, WorkerLink, WorkerLinkOptions } from './worker-link.ts';

let host: Host | undefined;

/**
 * Links a tab that has no worker of its page's origin: to one of another origin, or, where there is none or it is not admitted, to a
 * session in this page. In a module of its own, with what else is needed only there.
 */
export async function linkElsewhere(options: WorkerLinkOptions, { name, provisional, linkThrough, link }: LinkWays): Promise<WorkerLink> {
  const { endpoint, script, signal } = options;
  const worker = await startForeignSharedWorker(endpoint, script, name);
  signal.throwIfAborted();
  // The locks of such a worker are not those of the page: each side pings the other.
  const foreign = worker && (await linkThrough(worker, options, undefined).catch(() => undefined));
  if (foreign !== undefined) return foreign;
  signal.throwIfAborted();
  void checkWorker(script, signal);
  const [near, far] = MemoryPort.pair();
  const [control, controlled] = MemoryPort.pair();
  host ??= new Host({ slots: platformSlots(false) });
  const dismiss = host.accept(controlled);
  // A message would arrive too late: a page with an open socket does not enter the back/forward cache.
  signal.addEventListener('abort', dismiss);
  return link(options, { transport: 'page', provisional }, { control, near, far }, new Promise<never>(() => undefined));
}
