// What has to hold before a version is published: `check-release.mjs v1.2.3`.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './processes.mjs';

/** Of the changelog: what the next version brings. */
export const UNRELEASED = '## Unreleased';

/**
 * @typedef {object} Release
 * @property {string} tag
 * @property {{ readonly version: string, readonly repository?: unknown, readonly private?: boolean }} packageJson
 * @property {string} changelog
 * @property {readonly string[]} changesets Files that wait for a version.
 */

/** @param {Release} release @returns {string[]} Sentences, one for each thing that is wrong. */
export function problemsOfRelease({ tag, packageJson, changelog, changesets }) {
  const { version, repository } = packageJson;
  const problems = [];
  if (tag !== `v${version}`) problems.push(`The tag is ${tag}, but package.json has the version ${version}.`);
  if (repository === undefined) problems.push('package.json names no repository: npm refuses provenance without it.');
  if (packageJson.private === true) problems.push('package.json is private.');
  if (changesets.length > 0) problems.push(`These changesets are in no version, run npm run version:next: ${changesets.join(', ')}.`);
  if (!changelog.includes(`\n## ${version} - `)) problems.push(`CHANGELOG.md says nothing of ${version}.`);
  return problems;
}

/**
 * The changelog in which what is unreleased has a version.
 *
 * @param {string} changelog
 * @param {string} version
 * @param {Date} day
 */
export function withVersion(changelog, version, day) {
  if (!changelog.includes(`\n${UNRELEASED}\n`)) throw new Error(`CHANGELOG.md has no heading ${UNRELEASED}.`);
  return changelog.replace(`\n${UNRELEASED}\n`, `\n${UNRELEASED}\n\n## ${version} - ${day.toISOString().slice(0, 10)}\n`);
}

/** @returns {string[]} */
export function waitingChangesets() {
  return readdirSync(join(ROOT, '.changeset')).filter((file) => file.endsWith('.md') && file !== 'README.md');
}

if (import.meta.filename === process.argv[1]) {
  const problems = problemsOfRelease({
    tag: process.argv[2] ?? '',
    packageJson: JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')),
    changelog: readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'),
    changesets: waitingChangesets(),
  });
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
