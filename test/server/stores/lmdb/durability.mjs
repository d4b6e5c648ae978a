// `npm run test:durability -- --rounds 1000`: a process that appends is killed at random moments, and everything that was
// acknowledged has to be on disk each time.
import { pathToFileURL } from 'node:url';
import { runnerImport } from 'vite';

/** @type {{ module: typeof import('./lmdb-child.ts') }} */
const { module } = await runnerImport(new URL('./lmdb-child.ts', import.meta.url).pathname, { configFile: false, logLevel: 'error' });
// Bundled like the program it kills: the driver is loaded when a store is opened, which is too late for what vite imports.
const [writer, main] = await Promise.all([module.bundle('./lmdb-writer.ts'), module.bundle('./lmdb-durability.ts')]);
try {
  /** @type {typeof import('./lmdb-durability.ts')} */
  const { durability } = await import(pathToFileURL(main.file).href);
  process.exitCode = await durability(process.argv.slice(2), writer.file);
} finally {
  await Promise.all([writer.remove(), main.remove()]);
}
