// Bundles the pages of the benchmarks, with everything a viewer needs.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

export const VIEWERS = /** @type {const} */ (['ours', 'xterm', 'virtualizer', 'bare']);

/** @typedef {typeof VIEWERS[number]} Viewer */

const SOURCES = fileURLToPath(new URL('.', import.meta.url));

/** @returns {Promise<{ readonly folder: string, remove(): Promise<void> }>} A temporary folder with a script for each viewer. */
export async function buildPages() {
  const folder = await mkdtemp(join(tmpdir(), 'log-stream-bench-pages-'));
  await build({
    configFile: false,
    logLevel: 'error',
    root: SOURCES,
    publicDir: false,
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2022',
      modulePreload: false,
      cssCodeSplit: true,
      assetsInlineLimit: Infinity,
      rolldownOptions: {
        input: Object.fromEntries(VIEWERS.map((name) => [name, join(SOURCES, `${name}.ts`)])),
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js', assetFileNames: '[name].css' },
      },
    },
  });
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
