import { Host } from '../host/host.ts';
import { platformSlots } from '../platform/stream-slots.ts';

let host: Host | undefined;

/** The host in this page, for browsers without a SharedWorker. A module of its own, so that it is loaded only there. */
export function pageHost(): Host {
  return (host ??= new Host({ slots: platformSlots(false) }));
}
