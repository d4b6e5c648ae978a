import type { World } from './world.ts';

/** No more faults: everything is possible again, and every tab tries. */
export function mend(world: World, blocked: boolean): void {
  world.up();
  while (world.parked.length > 0) world.unpark();
  world.block(blocked);
  world.do({ type: 'network', online: true });
  for (const log of world.tabs.keys()) {
    world.do({ type: 'show', log, visible: true });
    world.retry(log);
  }
}
