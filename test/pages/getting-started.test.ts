// docs/getting-started.md, done word for word: only the packages are already there, and ports are free ones.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { packageRoot } from '../../src/server/util/package-root.ts';
import { Tabs } from '../tabs/driver.ts';
import { shownRows, shownState } from '../tabs/site.ts';
import { patience } from '../tabs/stage.ts';
import { codeBlocks } from './markdown.ts';

const ROOT = packageRoot();
const blocks = codeBlocks('docs/getting-started.md');

let folder: string;
/** Of the log server, in place of 8787. */
let port: number;
let tabs: Tabs;
const ending: (() => void)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'log-stream-guide-'));
  port = await freePort();
  tabs = await Tabs.launch();
});

afterAll(async () => {
  for (const end of ending) end();
  await tabs.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** The shell block that holds a text, as a person would copy it. */
function shell(part: string): string {
  const found = blocks.find(({ info, code }) => info === 'sh' && code.includes(part));
  return found?.code ?? expect.fail(`The guide has no shell block with ${part}.`);
}

/** Writes the last or the first block for a file. */
async function write(file: string, which: 'first' | 'last', change = (code: string) => code): Promise<void> {
  const all = blocks.filter((block) => block.file === file);
  const block = which === 'first' ? all[0] : all.at(-1);
  await writeFile(join(folder, file), change(block?.code ?? expect.fail(`The guide does not say what ${file} is.`)));
}

/** What `npm install` would have made of the package and what it needs: the package as it is published, the rest as it is here. */
async function install(): Promise<void> {
  const modules = join(folder, 'node_modules');
  const own = join(modules, 'log-stream');
  await mkdir(own, { recursive: true });
  const { stdout } = await promisify(execFile)('npm', ['pack', '--ignore-scripts', '--pack-destination', folder, '--json'], { cwd: ROOT });
  const [packed] = JSON.parse(stdout) as readonly { readonly filename: string }[];
  await promisify(execFile)('tar', ['-xzf', join(folder, packed?.filename ?? ''), '--strip-components=1', '-C', own]);
  const here = join(ROOT, 'node_modules');
  for (const name of await readdir(here)) if (!name.startsWith('.')) await symlink(join(here, name), join(modules, name), 'junction');
  await mkdir(join(modules, '.bin'));
  await symlink(join(here, 'vite/bin/vite.js'), join(modules, '.bin/vite'));
  await writeFile(join(modules, '.bin/log-stream'), `#!/bin/sh\nexec node "${own}/dist/lib/dev-server/cli.js" "$@"\n`, { mode: 0o755 });
}

/** Runs a shell block until the test is over; what it has printed so far. */
function start(code: string): () => string {
  const child = spawn('sh', ['-c', code], { cwd: folder, env: environment(), detached: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  ending.push(() => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
  });
  return () => output;
}

/** Of the variables that are set here, none may say where the command's data is. */
function environment(): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, PORT: String(port), NO_COLOR: '1' };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: found } = server.address() as AddressInfo;
  server.close();
  return found;
}

describe('docs/getting-started.md', () => {
  it('leads from an empty folder to a live log in a page, and to one socket for two tabs', async () => {
    expect(shell('npm init').trim().split('\n')).toEqual(['npm init -y', 'npm install log-stream vite']);
    await promisify(execFile)('npm', ['init', '-y'], { cwd: folder, env: environment() });
    await install();

    const served = start(shell('log-stream serve'));
    await vi.waitFor(() => expect(served()).toContain(`http://127.0.0.1:${port}/`), patience);
    start(shell('log-stream append'));
    await promisify(execFile)('sh', ['-c', shell('log-stream sign')], { cwd: folder, env: environment() });

    await write('index.html', 'first');
    await write('main.js', 'first');
    await write('vite.config.mjs', 'first', (code) => code.replace(':8787', `:${port}`));
    const vite = start(`${shell('npx vite').trim()} --port ${await freePort()} --strictPort`);
    const [address] = await vi.waitFor(() => {
      const match = /http:\/\/localhost:\d+\//u.exec(vite());
      return match ?? expect.fail(vite());
    }, patience);

    const page = await tabs.open(address);
    await page.bringToFront();
    await vi.waitFor(async () => expect(await shownState(page)).toBe('live'), patience);
    await vi.waitFor(async () => expect((await shownRows(page)).slice(0, 2)).toEqual(['1: tick 1', '2: tick 2']), patience);

    await write('main.js', 'last');
    await page.reload();
    const second = await tabs.open(address);
    for (const tab of [page, second]) await vi.waitFor(async () => expect(await tab.title()).toBe('2 tabs, 1 socket'), patience);
    expect(tabs.takeProblems()).toEqual([]);
  });

  it('says of every block of code that is no command which file it is', () => {
    const files = blocks.filter(({ info }) => info !== 'sh').map(({ file }) => file);
    expect(files).toEqual(['index.html', 'main.js', 'vite.config.mjs', 'main.js', 'next.config.mjs', 'app/log.jsx']);
  });
});
