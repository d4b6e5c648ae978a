import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { ROOT } from '../../scripts/processes.mjs';
import { Tabs } from '../tabs/driver.ts';
import { shownRows } from '../tabs/site.ts';
import { patience } from '../tabs/stage.ts';
import { Consumer } from './consumer.ts';
import { freePort, start } from './program.ts';

let tabs: Tabs;
beforeAll(async () => {
  tabs = await Tabs.launch();
});
afterAll(() => tabs.close());

const QUIETLY = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];

/** An empty folder in which the package has been installed as it was packed, and others by their names. */
async function installed(...args: readonly string[]): Promise<Consumer> {
  const consumer = await Consumer.empty();
  await consumer.run('npm', ['install', ...QUIETLY, inject('tarball'), ...args]);
  return consumer;
}

/** A log server of the consumer's own, with its logs on disk, and what it says of itself. */
class Served {
  readonly url: string;
  readonly #consumer: Consumer;

  private constructor(consumer: Consumer, url: string) {
    this.#consumer = consumer;
    this.url = url;
  }

  static async start(consumer: Consumer): Promise<Served> {
    const port = await freePort();
    consumer.variables['PORT'] = String(port);
    await start(consumer, 'npx log-stream serve', new RegExp(`http://127\\.0\\.0\\.1:${port}/`, 'u'));
    return new Served(consumer, `http://127.0.0.1:${port}/log-stream`);
  }

  async append(channel: string, text: string): Promise<number> {
    const topic = await this.#sign(channel, '--write');
    const answer = await fetch(`${this.url}/topics/${channel}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${topic}` },
      body: text,
    });
    return answer.status;
  }

  async read(channel: string): Promise<string> {
    const headers = { Accept: 'text/plain', Authorization: `Bearer ${await this.#sign(channel)}` };
    return (await fetch(`${this.url}/topics/${channel}`, { headers })).text();
  }

  async sockets(): Promise<number> {
    const metrics = await fetch(`${this.url}/metrics`, { headers: { Authorization: `Bearer ${await this.#sign('--metrics')}` } });
    return Number(/^log_stream_sockets (\d+)$/mu.exec(await metrics.text())?.[1]);
  }

  async #sign(...args: readonly string[]): Promise<string> {
    return (await this.#consumer.run('npx', ['log-stream', 'sign', ...args])).trim();
  }
}

describe('npm install log-stream', () => {
  it('brings a command whose server takes and gives lines, and a server for programs of your own', async () => {
    const consumer = await installed();
    const served = await Served.start(consumer);
    expect(await served.append('build:1', 'one\ntwo\n')).toBe(200);
    expect(await served.read('build:1')).toBe('one\ntwo\n');
    expect(await consumer.run('npx', ['log-stream', 'run', '--', 'echo', 'from a command'])).toContain('from a command');
    const program = [
      "import { createLogServer, openStore } from 'log-stream/server';",
      "const logs = createLogServer({ store: await openStore('lmdb:./own'), secrets: 'a secret of 16 bytes and more' });",
      "await logs.writer('a').write('line\\n');",
      'console.log(logs.stats().topics, logs.sign("a").includes("--"));',
      'await logs.close();',
      'process.exit();',
    ];
    await writeFile(join(consumer.folder, 'own.mjs'), program.join('\n'));
    expect(await consumer.run('node', ['own.mjs'])).toMatch(/ true\n$/u);
  });
});

describe('npm install --omit=optional log-stream', () => {
  it('brings what pages need and nothing else, and says what the server and the command need besides', async () => {
    const consumer = await installed('--omit=optional');
    const found = await readdir(join(consumer.folder, 'node_modules'));
    const brought = ['@lit', '@lit-labs', '@types', 'comlink', 'lit', 'lit-element', 'lit-html', 'log-stream', 'reconnecting-websocket'];
    expect(found.filter((name) => !name.startsWith('.')).sort()).toEqual(brought);
    await consumer.run('node', ['--input-type=module', '-e', "await import('log-stream'); await import('log-stream/client');"]);
    await expect(consumer.run('node', ['--input-type=module', '-e', "await import('log-stream/server');"])).rejects.toThrow(/npm i ws$/mu);

    const refusal = await consumer.run('npx', ['log-stream', 'serve']).catch((error: Error) => error.message);
    const [, ...packages] = /npm i( [\w -]+)$/mu.exec(refusal)?.[1]?.split(' ') ?? [];
    await consumer.run('npm', ['install', ...QUIETLY, ...packages]);
    const served = await Served.start(consumer);
    expect(await served.append('build:1', 'line\n')).toBe(200);
    const withRedis = ['log-stream', 'serve', '--store', 'redis://127.0.0.1', '--port', String(await freePort())];
    await expect(consumer.run('npx', withRedis)).rejects.toThrow(/npm i redis$/mu);
  });
});

describe('the README', () => {
  it('leads from an empty folder to a log in a page of your own, with one socket for two tabs', async () => {
    const section = /^## In your own page$([^]*?)^## /mu.exec(await readFile(join(ROOT, 'README.md'), 'utf8'))?.[1] ?? '';
    const blocks = [...section.matchAll(/^```(\w+)\n([^]*?)^```$/gmu)].map(([, language = '', code = '']) => ({ language, code }));
    const [install, sign, page, config] = blocks.map(({ code }) => code);
    expect(blocks.map(({ language }) => language)).toEqual(['sh', 'sh', 'html', 'js']);
    expect(install).toBe('npm install log-stream vite\n');

    const consumer = await installed('vite@8.3');
    const served = await Served.start(consumer);
    await served.append('build:42', 'line 1\nline 2\n');
    await consumer.run('sh', ['-c', sign ?? '']);
    await writeFile(join(consumer.folder, 'index.html'), page ?? '');
    await writeFile(join(consumer.folder, 'vite.config.mjs'), config?.replace('http://127.0.0.1:8787', new URL(served.url).origin) ?? '');
    const address = await start(consumer, `npx vite --port ${await freePort()} --strictPort`, /http:\/\/localhost:\d+\//u);

    const opened = await tabs.openMany(address, 2);
    for (const rows of [2, 3]) {
      if (rows === 3) await served.append('build:42', 'line 3\n');
      for (const tab of opened) {
        await tab.bringToFront();
        const expected = Array.from({ length: rows }, (_, at) => `${at + 1}: line ${at + 1}`);
        await vi.waitFor(async () => expect(await shownRows(tab)).toEqual(expected), patience);
      }
    }
    expect(tabs.sharedWorkers()).toHaveLength(1);
    expect(await served.sockets()).toBe(1);
    expect(tabs.takeProblems()).toEqual([]);
  });
});
