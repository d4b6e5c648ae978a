// Everything that has to hold, in one command. The last line counts the tests.
// `--slow` adds what takes too long for every day; CI runs it.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { lint } from './lint.mjs';
import { forgetResults, readResults, resultsFile } from './results.mjs';
import { nodeRuns } from './node-versions.mjs';
import { ROOT, run } from './processes.mjs';
import { ALL_PROGRAMS, otherEngines, requirePrograms } from './requirements.mjs';
import { bold, cyan, dim, elapsed, red, yellow } from './terminal.mjs';

/** A runner that hangs is a failure, not a wait; ms. */
const LONGEST = 25 * 60_000;
/** The end of a failed program's output is repeated below, characters. */
const TOLD = 2_000;
/** In CI every program has to be there: a test that was skipped would be a gap that is not noticed. */
const strict = process.env['CI'] === 'true';
const slow = process.argv.includes('--slow');
const begun = performance.now();
const total = { passed: 0, failed: 0, skipped: 0 };
/** @type {string[]} */
const remarks = [];

/** @param {string} text */
const heading = (text) => console.log(`\n${bold(cyan(text))}`);

/**
 * @param {string} name
 * @param {readonly string[]} command
 * @param {NodeJS.ProcessEnv} env
 * @param {boolean} [aside] Another runner runs at the same time and has the terminal.
 */
async function runner(name, command, env, aside = false) {
  if (!aside) heading(name);
  const from = performance.now();
  forgetResults(name);
  const [program = '', ...args] = command;
  const code = await run(program, args, { env, longest: LONGEST, aside });
  const results = readResults(name);
  if (results.passed + results.failed + results.skipped === 0) fail(`${name} executed no test`);
  else if (code !== 0 && results.failed === 0) fail(`${name} ended with ${code} although no test failed`);
  total.passed += results.passed;
  total.failed += results.failed;
  total.skipped += results.skipped;
  for (const failure of results.failures) remarks.push(`${red('FAILED:')} ${failure}`);
  if (results.skipped > 0) remarks.push(yellow(`SKIPPED: ${results.skipped} in ${name}`));
  console.log(dim(`${name}: ${results.passed} passed, ${results.failed} failed in ${elapsed(from)}`));
}

/**
 * A program that is one test: it passes when it exits with 0.
 *
 * @param {string} name
 * @param {readonly string[]} command
 */
async function program(name, command) {
  heading(name);
  const from = performance.now();
  const [file = '', ...args] = command;
  let output = '';
  const observe = (/** @type {string} */ text) => {
    output = (output + text).slice(-TOLD);
  };
  if ((await run(file, args, { env, longest: LONGEST, observe })) === 0) total.passed++;
  else fail(`${name}: ${command.join(' ')}\n${output}`);
  console.log(dim(`${name} took ${elapsed(from)}`));
}

/** @param {string} reason */
function fail(reason) {
  total.failed++;
  remarks.push(red(`FAILED: ${reason}`));
}

/** @param {string} name @param {string} missing @param {(file: string) => boolean} belongs */
function skip(name, missing, belongs) {
  const files = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.test.ts') && belongs(file),
  );
  total.skipped += files.length;
  remarks.push(yellow(`SKIPPED: ${files.length} files of ${name}, without ${missing}`));
}

/** @param {string} project @param {string} [name] What its results are called. */
const vitest = (project, name = project) => [
  'vitest',
  'run',
  `--project=${project}`,
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${resultsFile(name)}`,
];

heading('requirements');
const found = requirePrograms(strict ? ALL_PROGRAMS : ['chromium', 'redis']);
for (const [name, path] of Object.entries(found)) console.log(dim(`${name}: ${path}`));
const engines = otherEngines();
for (const advice of engines.advice) {
  if (strict) fail(advice);
  else remarks.push(yellow(`NOT TESTED: ${advice}`));
}
const env = {
  ...(found.chromium === undefined ? {} : { CHROME_PATH: found.chromium }),
  ...(found.redis === undefined ? {} : { REDIS_SERVER_PATH: found.redis }),
};

heading('lint');
const broken = await lint();
if (broken > 0) fail(`${broken} of the checks of \`npm run lint\``);

heading('build');
if ((await run('node', ['scripts/build.mjs'])) !== 0) fail('the build');

if (found.chromium === undefined) {
  await runner('unit', vitest('unit'), env);
  skip('element and worker', 'a browser', (file) => file.includes('browser'));
  skip('tabs', 'a browser', (file) => file.startsWith('tabs'));
  skip('states', 'a browser', (file) => file.startsWith('states'));
} else {
  const inBrowsers = { ...env, ENGINES: process.env['ENGINES'] ?? ['chromium', ...engines.present].join() };
  // Half of each suite is waiting, so two fit beside each other; three engines fill two cores by themselves.
  const together = !inBrowsers.ENGINES.includes(',');
  const first = async () => {
    await runner('unit', vitest('unit'), env);
    await runner('states', vitest('states'), env);
  };
  const second = async () => {
    await runner('browser', ['wtr'], inBrowsers, together);
    await runner('tabs', vitest('tabs'), env, together);
  };
  if (together) await Promise.all([first(), second()]);
  else {
    await first();
    await second();
  }
}

if (slow) {
  // Not every day: another version of Chromium, as on the machine of a developer, draws other pixels.
  const compared = [...vitest('states', 'screenshots'), 'test/states/screenshots.test.ts'];
  if (found.chromium !== undefined) await runner('screenshots', compared, { ...env, SCREENSHOTS: 'compare' });
  await runner('frameworks', vitest('frameworks'), env);
  try {
    for (const { name, command } of await nodeRuns()) await runner(name, command, env);
  } catch (error) {
    fail(String(error));
  }
  await program('soak', ['node', 'scripts/soak.mjs', '--runs', '4000']);
  await program('durability', ['node', 'test/server/stores/lmdb/durability.mjs', '--rounds', '20']);
  await program('docs', ['node', 'scripts/docs.mjs']);
  if (found.chromium !== undefined) await runner('site', vitest('site'), env);
  if (found.chromium !== undefined) await runner('consumers', vitest('consumers'), env);
  if (found.chromium !== undefined) await program('chaos', ['node', 'test/chaos/run.mjs', '--minutes', '1']);
}

if (strict && total.skipped > 0) fail(`${total.skipped} skipped, which CI=true does not allow`);
console.log(`\n${dim(`all in ${elapsed(begun)}`)}`);
for (const remark of remarks) console.log(remark);
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
process.exitCode = total.failed > 0 ? 1 : 0;
