// The declarations that a package needs: those its entries name, and what these import.
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/** A relative module in `from '…'`, `import '…'` or `import('…')`. */
const IMPORT = /\b(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/gu;

/**
 * @param {string} folder Where the compiler put all declarations.
 * @param {readonly string[]} entries Files in it, such as `server/index.d.ts`.
 * @returns {Map<string, string>} Contents by file.
 */
export function declarationsOf(folder, entries) {
  /** @type {Map<string, string>} */
  const found = new Map();
  const open = [...entries];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (found.has(file)) continue;
    const text = readFileSync(join(folder, file), 'utf8');
    found.set(file, text);
    for (const [, target = ''] of text.matchAll(IMPORT)) open.push(posix.join(posix.dirname(file), target).replace(/\.[jt]s$/u, '.d.ts'));
  }
  return found;
}
