// Makes a version of what has changed: changesets say how far it moves, the changelog gets its heading, and generated files name it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitingChangesets, withVersion } from './check-release.mjs';
import { ROOT, run } from './processes.mjs';

/** Not a dependency: it is needed once for each release, and has a tree of its own. It needs Node 22 or later. */
const CHANGESETS = '@changesets/cli@3.0.3';

/** @param {string} command @param {readonly string[]} args */
async function must(command, args) {
  if ((await run(command, args)) !== 0) throw new Error(`${command} ${args.join(' ')} failed.`);
}

if (waitingChangesets().length === 0) throw new Error('There is no changeset, so there is nothing to release: see .changeset/README.md.');
await must('npx', ['--yes', CHANGESETS, 'version']);
await must('npm', ['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund']);
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const changelog = join(ROOT, 'CHANGELOG.md');
writeFileSync(changelog, withVersion(readFileSync(changelog, 'utf8'), version, new Date()));
await must('node', ['scripts/manifest.mjs']);
console.log(`Version ${version}: read the changes, commit them, and push the tag v${version}.`);
