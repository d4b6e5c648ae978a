// `npm start`: builds, then serves the console page, which begins by running that build once more as its first job. The server prints
// the address to open last: with the token in it, which lets the browser in.
// `npm run dev` (--watch) builds again on every change, and starts the server again when its own code changed.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { ROOT, run, toolEnvironment } from './processes.mjs';
import { bold, red } from './terminal.mjs';

const rest = process.argv.slice(2);
const watching = rest.includes('--watch');
const options = rest.filter((argument) => argument !== '--watch');

const build = async () => (await run('node', ['scripts/build.mjs'])) === 0;

/** Without what npm set for this script: a job of the page, which may run npm itself, is started as from a shell. */
function plainEnvironment() {
  return Object.fromEntries(Object.entries(toolEnvironment()).filter(([name]) => !/^npm_/i.test(name)));
}

function serve() {
  return spawn('node', ['dist/lib/dev-server/cli.js', 'serve', '--job', 'npm run build', ...options], {
    cwd: ROOT,
    stdio: 'inherit',
    env: plainEnvironment(),
  });
}

/** @type {import('node:child_process').ChildProcess} */
let server;
let restarting = false;

function start() {
  server = serve();
  server.once('exit', (code) => {
    if (!restarting) process.exit(code ?? 1);
  });
}

// The server ends in its own time and we end with it. A terminal sends Ctrl-C to both, and the server must not hear it twice.
process.on('SIGTERM', () => server?.kill('SIGTERM'));
process.on('SIGINT', () => process.stdin.isTTY || server?.kill('SIGINT'));

/** What the server process has loaded: it is started again only when this is another. */
function serverCode() {
  const digest = createHash('sha256');
  for (const name of readdirSync(join(ROOT, 'dist/lib'), { recursive: true, encoding: 'utf8' }).sort()) {
    if (name.endsWith('.js')) digest.update(readFileSync(join(ROOT, 'dist/lib', name)));
  }
  return digest.digest('hex');
}

async function restart() {
  restarting = true;
  server.kill('SIGTERM');
  await new Promise((resolve) => server.once('exit', resolve));
  restarting = false;
  start();
}

/** One build at a time; changes during a build make one more. */
function rebuildOnChange() {
  let changed = false;
  let busy = false;
  /** @type {NodeJS.Timeout | undefined} */
  let soon;
  const rebuild = async () => {
    if (busy) return;
    busy = true;
    while (changed) {
      changed = false;
      const before = serverCode();
      if ((await build()) && serverCode() !== before) await restart();
    }
    busy = false;
  };
  watch(join(ROOT, 'src'), { recursive: true }, () => {
    changed = true;
    clearTimeout(soon);
    // Editors write a file in several steps.
    soon = setTimeout(() => void rebuild(), 80);
  });
}

if (await build()) {
  start();
  if (watching) rebuildOnChange();
} else {
  console.error(red(`Nothing is served: ${bold('npm run build')} failed, see above.`));
  process.exitCode = 1;
}
