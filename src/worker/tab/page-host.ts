import { Host } from '../host/host.ts';
import { platformSlots } from '../platform/stream-slots.ts';

let host: Host | undefined;

/** The host in this page, for when there is no SharedWorker. Its own module, so that it is loaded only then. */
export function pageHost(): Host {
  return (host ??= new Host({ slots: platformSlots(false) }));
}
