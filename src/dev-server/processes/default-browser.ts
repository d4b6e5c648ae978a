import { execFile } from 'node:child_process';
import { access, readFile, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { withoutSecrets } from './environment.ts';

/** ms that a system gets to name its browser. */
const QUERY_TIMEOUT = 3_000;
/** Where packages of these kinds put what starts a program; from there it sees few files of its user. */
const CONFINED = /\/(?:snap|snapd|flatpak)\//u;

/** Whether the browser that opens pages here can read files of this directory: one in a box of its own, or of Windows, cannot. */
export async function canBrowserReadFiles(env: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  if (await isWsl(env)) return false;
  const named = env['BROWSER']?.split(':')[0]?.trim().split(/\s+/u)[0];
  if (named !== undefined && named !== '') return !(await isConfined(await pathOf(named, env)));
  const entry = await defaultEntry(env);
  if (entry === undefined) return true;
  return !(await isConfined(entry)) && !startsConfined(await readFile(entry, 'utf8').catch(() => ''));
}

async function isWsl(env: NodeJS.ProcessEnv): Promise<boolean> {
  if (env['WSL_DISTRO_NAME'] !== undefined) return true;
  return /microsoft/iu.test(await readFile('/proc/version', 'utf8').catch(() => ''));
}

/** Whether a program, or what starts it, is part of a package in a box. `/snap/bin/NAME` is a link to `snap` itself. */
async function isConfined(path: string | undefined): Promise<boolean> {
  if (path === undefined) return false;
  const real = await realpath(path).catch(() => path);
  return [path, real].some((name) => CONFINED.test(name) || name.endsWith('/bin/snap') || name.endsWith('/bin/flatpak'));
}

function startsConfined(entry: string): boolean {
  return entry.split('\n').some((line) => line.startsWith('Exec=') && (CONFINED.test(line) || /\b(?:flatpak|snap) run\b/u.test(line)));
}

/** The desktop entry of the browser that this user has chosen. */
async function defaultEntry(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const asked = promisify(execFile)('xdg-settings', ['get', 'default-web-browser'], { timeout: QUERY_TIMEOUT, env: withoutSecrets(env) });
  const name = (await asked.catch(() => ({ stdout: '' }))).stdout.trim();
  if (!/^[\w.@+-]+\.desktop$/u.test(name)) return undefined;
  const home = env['XDG_DATA_HOME'] || join(homedir(), '.local/share');
  const folders = [home, ...(env['XDG_DATA_DIRS'] || '/usr/local/share:/usr/share').split(delimiter)];
  const known = [...folders, join(home, 'flatpak/exports/share'), '/var/lib/flatpak/exports/share', '/var/lib/snapd/desktop'];
  return firstThere(known.map((folder) => join(folder, 'applications', name)));
}

async function pathOf(command: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (isAbsolute(command)) return command;
  return firstThere((env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, command)));
}

async function firstThere(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return undefined;
}
