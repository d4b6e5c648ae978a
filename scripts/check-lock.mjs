// Rules about our lock files: what is installed is what was looked at, byte for byte, and comes from nowhere else.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './processes.mjs';

/** What npm writes for the tarball of a package; SHA-1, which older packages have alone, is not enough. */
const INTEGRITY = /(?:^| )sha512-[A-Za-z0-9+/]{86}==(?: |$)/;
const REGISTRY = 'https://registry.npmjs.org/';

/** Packages of other people that the package is tested in. */
const CONSUMERS = 'test/consumers';

/** The lock files. */
const LOCKS = [
  'package-lock.json',
  'docs/package-lock.json',
  'examples/dashboards/package-lock.json',
  ...readdirSync(join(ROOT, CONSUMERS))
    .map((name) => `${CONSUMERS}/${name}/package-lock.json`)
    .filter((file) => existsSync(join(ROOT, file))),
];

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
