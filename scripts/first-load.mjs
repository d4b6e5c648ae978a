// How much a page loads before it shows a log.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/**
 * A script and everything it imports before it runs; what it loads later, on demand, does not count.
 *
 * @param {string} folder
 * @param {string} name
 * @param {Set<string>} [seen]
 */
function firstLoad(folder, name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  const code = readFileSync(join(folder, name), 'utf8');
  for (const match of code.matchAll(/(?:\bfrom|\bimport)\s*["'`]\.\/([^"'`]+\.js)["'`]/g)) if (match[1]) firstLoad(folder, match[1], seen);
  return seen;
}

/**
 * The bytes of all that, each file compressed by itself with gzip.
 *
 * @param {string} folder
 * @param {string} name
 */
export function firstLoadBytes(folder, name) {
  return [...firstLoad(folder, name)].reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file)), { level: 9 }).length, 0);
}
