// Programs that the tests need and npm does not bring: installed where that is allowed and expected, else named.
import { existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { findProgram } from './browsers.mjs';
import { bold, yellow } from './terminal.mjs';

/** @typedef {'chromium' | 'redis'} Requirement */

const ABOUT = {
  chromium: { debian: 'chromium', mac: 'brew install --cask chromium', else: 'install Chromium or Chrome', variable: 'CHROME_PATH' },
  redis: { debian: 'redis-server', mac: 'brew install redis', else: 'install Redis 7 or Valkey', variable: 'REDIS_SERVER_PATH' },
};

/**
 * The executables of what is asked for. On Debian and as root the missing ones are installed first, which is said.
 *
 * @param {readonly Requirement[]} wanted
 * @returns {Record<Requirement, string | undefined>}
 */
export function requirePrograms(wanted) {
  const missing = wanted.filter((name) => findProgram(name) === undefined);
  if (missing.length > 0 && mayInstall()) install(missing.map((name) => ABOUT[name].debian));
  const found = { chromium: findProgram('chromium'), redis: findProgram('redis') };
  for (const name of wanted)
    if (!found[name]) console.log(yellow(`${name} is missing; ${adviceFor(name)}, or set ${ABOUT[name].variable}.`));
  return found;
}

/** @param {Requirement} name */
function adviceFor(name) {
  if (process.platform === 'darwin') return `to run its tests: ${ABOUT[name].mac}`;
  if (existsSync('/usr/bin/apt-get')) return `to run its tests: sudo apt-get install -y ${ABOUT[name].debian}`;
  return `to run its tests, ${ABOUT[name].else}`;
}

function mayInstall() {
  return process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

/** @param {readonly string[]} packages */
function install(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const commands = [['update'], ['install', '-y', '--no-install-recommends', ...packages]];
  for (const args of commands) {
    console.log(bold(`apt-get ${args.join(' ')}`));
    const { status } = spawnSync('apt-get', ['-qq', ...args], { stdio: ['ignore', 'inherit', 'inherit'], env, timeout: 300_000 });
    // A failed update may leave lists that are good enough; whether the program is there is looked at afterwards in any case.
    if (status !== 0) console.log(yellow(`apt-get ${args[0]} ended with ${status ?? 'a time-out'}.`));
  }
}
