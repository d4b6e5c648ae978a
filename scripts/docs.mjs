// Builds the site of the documentation into docs/.vitepress/dist; with --watch it is served instead, and changes show at once.
// VitePress is a dependency of docs alone: it is installed here, not by the package's own `npm ci`.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { ROOT, run } from './processes.mjs';

const DOCS = join(ROOT, 'docs');

/** Whether docs/node_modules is what the lock file says. */
function isInstalled() {
  const written = join(DOCS, 'node_modules/.package-lock.json');
  if (!existsSync(written)) return false;
  const { packages } = JSON.parse(readFileSync(written, 'utf8'));
  const wanted = JSON.parse(readFileSync(join(DOCS, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(packages).every(([name, { version }]) => wanted[name]?.version === version);
}

/** The element over logs in memory, as one script for pages and frames. */
async function buildDemo() {
  await build({
    configFile: false,
    root: ROOT,
    publicDir: false,
    logLevel: 'warn',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      target: 'es2022',
      outDir: join(DOCS, '.vitepress/public/demo'),
      emptyOutDir: true,
      reportCompressedSize: false,
      rolldownOptions: {
        input: { 'log-stream': join(DOCS, 'demo/demo-element.ts') },
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
    base: './',
  });
}

/** @param {readonly string[]} command */
async function step([program = '', ...args]) {
  const code = await run(program, args);
  if (code !== 0) process.exit(code);
}

if (!isInstalled()) await step(['npm', 'ci', '--prefix', DOCS, '--ignore-scripts', '--no-audit', '--no-fund']);
process.env['NODE_ENV'] = 'production';
await buildDemo();
const vitepress = ['node', join(DOCS, 'node_modules/vitepress/bin/vitepress.js')];
if (process.argv.includes('--watch')) await step([...vitepress, 'dev', DOCS]);
else await step([...vitepress, 'build', DOCS]);
