// Finds the programs that the tests drive. Nothing is downloaded or installed here: scripts/requirements.mjs does that, and says so.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/**
 * @typedef {object} Program
 * @property {readonly string[]} variables Environment variables that name the executable; one that is set but does not run is an error.
 * @property {readonly string[]} names Names looked for on PATH.
 * @property {readonly string[]} places Fixed places.
 */

/** @type {Record<'chromium' | 'firefox' | 'webkit' | 'xvfb' | 'redis', Program>} */
const PROGRAMS = {
  chromium: {
    variables: ['CHROME_PATH', 'PUPPETEER_EXECUTABLE_PATH', 'CHROME_BIN'],
    names: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome', 'microsoft-edge'],
    places: [
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
      'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
      'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
      'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
    ],
  },
  firefox: {
    variables: ['FIREFOX_PATH'],
    names: ['firefox', 'firefox-esr'],
    places: ['/Applications/Firefox.app/Contents/MacOS/firefox', 'C:\\Program Files\\Mozilla Firefox\\firefox.exe'],
  },
  webkit: { variables: ['WEBKIT_DRIVER_PATH'], names: ['WebKitWebDriver'], places: ['/usr/bin/WebKitWebDriver'] },
  xvfb: { variables: ['XVFB_PATH'], names: ['Xvfb'], places: [] },
  redis: { variables: ['REDIS_SERVER_PATH'], names: ['redis-server', 'valkey-server'], places: [] },
};

/** Without these Chromium refuses to start as root, or spends its first seconds looking up hosts that tests never need. */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  // /dev/shm of a container is often too small.
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * The executable of a program, or undefined when the machine has none.
 *
 * @param {keyof typeof PROGRAMS} name
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | undefined}
 * @throws {Error} When an environment variable names an executable that does not run.
 */
export function findProgram(name, env = process.env) {
  const { variables, names, places } = PROGRAMS[name];
  for (const variable of variables) {
    const named = env[variable];
    if (!named) continue;
    if (!answers(named, name)) throw new Error(`${variable} is set to ${named}, which does not run; correct it or unset it.`);
    return named;
  }
  const onPath = (env['PATH'] ?? '').split(delimiter).flatMap((folder) => names.map((file) => join(folder, file)));
  const byName = names.flatMap((file) => onPath.filter((path) => path.endsWith(`/${file}`)));
  const cached = name === 'chromium' ? downloadedChromiums() : [];
  return [...byName, ...places, ...cached].find((path) => isExecutable(path) && answers(path, name));
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * A distribution may put a stub on PATH that only says how to install the browser: it has to answer.
 *
 * @param {string} path
 * @param {string} name
 */
function answers(path, name) {
  // Neither of these has --version: Xvfb would start a display, the driver would listen.
  if (name === 'xvfb' || name === 'webkit') return isExecutable(path);
  // On Windows `--version` opens a window instead of answering.
  if (process.platform === 'win32') return existsSync(path);
  const { status } = spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 20_000 });
  return status === 0;
}

/** What Playwright and Puppeteer have downloaded before, newest first. */
function downloadedChromiums() {
  const inside = [
    'chrome-linux/chrome',
    'chrome-linux64/chrome',
    'chrome-headless-shell-linux64/chrome-headless-shell',
    'chrome-linux/headless_shell',
    'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
    'chrome-win/chrome.exe',
    'chrome-win64/chrome.exe',
  ];
  const roots = [
    process.env['PLAYWRIGHT_BROWSERS_PATH'] ?? join(homedir(), '.cache/ms-playwright'),
    join(homedir(), 'Library/Caches/ms-playwright'),
    join(homedir(), 'AppData/Local/ms-playwright'),
    join(process.env['PUPPETEER_CACHE_DIR'] ?? join(homedir(), '.cache/puppeteer'), 'chrome'),
  ];
  return roots
    .filter((root) => existsSync(root))
    .flatMap((root) => {
      const versions = readdirSync(root).sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
      return versions.flatMap((version) => inside.map((file) => join(root, version, file)));
    });
}
