import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The environment in which programs of node_modules are found by name, also when npm has not set it up. */
export function toolEnvironment() {
  return { ...process.env, PATH: `${join(ROOT, 'node_modules/.bin')}${delimiter}${process.env['PATH'] ?? ''}` };
}

/**
 * Runs a program of node_modules/.bin or PATH in the package's folder, with our output as its own.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {object} [options]
 * @param {NodeJS.ProcessEnv} [options.env] Added to the environment.
 * @param {number} [options.longest] After so many ms the program and what it started are ended.
 * @param {boolean} [options.aside] Something else runs at the same time: print the output in one piece when the program has ended.
 * @param {(text: string) => void} [options.observe] Receives the output too, as it is printed.
 * @returns {Promise<number>} The exit code; 1 for a signal.
 */
export function run(command, args, { env = {}, longest = 0, aside = false, observe } = {}) {
  return new Promise((resolve, reject) => {
    // A group of its own, so that browsers and servers which it started end with it.
    const group = longest > 0 && process.platform !== 'win32';
    const piped = aside || observe !== undefined ? 'pipe' : 'inherit';
    const child = spawn(command, args, {
      cwd: ROOT,
      stdio: ['ignore', piped, piped],
      env: { ...toolEnvironment(), ...env },
      shell: process.platform === 'win32',
      detached: group,
    });
    /** @type {Buffer[]} */
    const output = [];
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (/** @type {Buffer} */ data) => {
        if (aside) output.push(data);
        else process.stdout.write(data);
        observe?.(data.toString());
      });
    const kill = (/** @type {NodeJS.Signals} */ signal) => {
      if (child.pid === undefined || child.exitCode !== null) return;
      if (group) process.kill(-child.pid, signal);
      else child.kill(signal);
    };
    const late = setTimeout(
      () => {
        console.log(`${command} was ended: it was not done after ${longest / 60_000} minutes.`);
        kill('SIGKILL');
      },
      longest || 2 ** 31 - 1,
    );
    const interrupted = () => kill('SIGINT');
    const terminated = () => kill('SIGTERM');
    process.on('SIGINT', interrupted).on('SIGTERM', terminated);
    const done = () => {
      clearTimeout(late);
      process.off('SIGINT', interrupted).off('SIGTERM', terminated);
    };
    child.once('error', (error) => {
      done();
      reject(error);
    });
    child.once(piped === 'pipe' ? 'close' : 'exit', (code) => {
      done();
      process.stdout.write(Buffer.concat(output));
      resolve(code ?? 1);
    });
  });
}
