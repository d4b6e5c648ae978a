// Builds dist/: declarations and the Node part with tsc, the browser part with vite.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'vite';
import { ROOT, run } from './processes.mjs';
import { bold, cyan, dim, elapsed, green, magenta, red } from './terminal.mjs';

const DIST = join(ROOT, 'dist');
const PROJECTS = ['protocol', 'worker', 'worker/tab', 'element', 'server', 'dev-server'].map((name) => `src/${name}`);

/** What the four builds are, and where their files go. */
const STEPS = [
  { target: 'worker', about: 'the SharedWorker, self-contained', folders: [''] },
  { target: 'assets-worker', about: 'the SharedWorker of the browser build, and what it loads later', folders: ['assets/'] },
  { target: 'package', about: 'modules for bundlers', folders: [''] },
  { target: 'assets', about: 'the browser build, everything inside', folders: ['assets/'] },
  { target: 'console', about: 'the page of the dev server', folders: ['console/'] },
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

/** Smaller files are sent as they are. */
const WORTH_COMPRESSING = 1_024;

/**
 * The files that servers send to browsers, with the brotli form of each as `NAME.br`. It comes before the file itself, so that it is
 * in place when a server notices that the file has changed. Source maps are left out: they are large and rarely loaded.
 *
 * @param {Files} files
 * @returns {Files}
 */
function withBrotli(files) {
  /** @type {Files} */
  const all = new Map();
  for (const [name, content] of files) {
    const bytes = Buffer.from(content);
    if (/^(?:assets|console)\/.*\.(?:js|css|html|svg)$/.test(name) && bytes.length >= WORTH_COMPRESSING)
      all.set(`${name}.br`, brotli(bytes));
    all.set(name, content);
  }
  return all;
}

/** @param {Buffer} bytes */
function brotli(bytes) {
  const params = { [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return brotliCompressSync(bytes, { params });
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
 * Removes what an earlier build left and this one did not make. What lies in lib is made by tsc, which never removes anything.
 *
 * @param {Files} files
 */
function sweep(files) {
  const made = (/** @type {string} */ name) => {
    const source = /^lib\/(.*?)(?:\.d\.ts|\.js)(?:\.map)?$/.exec(name)?.[1];
    // Another build may be writing its temporary files at this moment.
    return files.has(name) || /\.(tsbuildinfo|tmp)$/.test(name) || (source !== undefined && existsSync(join(ROOT, 'src', `${source}.ts`)));
  };
  for (const name of readdirSync(DIST, { recursive: true, encoding: 'utf8' })) {
    const path = join(DIST, name);
    if (!made(name.replaceAll('\\', '/')) && !statSync(path).isDirectory()) rmSync(path, { force: true });
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

async function main() {
  // Whatever the shell says: with anything else, vite takes the development builds of libraries.
  process.env['NODE_ENV'] = 'production';
  const begun = performance.now();
  const { name, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  console.log(`${bold(cyan(name))} ${dim(`v${version}`)}\n`);

  const types = performance.now();
  process.stdout.write(`${bold('types')}     ${dim('declarations, server and command …')}\n`);
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
  const written = withBrotli(all);
  replace(written);
  sweep(written);
  const digest = createHash('sha256');
  for (const [file, content] of [...all].sort(([a], [b]) => (a < b ? -1 : 1))) digest.update(file).update(content);
  console.log(`${green('✓')} ${bold('built')} in ${elapsed(begun)} ${dim(`sha256 ${digest.digest('hex').slice(0, 16)}`)}`);
}

try {
  await main();
} catch (error) {
  console.error(`${red('✗ build failed:')} ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
