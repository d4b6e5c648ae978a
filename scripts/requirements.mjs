// Programs that the tests need and npm does not bring: installed where that is allowed and expected, else named.
import { existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { findProgram } from './browsers.mjs';
import { bold, yellow } from './terminal.mjs';

/** @typedef {'chromium' | 'redis'} Requirement */
/** @typedef {'firefox' | 'webkit'} OtherEngine Tested in where it is installed; nobody has to have it. */

const ABOUT = {
  chromium: { debian: 'chromium', mac: 'brew install --cask chromium', else: 'install Chromium or Chrome', variable: 'CHROME_PATH' },
  redis: { debian: 'redis-server', mac: 'brew install redis', else: 'install Redis 7 or Valkey', variable: 'REDIS_SERVER_PATH' },
};

/** @type {Record<OtherEngine, { title: string, debian: string }>} */
const OTHER_ENGINES = {
  firefox: { title: 'Firefox', debian: 'firefox-esr' },
  webkit: { title: 'WebKitGTK', debian: 'webkit2gtk-driver xvfb' },
};

/**
 * The engines besides Chromium that can be tested in, and for each of the others what to do to have it tested, too.
 *
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {{ present: OtherEngine[], advice: string[] }}
 */
export function otherEngines(env = process.env) {
  /** @type {OtherEngine[]} */
  const present = [];
  /** @type {string[]} */
  const advice = [];
  for (const [name, { title, debian }] of /** @type {[OtherEngine, { title: string, debian: string }][]} */ (
    Object.entries(OTHER_ENGINES)
  )) {
    if (canRun(name, env)) present.push(name);
    else advice.push(`nothing is tested in ${title}, which is not installed: sudo apt-get install -y ${debian}, where there is Debian.`);
  }
  return { present, advice };
}

/** @param {OtherEngine} name @param {NodeJS.ProcessEnv} env */
function canRun(name, env) {
  if (findProgram(name, env) === undefined) return false;
  // WebKitGTK has no headless mode.
  return name !== 'webkit' || Boolean(env['DISPLAY'] ?? env['WAYLAND_DISPLAY']) || findProgram('xvfb', env) !== undefined;
}

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
