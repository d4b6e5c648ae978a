import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Signer } from '../../src/server/access/signer.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { Tabs } from '../tabs/driver.ts';
import { FAULTS, type Fault, type World } from './faults.ts';
import { Fleet } from './fleet.ts';
import { Producer } from './producer.ts';
import { Random } from './random.ts';
import { ServerProcess } from './server-process.ts';
import { PATIENCE, verifyElement, verifyLines, verifyLog } from './verify.ts';
import { pause, until } from './wait.ts';

const CHANNEL = 'chaos';
const SECRET = 'the secret of the chaos run';

export interface ChaosOptions {
  readonly seed: number;
  /** How long faults happen, ms. */
  readonly duration: number;
  /** Tabs at the end, and at most at any time. @default 5 */
  readonly tabs?: number;
  /** @default 300 */
  readonly linesPerSecond?: number;
  /** A fault lasts at most so long, ms. @default 8000 */
  readonly longest?: number;
  /** Between the beginnings of two faults, ms. @default [50, 900] */
  readonly between?: readonly [number, number];
  /** Heartbeat of the server, ms: half of what passes until a silent connection is given up. @default 2000 */
  readonly heartbeat?: number;
  /** How long a topic lives that a page is given, s. @default 20 */
  readonly topicLife?: number;
  /** Places of the log that each element is looked at afterwards, besides its ends. @default 12 */
  readonly places?: number;
  /** Faults that are left out. @default none */
  readonly without?: readonly string[];
  /** Told what happens. */
  readonly tell?: (what: string) => void;
}

export interface ChaosReport {
  readonly seed: number;
  /** How often each fault happened. */
  readonly injected: Readonly<Record<string, number>>;
  /** Tabs that were there for a fault to show in, on average. */
  readonly audience: number;
  /** What the producer went through. */
  readonly producer: Readonly<Record<string, number>>;
  /** What was found to hold, as sentences. */
  readonly verified: readonly string[];
  readonly lines: number;
}

/** Lets everything go wrong for a while, then stops that, and holds every tab to exactly lines 1 to N. Rejects when one is not. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { heartbeat = 2_000, topicLife = 20 } = options;
  const cleanup: (() => Promise<unknown>)[] = [];
  try {
    const folder = await mkdtemp(join(tmpdir(), 'log-stream-chaos-'));
    cleanup.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    const server = new ServerProcess(folder, SECRET, heartbeat, topicLife);
    cleanup.push(() => server.kill());
    await server.start();
    const network = await TcpProxy.listen(() => server.port);
    cleanup.push(() => network.close());
    const backend = await TcpProxy.listen(() => server.port);
    cleanup.push(() => backend.close());
    const browser = await Tabs.launch();
    cleanup.push(() => browser.close());
    return await play(options, { server, network, backend, browser });
  } finally {
    for (const undo of cleanup.reverse()) await undo().catch(() => undefined);
  }
}

type Stage = Pick<World, 'server' | 'network' | 'backend' | 'browser'>;

async function play(options: ChaosOptions, stage: Stage): Promise<ChaosReport> {
  const { seed, tabs = 5, linesPerSecond = 300, longest = 8_000, places = 12, tell = () => undefined } = options;
  const { server, network, backend, browser } = stage;
  const signer = new Signer([SECRET]);
  const topic = signer.sign(CHANNEL);
  const fleet = new Fleet(browser, `http://127.0.0.1:${network.port}/`);
  const world: Omit<World, 'random'> = { ...stage, fleet, tabs, longest, occupied: { server: false } };
  const sizes = new Random(seed);
  const producer = new Producer({
    url: () => `http://127.0.0.1:${backend.port}/log-stream/topics/${CHANNEL}`,
    topic: signer.sign(CHANNEL, { write: true }),
    linesPerSecond,
    batch: () => sizes.between(1, 400),
  });
  let failed = false;
  const producing = producer.run();
  // It is waited for below; until then it must not end the process.
  producing.catch(() => {
    failed = true;
  });
  while (fleet.tabs.length < tabs) await fleet.open();

  const { counts: injected, audience } = await inject(world, options, () => failed);
  tell(`${producer.acknowledged} lines; no more faults`);
  await recover(world);

  producer.stop();
  await producing;
  await producer.end();
  const lines = producer.acknowledged;
  tell(`the log has ended with ${lines} lines`);

  const verified: string[] = [`${tabs} tabs shared 1 SharedWorker and 1 WebSocket when faults had stopped`];
  await verifyLog(`http://127.0.0.1:${server.port}/log-stream/topics/${CHANNEL}`, topic, lines);
  verified.push(`the log is exactly lines 1 to ${lines}, each acknowledged once`);
  for (const tab of fleet.tabs) await verifyLines(tab, lines);
  verified.push(`lines() of each of ${tabs} tabs gave exactly 1 to ${lines}, numbers and texts, in order, and ended`);
  let rows = 0;
  for (const tab of fleet.tabs) rows += await verifyElement(tab, lines, new Random(seed), places);
  verified.push(`the elements of ${tabs} tabs say "ended" and show the right text at ${rows} rows compared, of ${lines} lines each`);
  while (fleet.tabs[0] !== undefined) await fleet.close(fleet.tabs[0]);
  await until('no socket is left', async () => (await server.facts()).sockets === 0, PATIENCE);
  verified.push('no socket was left when the last tab was closed');
  if (browser.problems.length > 0) throw new Error(`Errors in pages: ${browser.problems.join('; ')}`);
  if (server.complaints !== '') throw new Error(`The server complained: ${server.complaints}`);
  verified.push('no page and no server reported an error');
  return { seed, injected, audience, producer: { ...producer.counts, 'pages loaded again': fleet.reloads }, verified, lines };
}

/** Most faults at a time; more of them, and no page would ever come as far as to lose anything. */
const AT_A_TIME = 4;

interface Injected {
  readonly counts: Record<string, number>;
  /** Tabs that were there for a fault to show in, on average. */
  readonly audience: number;
}

/**
 * Begins one fault after the other, several at a time, and waits until the last is over. Each kind comes once before any
 * comes by chance alone. `isPointless`: there is no need for more.
 */
async function inject(world: Omit<World, 'random'>, options: ChaosOptions, isPointless: () => boolean): Promise<Injected> {
  const { seed, duration, between: [least, most] = [50, 900], without = [], tell = () => undefined } = options;
  const random = new Random(seed);
  const faults = FAULTS.filter(({ kind }) => !without.includes(kind));
  const counts: Record<string, number> = Object.fromEntries(faults.map(({ kind }) => [kind, 0]));
  const begun = performance.now();
  const running = new Set<Promise<void>>();
  const due = random.shuffled(faults);
  const elapsed = (): number => performance.now() - begun;
  const audience: number[] = [];
  const happen = async (fault: Fault): Promise<void> => {
    const at = (elapsed() / 1_000).toFixed(1);
    const happened = await fault.inject({ ...world, random: new Random(random.between(0, 2 ** 31)) });
    const times = counts[fault.kind] ?? 0;
    if (!happened && times === 0 && !due.includes(fault)) due.push(fault);
    if (!happened) return;
    counts[fault.kind] = times + 1;
    tell(`${at} s ${fault.kind}`);
  };
  while ((elapsed() < duration || (due.length > 0 && elapsed() < 5 * duration)) && !isPointless()) {
    if (world.fleet.ready === 0) {
      // What nobody is there for shows nothing.
      await Promise.all(running);
      await world.fleet.settle(Math.max(1, world.fleet.tabs.length));
    }
    const fault = (random.between(0, 1) === 0 ? due.shift() : undefined) ?? random.weighted(faults);
    audience.push(world.fleet.ready);
    if (fault !== undefined) {
      const over = happen(fault).finally(() => running.delete(over));
      running.add(over);
    }
    await pause(random.between(least, most));
    if (running.size >= AT_A_TIME) await Promise.race(running);
  }
  await Promise.all(running);
  return { counts, audience: audience.reduce((sum, count) => sum + count, 0) / audience.length };
}

/** Faults are over: everything works, all tabs are open, and there is one worker with one socket for them. */
async function recover({ network, backend, fleet, tabs, browser, server }: Omit<World, 'random'>): Promise<void> {
  network.calm();
  backend.calm();
  await fleet.settle(tabs);
  await until(
    'all tabs share one worker with one socket',
    async () => {
      const stats = await fleet.stats();
      const wrong = stats.find(({ transport, sockets, tabs: served }) => transport !== 'shared-worker' || sockets !== 1 || served !== tabs);
      if (wrong !== undefined) throw new Error(JSON.stringify(stats));
      const { sockets } = await server.facts();
      const workers = browser.sharedWorkers('/log-stream/assets/worker.js').length;
      if (sockets !== 1 || workers !== 1) throw new Error(`${sockets} sockets at the server, ${workers} workers`);
      return true;
    },
    PATIENCE,
  );
}
