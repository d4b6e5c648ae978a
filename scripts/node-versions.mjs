// Runs the unit tests of the server, its stores and the command with other releases of Node than the one that runs this.
// Their binaries come from npm, without scripts, as test/node-versions/package-lock.json names them.
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, run } from './processes.mjs';
import { resultsFile } from './results.mjs';

const PROJECT = join(ROOT, 'test/node-versions');
/** Where the binaries are: apart from the sources, which tools read as a whole. */
const HOME = join(ROOT, '.cache/node-versions');
/** Longest time of an installation, ms. */
const LONGEST = 10 * 60_000;

/** What depends on Node: sockets, files, processes, threads and the programs that use them. */
const TESTS = [
  'test/server/create-log-server.test.ts',
  'test/server/http',
  'test/server/otlp',
  'test/server/search',
  'test/server/stores',
  'test/server/ws',
  'test/dev-server',
];
/** The console's pages depend on a browser, and a cluster on Redis; both take minutes. */
const LEFT_OUT = [
  'test/dev-server/{page,page-use,list-use,sign-in}.test.ts',
  'test/dev-server/timeline/**',
  'test/server/stores/redis/redis-{cluster,sentinel}*.test.ts',
];

/**
 * @typedef {object} NodeRun
 * @property {string} name
 * @property {readonly string[]} command
 */

/** @returns {Promise<void>} Rejects when the installation fails. */
async function install() {
  const installed = join(HOME, 'node_modules/.package-lock.json');
  const lock = join(PROJECT, 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs > statSync(lock).mtimeMs) return;
  mkdirSync(HOME, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(PROJECT, file), join(HOME, file));
  const code = await run('npm', ['ci', '--prefix', HOME, '--ignore-scripts', '--no-audit', '--no-fund'], { longest: LONGEST });
  if (code !== 0) throw new Error('The other releases of Node could not be installed.');
}

/**
 * @returns {Promise<NodeRun[]>} One run for each other release. Rejects when they cannot be installed; none where npm has no binaries
 *   for this machine.
 */
export async function nodeRuns() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return [];
  await install();
  const { devDependencies } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
  const own = `node-${process.versions.node.split('.')[0]}`;
  return Object.keys(devDependencies)
    .filter((release) => release !== own)
    .map((name) => ({
      name,
      command: [
        join(HOME, 'node_modules', name, 'bin/node'),
        join(ROOT, 'node_modules/vitest/vitest.mjs'),
        'run',
        '--project=unit',
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${resultsFile(name)}`,
        ...LEFT_OUT.map((files) => `--exclude=${files}`),
        ...TESTS,
      ],
    }));
}

if (import.meta.filename === process.argv[1])
  for (const {
    name,
    command: [binary = '', ...args],
  } of await nodeRuns()) {
    console.log(`\n${name}`);
    if ((await run(binary, args)) !== 0) process.exitCode = 1;
  }
