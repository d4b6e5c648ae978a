import { Host } from '../host/host.ts';
import { platformSlots } from '../platform/stream-slots.ts';

export { checkWorker } from './check-worker.ts';
export { startForeignSharedWorker } from './foreign-worker.ts';

let host: Host | undefined;

/** The host in this page, for where there is no worker. In a module of its own, with what else is needed only there. */
export function pageHost(): Host {
  return (host ??= new Host({ slots: platformSlots(false) }));
}
