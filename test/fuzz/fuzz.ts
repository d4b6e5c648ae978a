import { httpRequests } from './requests.ts';
import { logBytes } from './log-bytes.ts';
import { searches } from './searches.ts';
import { secrets } from './secrets.ts';
import { rawSockets, sockets } from './sockets.ts';
import { stores } from './stores.ts';
import type { Target } from './target.ts';
import { frameTexts, tokens } from './tokens.ts';
import { World } from './world.ts';

export interface FuzzOptions {
  /** Over all targets. */
  readonly cases: number;
  readonly seed: number;
  /** Only the targets whose names begin with this. */
  readonly only?: string | undefined;
  /** Hears of each target that is done. */
  readonly tell?: (what: string) => void;
}

export interface FuzzReport {
  /** Cases that were tried, by target. */
  readonly tried: ReadonlyMap<string, number>;
  /** By how much the heap in use grew, bytes, where `--expose-gc` lets it be known. */
  readonly growth: number | undefined;
}

/** Most cases between two new seeds, so that one run of fast-check holds little. */
const ROUND = 5_000;

/** Feeds a real server with bad input. Throws with the counterexample and its seed when an invariant broke. */
export async function fuzz({ cases, seed, only = '', tell = () => undefined }: FuzzOptions): Promise<FuzzReport> {
  const world = await World.open();
  const all: readonly Target[] = [
    tokens,
    frameTexts,
    logBytes,
    sockets(() => world),
    rawSockets(() => world),
    httpRequests(() => world),
    secrets,
    stores(() => world),
    ...searches.map((target) => target()),
  ];
  const targets = all.filter(({ name }) => name.startsWith(only));
  if (targets.length === 0) throw new Error(`No target is named ${only}: they are ${all.map(({ name }) => name).join(', ')}.`);
  const shares = targets.reduce((sum, { share }) => sum + share, 0);
  const tried = new Map<string, number>();
  try {
    for (const target of targets) await target.run(20, seed);
    const before = heap();
    for (const { name, share, run } of targets) {
      const begun = performance.now();
      const wanted = Math.ceil((cases * share) / shares);
      let done = 0;
      for (let round = 0; done < wanted; round += 1) done += await run(Math.min(ROUND, wanted - done), seed + round);
      tried.set(name, done);
      tell(`${done} ${name} in ${((performance.now() - begun) / 1_000).toFixed(1)} s`);
    }
    await world.witness();
    const after = heap();
    return { tried, growth: before === undefined || after === undefined ? undefined : after - before };
  } finally {
    for (const { close } of all) await close?.();
    await world.close();
  }
}

function heap(): number | undefined {
  if (globalThis.gc === undefined) return undefined;
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}
