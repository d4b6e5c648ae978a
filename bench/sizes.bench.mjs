// P13: what a page loads, minified and compressed, and what its parts weigh alone.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { firstLoadBytes } from '../scripts/first-load.mjs';

const ASSETS = fileURLToPath(new URL('../dist/assets/', import.meta.url));
const kilobytes = (/** @type {number} */ bytes) => Math.round(bytes / 10) / 100;
const gzipped = (/** @type {string | Uint8Array} */ content) => gzipSync(content, { level: 9 }).length;

/**
 * The bytes of a package bundled alone.
 *
 * @param {string} name
 */
async function alone(name) {
  // Never on disk; the path is here so that its imports are resolved from here.
  const id = fileURLToPath(new URL(`./${name}.alone.js`, import.meta.url));
  const code = name === 'reconnecting-websocket' ? `export { default } from '${name}';` : `export * from '${name}';`;
  const result = await build({
    configFile: false,
    logLevel: 'error',
    plugins: [
      {
        name: 'alone',
        enforce: 'pre',
        resolveId: (source) => (source === id ? id : null),
        load: (source) => (source === id ? code : null),
      },
    ],
    build: {
      write: false,
      minify: true,
      target: 'es2022',
      lib: { entry: id, formats: ['es'] },
      rolldownOptions: { output: { minify: true } },
    },
  });
  const files = [result].flat().flatMap((part) => ('output' in part ? part.output : []));
  return files.reduce((sum, file) => sum + (file.type === 'chunk' ? gzipped(file.code) : 0), 0);
}

export const ids = ['P13'];

export async function rows() {
  if (!existsSync(`${ASSETS}log-stream.js`)) throw new Error('dist has no assets: run `npm run build` first.');
  const page = firstLoadBytes(ASSETS, 'log-stream.js');
  const worker = firstLoadBytes(ASSETS, 'worker.js');
  const [lit, comlink, socket] = await Promise.all(
    ['lit', 'comlink', 'reconnecting-websocket'].map(async (name) => kilobytes(await alone(name))),
  );
  return [
    {
      id: 'P13',
      what: 'first load of a page with the element',
      ours: kilobytes(page),
      bar: 22,
      unit: 'kB gzip',
      against: `lit alone ${lit}, comlink alone ${comlink}`,
    },
    {
      id: 'P13',
      what: 'the worker',
      ours: kilobytes(worker),
      bar: 10,
      unit: 'kB gzip',
      against: `comlink alone ${comlink}, reconnecting-websocket alone ${socket}`,
    },
  ];
}
