import { copyFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Tabs } from '../tabs/driver.ts';
import { Consumer } from './consumer.ts';
import { FileServer, type FileServerOptions } from './file-server.ts';
import { logsAt, visitTwice, type Visit } from './visit.ts';

let tabs: Tabs;
beforeAll(async () => {
  tabs = await Tabs.launch();
});
afterAll(() => tabs.close());

/** Opens a page of a folder that is served beside a log server. Every file it asks for has to be there, except those named. */
async function visit(folder: string, page = '', missing: readonly string[] = [], options: FileServerOptions = {}): Promise<Visit> {
  const files = await FileServer.start(folder, options);
  const logs = await logsAt(files.server);
  const seen = await visitTwice(tabs, logs, `${files.origin}/${page}`);
  expect([...new Set(files.missing)]).toEqual(missing);
  return seen;
}

/** One worker and one socket, and not a word. */
const SHARED: Visit = { workers: 1, sockets: 1, matches: [2, 2], advice: [[], []], complaints: [] };
/** The log all the same, and one piece of advice in each tab. */
const ALONE: Visit = { workers: 0, sockets: 2, matches: [0, 0], advice: [[expect.any(String)], [expect.any(String)]], complaints: [] };

describe('a page that is built by', () => {
  it.each([
    { by: 'Vite', name: 'vite', root: 'dist' },
    { by: 'webpack', name: 'webpack', root: '' },
    { by: 'Parcel, as it comes', name: 'parcel', root: 'dist' },
    { by: 'Parcel, with package exports', name: 'parcel', root: 'dist', extra: { '@parcel/resolver-default': { packageExports: true } } },
    { by: 'Next, with Turbopack', name: 'next', root: 'out' },
    { by: 'Astro', name: 'astro', root: 'dist' },
  ])('$by has a worker that is emitted once and shared by two tabs, as is their socket', async ({ name, root, extra }) => {
    const consumer = await Consumer.install(name, extra);
    await consumer.run('npm', ['run', 'build']);
    expect(await consumer.workersIn(root || 'dist')).toHaveLength(1);
    expect(await visit(join(consumer.folder, root))).toEqual(SHARED);
  });

  it('Vite may enforce Trusted Types', async () => {
    const consumer = await Consumer.install('vite');
    await consumer.run('npm', ['run', 'build']);
    const policy = "default-src 'self'; require-trusted-types-for 'script'; trusted-types lit-html log-stream";
    const served = { headers: { 'Content-Security-Policy': policy } };
    expect(await visit(join(consumer.folder, 'dist'), '', [], served)).toEqual(SHARED);
  });

  it.each(['esbuild', 'rollup'])('%s lacks the worker, until the file is copied that the console names', async (name) => {
    const consumer = await Consumer.install(name);
    await consumer.run('npm', ['run', 'build']);
    expect(await consumer.workersIn('dist')).toEqual([]);
    const seen = await visit(consumer.folder, '', ['/dist/worker.js']);
    // The browser itself complains about the file, which is tried again: an attempt may be under way.
    expect(seen).toEqual({ ...ALONE, complaints: expect.any(Array), workers: expect.any(Number) });
    const said = /^log-stream: There is no worker at http:\/\/[^/]+(?<path>\S+) \(HTTP 404\).* Copy (?<file>\S+) there/u;
    const { file = '', path = '' } = said.exec(seen.advice[0]?.[0] ?? '')?.groups ?? {};
    await copyFile(join(consumer.folder, file), join(consumer.folder, path));
    expect(await visit(consumer.folder)).toEqual(SHARED);
  });
});

describe('a page that nothing has built', () => {
  it.each([
    ['the browser build of node_modules', ''],
    ['the modules of node_modules, by an import map', 'modules.html'],
  ])('shares the worker and the socket of two tabs, with %s', async (_, page) => {
    const consumer = await Consumer.install('plain');
    expect(await visit(consumer.folder, page)).toEqual(SHARED);
  });

  it('shows the log with the browser build of another host, and shares a worker once the file is copied that the console names', async () => {
    const consumer = await Consumer.install('plain');
    await symlink('node_modules', join(consumer.folder, 'npm'), 'junction');
    const cdn = await FileServer.start(consumer.folder, { headers: { 'Access-Control-Allow-Origin': '*' } });
    const fromCdn = (html: string): string => html.replace('https://cdn.test', cdn.origin);
    const seen = await visit(consumer.folder, 'cdn.html', [], { change: fromCdn });
    // A dedicated worker has no origin that the server would have to admit.
    expect(seen).toEqual({ ...ALONE, matches: [2, 2] });
    const said = /^log-stream: The worker \S+ is not of .* Copy (?<file>\S+) to .* as in (?<tag><log-stream worker-url="\/(?<name>\S+)">)/u;
    const { file = '', tag = '', name = '' } = said.exec(seen.advice[0]?.[0] ?? '')?.groups ?? {};
    await copyFile(join(consumer.folder, file), join(consumer.folder, name));
    const named = (html: string): string => fromCdn(html).replace('<log-stream>', tag);
    expect(await visit(consumer.folder, 'cdn.html', [], { change: named })).toEqual(SHARED);
  });
});
