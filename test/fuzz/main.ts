import { parseArgs } from 'node:util';
import { fuzz } from './fuzz.ts';
import { compareTimes } from './timing.ts';
import { longInputs } from './long-inputs.ts';

/** By how much the heap may grow over a run, bytes: caches fill, nothing piles up. */
const MOST_GROWTH = 64 * 1_024 * 1_024;

/** Runs as the command line says, and prints what came of it. Returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      cases: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    },
  });
  const cases = Number(values.cases);
  const seed = Number(values.seed);
  if (!Number.isInteger(seed) || !Number.isInteger(cases) || cases < 1) {
    console.error('Usage: npm run test:fuzz -- [--only TARGET] [--cases N] [--seed N]. N is a whole number.');
    return 2;
  }
  console.log(`${cases} cases, seed ${seed}`);
  try {
    const begun = performance.now();
    const { tried, growth } = await fuzz({ cases, seed, only: values.only, tell: (what) => console.log(what) });
    const total = [...tried.values()].reduce((sum, count) => sum + count, 0);
    if (growth === undefined || growth > MOST_GROWTH) throw new Error(`The heap grew by ${growth ?? 'nobody knows how many'} bytes.`);
    console.log(
      `${total} cases in ${((performance.now() - begun) / 1_000).toFixed(0)} s: no failure, nobody else affected, heap ${(growth / 1e6).toFixed(1)} MB more.`,
    );
    if (values.only !== undefined) return 0;
    for (const line of longInputs()) console.log(line);
    console.log(compareTimes());
    return 0;
  } catch (error) {
    console.error(`It did not hold; seed ${seed}.`, error);
    return 1;
  }
}
