// Rules about our lock files: what is installed is what was looked at, byte for byte, and comes from nowhere else.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './processes.mjs';

/** What npm writes for the tarball of a package; SHA-1, which older packages have alone, is not enough. */
const INTEGRITY = /(?:^| )sha512-[A-Za-z0-9+/]{86}==(?: |$)/;
const REGISTRY = 'https://registry.npmjs.org/';

/** The lock files: of the package, and of the site of its documentation. */
const LOCKS = ['package-lock.json', 'docs/package-lock.json'];

/**
 * @param {{ packages?: Record<string, { integrity?: string, resolved?: string, link?: boolean }> }} lock
 * @param {string} [file] What it is called in messages.
 * @returns {string[]} Sentences, one for each thing that is wrong.
 */
export function problemsOfLock({ packages = {} }, file = 'package-lock.json') {
  const problems = [];
  for (const [name, { integrity = '', resolved, link }] of Object.entries(packages)) {
    // The package itself, and one of ours that is linked, are not fetched.
    if (name === '' || link === true) continue;
    if (!INTEGRITY.test(integrity))
      problems.push(`${file} has no SHA-512 integrity for ${name}: remove its entry and run npm install --package-lock-only.`);
    if (resolved !== undefined && !resolved.startsWith(REGISTRY))
      problems.push(`${file} takes ${name} from ${resolved}, not from ${REGISTRY}.`);
  }
  return problems;
}

/** @returns {string[]} */
export function checkLock() {
  return LOCKS.flatMap((file) => problemsOfLock(JSON.parse(readFileSync(join(ROOT, file), 'utf8')), file));
}
