// The daily loop: types, lint, our own rules, format, and the unit tests that the uncommitted changes can break. `npm run check -- main`
// takes what changed since a branch or commit. What takes seconds is left to `npm test`, and when the time is up the rest is too.
import { lint } from './lint.mjs';
import { run } from './processes.mjs';
import { bold, dim, elapsed, green, red } from './terminal.mjs';

const begun = performance.now();
const since = process.argv[2];
const failed = await lint();
const tests = await run(
  'vitest',
  [
    'run',
    '--project=unit',
    '--passWithNoTests',
    '--reporter=dot',
    '--reporter=./scripts/quick-reporter.mjs',
    since === undefined ? '--changed' : `--changed=${since}`,
  ],
  { env: { TESTS: 'quick' } },
);
const held = failed === 0 && tests === 0;
console.log(`${held ? green('✓') : red('✗')} ${bold('check')} ${dim(`in ${elapsed(begun)}; npm test runs everything`)}`);
process.exitCode = held ? 0 : 1;
