// Builds dist/: declarations with tsc, everything else with vite. With the names of targets it builds these alone: `build.mjs node`.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'vite';
import { declarationsOf } from './declarations.mjs';
import { ROOT, run } from './processes.mjs';
import { bold, cyan, dim, elapsed, green, magenta, red } from './terminal.mjs';

const DIST = join(ROOT, 'dist');
const PROJECTS = ['protocol', 'worker', 'worker/tab', 'element', 'server', 'dev-server'].map((name) => `src/${name}`);

/** Where tsc puts the declarations of all sources. */
const DECLARATIONS = join(ROOT, '.cache/lib');

/** What the builds are, and where their files go. */
const STEPS = [
  { target: 'worker', about: 'the SharedWorker, self-contained', folders: [''] },
  { target: 'assets-worker', about: 'the SharedWorker of the browser build, and what it loads later', folders: ['assets/'] },
  { target: 'browser', about: 'the browser build, and entries for bundlers', folders: [''] },
  { target: 'console', about: 'the page of the dev server', folders: ['console/'] },
  { target: 'node', about: 'the server and the command', folders: [''] },
];

/** @typedef {Map<string, string | Uint8Array>} Files Contents by their path under dist. */

/**
 * @param {typeof STEPS[number]} step
 * @returns {Promise<Files>}
 */
async function bundle({ target, folders }) {
  const result = await build({
    configFile: join(ROOT, 'vite.config.ts'),
    mode: target,
    logLevel: 'warn',
    build: { write: false },
  });
  /** @type {Files} */
  const files = new Map();
  for (const { output } of [result].flat().filter((part) => 'output' in part)) {
    for (const file of output) {
      for (const folder of folders) files.set(folder + file.fileName, file.type === 'chunk' ? file.code : file.source);
    }
  }
  return files;
}

/** @param {Buffer} bytes */
function brotli(bytes) {
  const params = { [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return brotliCompressSync(bytes, { params });
}

/**
 * The declarations that package.json names, with all that they need.
 *
 * @param {unknown} exported
 * @returns {Files}
 */
function declarations(exported) {
  const entries = [...JSON.stringify(exported).matchAll(/"\.\/dist\/lib\/([^"]+\.d\.ts)"/gu)].map(([, file = '']) => file);
  return new Map([...declarationsOf(DECLARATIONS, entries)].map(([file, text]) => [`lib/${file}`, text]));
}

/**
 * Puts every file in place by renaming it, so that a server which serves from dist never reads half of one.
 *
 * @param {Files} files
 */
function replace(files) {
  for (const [name, content] of files) {
    const path = join(DIST, name);
    const bytes = Buffer.from(content);
    if (existsSync(path) && readFileSync(path).equals(bytes)) continue;
    mkdirSync(dirname(path), { recursive: true });
    const temporary = `${path}.${process.pid}.tmp`;
    writeFileSync(temporary, bytes);
    renameSync(temporary, path);
  }
}

/**
 * Removes what an earlier build left and this one did not make.
 *
 * @param {Files} files
 */
function sweep(files) {
  for (const name of readdirSync(DIST, { recursive: true, encoding: 'utf8' })) {
    const path = join(DIST, name);
    // Another build may be writing its temporary files at this moment.
    const made = files.has(name.replaceAll('\\', '/')) || name.endsWith('.tmp');
    if (!made && !statSync(path).isDirectory()) rmSync(path, { force: true });
  }
}

/** @param {Files} files */
function table(files) {
  const shown = [...files].filter(([name]) => !name.endsWith('.map')).sort(([a], [b]) => (a < b ? -1 : 1));
  const width = Math.max(...shown.map(([name]) => name.length));
  return shown.map(([name, content]) => {
    const kilobytes = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(2)} kB`.padStart(10);
    const bytes = Buffer.from(content);
    const colour = name.endsWith('.html') ? green : name.endsWith('.css') ? magenta : cyan;
    return `  ${dim('dist/')}${colour(name.padEnd(width))} ${bold(kilobytes(bytes.length))} ${dim('│ gzip')} ${kilobytes(gzipSync(bytes, { level: 9 }).length)} ${dim('│ brotli')} ${kilobytes(brotli(bytes).length)}`;
  });
}

/**
 * What bundlers look for must be there word for word, else a page that bundles the package has no worker; and once, else it has several.
 *
 * @param {Files} files
 */
function checkWorkerUrl(files) {
  const code = [...files].filter(([name]) => /^[^/]+\.js$/.test(name) && name !== 'worker.js').map(([, content]) => String(content));
  const found = code.flatMap((text) => text.match(/new URL\(\s*["']\.\/worker\.js["'],\s*import\.meta\.url\s*\)/g) ?? []);
  if (found.length === 1) return;
  throw new Error(
    `dist has \`new URL("./worker.js", import.meta.url)\` ${found.length} times, not once: see workerBeside in vite.config.ts and what the source says.`,
  );
}

/** @param {readonly string[]} targets */
async function partly(targets) {
  for (const step of STEPS.filter(({ target }) => targets.includes(target))) replace(await bundle(step));
}

async function main() {
  const begun = performance.now();
  const { name, version, exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  console.log(`${bold(cyan(name))} ${dim(`v${version}`)}\n`);

  const types = performance.now();
  process.stdout.write(`${bold('types')}     ${dim('declarations …')}\n`);
  const failed = await run('tsc', ['-b', ...PROJECTS, ...(process.stdout.isTTY || process.env['FORCE_COLOR'] ? ['--pretty'] : [])]);
  if (failed) throw new Error('the types do not hold; what is wrong is printed above.');
  console.log(`${green('✓')} ${PROJECTS.length} projects ${dim(`in ${elapsed(types)}`)}\n`);

  /** @type {Files} */
  const all = new Map();
  for (const step of STEPS) {
    const from = performance.now();
    console.log(`${bold(step.target.padEnd(9))} ${dim(`${step.about} …`)}`);
    const files = await bundle(step);
    for (const line of table(files)) console.log(line);
    console.log(`${green('✓')} ${files.size} files ${dim(`in ${elapsed(from)}`)}\n`);
    for (const [file, content] of files) all.set(file, content);
  }
  checkWorkerUrl(all);
  for (const [file, content] of declarations(exports)) all.set(file, content);
  replace(all);
  sweep(all);
  const digest = createHash('sha256');
  for (const [file, content] of [...all].sort(([a], [b]) => (a < b ? -1 : 1))) digest.update(file).update(content);
  console.log(`${green('✓')} ${bold('built')} in ${elapsed(begun)} ${dim(`sha256 ${digest.digest('hex').slice(0, 16)}`)}`);
}

// Whatever the shell says: with anything else, vite takes the development builds of libraries.
process.env['NODE_ENV'] = 'production';
const targets = process.argv.slice(2);
try {
  await (targets.length === 0 ? main() : partly(targets));
} catch (error) {
  console.error(`${red('✗ build failed:')} ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
