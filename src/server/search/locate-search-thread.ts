import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * The script of the threads that search: beside this file, as source or built, or else, where this file was bundled, in the
 * installed package. Undefined if it is in neither place.
 */
export function locateSearchThread(): string | undefined {
  const beside = fileURLToPath(new URL(`./search-thread${EXTENSION}`, import.meta.url));
  if (existsSync(beside)) return beside;
  try {
    return createRequire(import.meta.url).resolve('log-stream/server/search-thread');
  } catch {
    return undefined;
  }
}

/** Of this file: sources run as they are in tests. */
const EXTENSION = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
