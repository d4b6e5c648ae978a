// Programs that the tests need and npm does not bring: installed where that is allowed and expected, else named.
import { existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { findProgram } from './browsers.mjs';
import { bold, yellow } from './terminal.mjs';

/** @typedef {'chromium' | 'redis' | 'firefox' | 'webkit' | 'xvfb'} Requirement */
/** @typedef {'firefox' | 'webkit'} OtherEngine Tested in where it is installed; CI installs both. */

/** @type {Record<Requirement, { debian: string, mac?: string, else?: string, variable: string }>} */
const ABOUT = {
  chromium: { debian: 'chromium', mac: 'brew install --cask chromium', else: 'install Chromium or Chrome', variable: 'CHROME_PATH' },
  redis: { debian: 'redis-server', mac: 'brew install redis', else: 'install Redis 7 or Valkey', variable: 'REDIS_SERVER_PATH' },
  firefox: { debian: 'firefox-esr', variable: 'FIREFOX_PATH' },
  webkit: { debian: 'webkit2gtk-driver', variable: 'WEBKIT_DRIVER_PATH' },
  xvfb: { debian: 'xvfb', variable: 'XVFB_PATH' },
};

/** @type {Record<OtherEngine, { title: string, needs: readonly Requirement[] }>} */
const OTHER_ENGINES = {
  firefox: { title: 'Firefox', needs: ['firefox'] },
  // WebKitGTK has no headless mode.
  webkit: { title: 'WebKitGTK', needs: ['webkit', 'xvfb'] },
};

/** Every program that some test uses. */
export const ALL_PROGRAMS = /** @type {Requirement[]} */ (Object.keys(ABOUT));

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
  for (const name of /** @type {OtherEngine[]} */ (Object.keys(OTHER_ENGINES))) {
    const { title, needs } = OTHER_ENGINES[name];
    const packages = needs.map((need) => ABOUT[need].debian).join(' ');
    if (canRun(name, env)) present.push(name);
    else advice.push(`nothing is tested in ${title}, which is not installed. On Debian: sudo apt-get install -y ${packages}`);
  }
  return { present, advice };
}

/** @param {OtherEngine} name @param {NodeJS.ProcessEnv} env */
function canRun(name, env) {
  const hasDisplay = Boolean(env['DISPLAY'] ?? env['WAYLAND_DISPLAY']);
  return OTHER_ENGINES[name].needs.every((need) => (need === 'xvfb' && hasDisplay) || findProgram(need, env) !== undefined);
}

/**
 * The executables of the programs named. On Debian and as root the missing ones are installed first, which is printed.
 *
 * @param {readonly Requirement[]} wanted
 * @returns {Partial<Record<Requirement, string>>}
 */
export function requirePrograms(wanted) {
  const missing = wanted.filter((name) => findProgram(name) === undefined);
  if (missing.length > 0 && mayInstall()) install(missing.map((name) => ABOUT[name].debian));
  /** @type {Partial<Record<Requirement, string>>} */
  const found = {};
  for (const name of wanted) {
    const path = findProgram(name);
    if (path === undefined) console.log(yellow(`${name} is missing; ${adviceFor(name)}, or set ${ABOUT[name].variable}.`));
    else found[name] = path;
  }
  return found;
}

/** @param {Requirement} name */
function adviceFor(name) {
  const { debian, mac, else: elsewhere = `install ${name}` } = ABOUT[name];
  if (process.platform === 'darwin' && mac !== undefined) return `to run its tests: ${mac}`;
  if (existsSync('/usr/bin/apt-get')) return `to run its tests: sudo apt-get install -y ${debian}`;
  return `to run its tests, ${elsewhere}`;
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
