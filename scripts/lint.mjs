// Types, lint, our own rules and format, all of them even when one fails.
import { checkLock } from './check-lock.mjs';
import { checkSources } from './check-sources.mjs';
import { run } from './processes.mjs';
import { bold, dim, elapsed, green, red } from './terminal.mjs';

/** @type {readonly { name: string, check: () => Promise<boolean> }[]} */
export const CHECKS = [
  { name: 'types', check: async () => (await run('tsc', ['-b'])) === 0 },
  {
    name: 'lint',
    check: async () => (await run('oxlint', ['--type-aware', '--deny-warnings', '--report-unused-disable-directives'])) === 0,
  },
  {
    name: 'sources',
    async check() {
      const problems = [...checkSources(), ...checkLock()];
      for (const problem of problems) console.log(problem);
      return problems.length === 0;
    },
  },
  {
    name: 'format',
    check: async () => (await run('prettier', ['--check', '--log-level=warn', '--cache', '--cache-location=.cache/prettier', '.'])) === 0,
  },
];

/** @returns {Promise<number>} How many of the checks failed. */
export async function lint() {
  let failed = 0;
  for (const { name, check } of CHECKS) {
    const from = performance.now();
    const held = await check();
    if (!held) failed++;
    console.log(`${held ? green('✓') : red('✗')} ${bold(name)} ${dim(`in ${elapsed(from)}`)}`);
  }
  return failed;
}

if (import.meta.filename === process.argv[1]) process.exitCode = (await lint()) > 0 ? 1 : 0;
