import { execFile } from 'node:child_process';
import { access, readFile, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { withoutSecrets } from './environment.ts';

/** ms to wait for the name of the default browser. */
const QUERY_TIMEOUT = 3_000;
/** Folders of sandboxed packages, whose programs see few of the user's files. */
const SANDBOX_PATH = /\/(?:snap|snapd|flatpak)\//u;

/** Whether the default browser can read files of the user: a sandboxed browser, or one of Windows under WSL, cannot. */
export async function canBrowserReadFiles(env: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  if (await isWsl(env)) return false;
  const named = env['BROWSER']?.split(':')[0]?.trim().split(/\s+/u)[0];
  if (named !== undefined && named !== '') return !(await isSandboxed(await pathOf(named, env)));
  const entry = await defaultEntry(env);
  if (entry === undefined) return true;
  return !(await isSandboxed(entry)) && !startsSandboxed(await readFile(entry, 'utf8').catch(() => ''));
}

async function isWsl(env: NodeJS.ProcessEnv): Promise<boolean> {
  if (env['WSL_DISTRO_NAME'] !== undefined) return true;
  return /microsoft/iu.test(await readFile('/proc/version', 'utf8').catch(() => ''));
}

/** Whether a program or desktop entry belongs to a sandboxed package. `/snap/bin/NAME` is a link to `snap` itself. */
async function isSandboxed(path: string | undefined): Promise<boolean> {
  if (path === undefined) return false;
  const real = await realpath(path).catch(() => path);
  return [path, real].some((name) => SANDBOX_PATH.test(name) || name.endsWith('/bin/snap') || name.endsWith('/bin/flatpak'));
}

function startsSandboxed(entry: string): boolean {
  return entry.split('\n').some((line) => line.startsWith('Exec=') && (SANDBOX_PATH.test(line) || /\b(?:flatpak|snap) run\b/u.test(line)));
}

/** The desktop entry of the user's default browser. */
async function defaultEntry(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const query = promisify(execFile)('xdg-settings', ['get', 'default-web-browser'], { timeout: QUERY_TIMEOUT, env: withoutSecrets(env) });
  const name = (await query.catch(() => ({ stdout: '' }))).stdout.trim();
  if (!/^[\w.@+-]+\.desktop$/u.test(name)) return undefined;
  const home = env['XDG_DATA_HOME'] || join(homedir(), '.local/share');
  const folders = [home, ...(env['XDG_DATA_DIRS'] || '/usr/local/share:/usr/share').split(delimiter)];
  const known = [...folders, join(home, 'flatpak/exports/share'), '/var/lib/flatpak/exports/share', '/var/lib/snapd/desktop'];
  return firstExisting(known.map((folder) => join(folder, 'applications', name)));
}

async function pathOf(command: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (isAbsolute(command)) return command;
  return firstExisting((env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, command)));
}

async function firstExisting(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const exists = await access(path).then(
      () => true,
      () => false,
    );
    if (exists) return path;
  }
  return undefined;
}
