// Rules about each package-lock.json: what is installed is what was looked at, byte for byte, and comes from nowhere else.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './processes.mjs';

/** What npm writes for the tarball of a package; SHA-1, which older packages have alone, is not enough. */
const INTEGRITY = /(?:^| )sha512-[A-Za-z0-9+/]{86}==(?: |$)/;
const LOCK = 'package-lock.json';
const REGISTRY = 'https://registry.npmjs.org/';

/**
 * @param {{ packages?: Record<string, { integrity?: string, resolved?: string, link?: boolean, inBundle?: boolean }> }} lock
 * @param {string} [file]
 * @returns {string[]} Sentences, one for each thing that is wrong.
 */
export function problemsOfLock({ packages = {} }, file = LOCK) {
  const problems = [];
  for (const [name, { integrity = '', resolved, link, inBundle }] of Object.entries(packages)) {
    // The package itself, and one of ours that is linked, are not fetched; a bundled one is in the tarball of another.
    if (name === '' || link === true || inBundle === true) continue;
    if (!INTEGRITY.test(integrity))
      problems.push(`${file} has no SHA-512 integrity for ${name}: remove its entry and run npm install --package-lock-only.`);
    if (resolved !== undefined && !resolved.startsWith(REGISTRY))
      problems.push(`${file} takes ${name} from ${resolved}, not from ${REGISTRY}.`);
  }
  return problems;
}

/** Folders that hold projects of their own, which tests and the documentation install; test/consumers holds others in turn. */
const HOLDERS = ['.', 'examples', 'test', 'test/consumers'];

/** The lock files of this package, and of the projects in it. @returns {string[]} */
function lockFiles() {
  const projects = HOLDERS.flatMap((holder) =>
    readdirSync(join(ROOT, holder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
      .map(({ name }) => join(holder, name, LOCK)),
  );
  return [LOCK, ...projects.filter((file) => existsSync(join(ROOT, file)))];
}

/** @returns {string[]} */
export function checkLock() {
  return lockFiles().flatMap((file) => problemsOfLock(JSON.parse(readFileSync(join(ROOT, file), 'utf8')), file));
}
