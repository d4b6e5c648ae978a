import type { TcpProxy } from '../support/tcp-proxy.ts';
import type { Tabs } from '../tabs/driver.ts';
import type { Fleet, Tab } from './fleet.ts';
import type { Random } from './random.ts';
import type { ServerProcess } from './server-process.ts';
import { pause } from './wait.ts';

/** What faults happen to. */
export interface World {
  /** Of the fault that is injected, and of nothing else: what happens hangs on the seed and not on time. */
  readonly random: Random;
  /** Between the browser and the server. */
  readonly network: TcpProxy;
  /** Between the producer and the server. */
  readonly backend: TcpProxy;
  readonly server: ServerProcess;
  readonly browser: Tabs;
  readonly fleet: Fleet;
  /** Most tabs at a time. */
  readonly tabs: number;
  /** How long a fault lasts at most, ms. */
  readonly longest: number;
  /** Whether something is being done to the server. */
  readonly occupied: { server: boolean };
}

export interface Fault {
  readonly kind: string;
  readonly weight: number;
  /** Begins, lasts, and ends; false: there was nothing that it could happen to. */
  inject(world: World): Promise<boolean>;
}

const lasting = ({ random, longest }: World): Promise<void> => pause(random.between(longest / 20, longest));

/** Something that happens to the network, and is over again after `times` as long as other things. */
function network(kind: string, weight: number, begin: (world: World) => void, end: (world: World) => void, times = 1): Fault {
  return {
    kind: `network: ${kind}`,
    weight,
    async inject(world) {
      begin(world);
      for (let time = 0; time < times; time += 1) await lasting(world);
      end(world);
      return true;
    },
  };
}

/** Something that happens to the server; one at a time. */
function server(kind: string, weight: number, happen: (world: World) => Promise<void>): Fault {
  return {
    kind: `server: ${kind}`,
    weight,
    async inject(world) {
      if (world.occupied.server) return false;
      world.occupied.server = true;
      try {
        await happen(world);
      } finally {
        world.occupied.server = false;
      }
      return true;
    },
  };
}

/** Something that happens to one tab. */
function tab(kind: string, weight: number, happen: (world: World, chosen: Tab) => Promise<unknown>): Fault {
  return {
    kind: `tab: ${kind}`,
    weight,
    async inject(world) {
      const chosen = world.fleet.idle(world.random);
      if (chosen === undefined) return false;
      await happen(world, chosen);
      return true;
    },
  };
}

export const FAULTS: readonly Fault[] = [
  network(
    'all connections cut',
    6,
    ({ network: way }) => way.cut(),
    () => undefined,
  ),
  network(
    'connections lost without a word (half-open)',
    2,
    ({ network: way }) => way.lose(),
    () => undefined,
  ),
  network(
    'stalled',
    3,
    ({ network: way }) => way.stall(true),
    ({ network: way }) => way.stall(false),
  ),
  network(
    'connections refused, and all cut',
    2,
    ({ network: way }) => {
      way.refuse(true);
      way.cut();
    },
    ({ network: way }) => way.refuse(false),
  ),
  network(
    'WebSockets blocked, and all cut',
    2,
    ({ network: way }) => {
      way.blockUpgrades(true);
      way.cut();
    },
    ({ network: way }) => way.blockUpgrades(false),
    4,
  ),
  network(
    'throttled',
    3,
    ({ network: way, random }) => way.throttle(random.between(20_000, 400_000)),
    ({ network: way }) => way.throttle(Infinity),
  ),
  network(
    'slow to arrive',
    2,
    ({ network: way, random }) => way.delay(random.between(20, 400)),
    ({ network: way }) => way.delay(0),
  ),
  network(
    'producer cut off',
    4,
    ({ backend }) => backend.cut(),
    () => undefined,
  ),
  network(
    'producer stalled',
    2,
    ({ backend }) => backend.stall(true),
    ({ backend }) => backend.stall(false),
  ),
  server('killed with kill -9, and started again', 4, async ({ server: of, random, longest }) => {
    await of.kill();
    await pause(random.between(0, longest / 2));
    await of.start();
  }),
  server('stopped as by a deploy, and started again', 2, async ({ server: of }) => {
    await of.stop();
    await of.start();
  }),
  server('hangs', 1, async (world) => {
    world.server.hang(true);
    await lasting(world);
    world.server.hang(false);
  }),
  {
    kind: 'tab: opened',
    weight: 4,
    async inject({ fleet, tabs }) {
      if (fleet.tabs.length >= tabs) return false;
      await fleet.open();
      return true;
    },
  },
  tab('closed', 2, ({ fleet }, chosen) => fleet.close(chosen)),
  tab('reloaded', 4, ({ fleet }, chosen) => fleet.with(chosen, () => fleet.load(chosen))),
  tab('looked at', 4, ({ fleet }, chosen) => fleet.with(chosen, (page) => page.bringToFront())),
  tab('frozen, and resumed', 3, (world, chosen) =>
    world.fleet.with(chosen, async (page) => {
      await world.browser.freeze(page);
      await lasting(world);
      await world.browser.freeze(page, false);
    }),
  ),
  tab('left, and come back to (bfcache)', 3, (world, chosen) =>
    world.fleet.with(chosen, () => world.fleet.leave(chosen, '/elsewhere', () => lasting(world))),
  ),
  tab('crashed', 1, async ({ fleet, browser }, chosen) => {
    await fleet.with(chosen, (page) => browser.crash(page));
    await fleet.close(chosen);
  }),
  {
    kind: 'a process of tabs or worker killed with kill -9',
    weight: 1,
    async inject({ browser, random }) {
      const victim = random.pick(await browser.renderers());
      if (victim !== undefined) process.kill(victim, 'SIGKILL');
      return victim !== undefined;
    },
  },
];
