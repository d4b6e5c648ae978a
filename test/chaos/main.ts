import { parseArgs } from 'node:util';
import { runChaos } from './chaos.ts';
import { format } from './report.ts';

/** Runs as the command line says, and prints what came of it. Returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '10' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      quiet: { type: 'boolean', default: false },
    },
  });
  const seed = Number(values.seed);
  const minutes = Number(values.minutes);
  if (!Number.isInteger(seed) || !(minutes > 0)) {
    console.error('Usage: npm run test:chaos -- [--minutes N] [--seed N] [--quiet]. The seed is a whole number, the minutes are above 0.');
    return 2;
  }
  console.log(`Everything goes wrong for ${minutes} minutes; seed ${seed}.`);
  try {
    const tell = values.quiet ? undefined : (what: string) => console.log(what);
    console.log(format(await runChaos({ seed, duration: minutes * 60_000, ...(tell === undefined ? {} : { tell }) })));
    return 0;
  } catch (error) {
    console.error(`It did not hold; seed ${seed}.`, error);
    return 1;
  }
}
