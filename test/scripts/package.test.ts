// What those who install the package get. It is tested as it was built: `npm test` builds first.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { build, type Rolldown } from 'vite';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { firstLoadBytes } from '../../scripts/first-load.mjs';
import { ROOT } from '../../scripts/processes.mjs';
import { LICENSES } from '../../vite.config.ts';

const execute = promisify(execFile);

describe('the built package', () => {
  let consumer: string;

  beforeAll(async () => {
    if (!existsSync(join(ROOT, 'dist/log-stream.js'))) throw new Error('There is no dist: run `npm run build` first.');
    consumer = await mkdtemp(join(tmpdir(), 'log-stream-consumer-'));
    await mkdir(join(consumer, 'node_modules'));
    await symlink(ROOT, join(consumer, 'node_modules/log-stream'), 'junction');
    await writeFile(join(consumer, 'package.json'), '{ "type": "module" }');
  });

  afterAll(() => rm(consumer, { recursive: true, force: true }));

  /** Bundles one module as a page of a consumer would, with vite's default settings. */
  async function bundle(code: string): Promise<Map<string, string>> {
    const entry = join(consumer, 'entry.js');
    await writeFile(entry, code);
    await writeFile(join(consumer, 'index.html'), '<!doctype html><script type="module" src="./entry.js"></script>');
    const result = (await build({
      root: consumer,
      configFile: false,
      logLevel: 'error',
      build: { write: false },
    })) as Rolldown.RolldownOutput;
    return new Map(result.output.map((file) => [file.fileName, String(file.type === 'chunk' ? file.code : file.source)]));
  }

  /** A project with this package and no other: not by a link to its folder, which has all packages of the tests in it. */
  async function bareInstallation(): Promise<string> {
    const bare = await mkdtemp(join(tmpdir(), 'log-stream-bare-'));
    onTestFinished(() => rm(bare, { recursive: true, force: true }));
    await mkdir(join(bare, 'node_modules/log-stream'), { recursive: true });
    for (const name of ['dist', 'package.json']) await symlink(join(ROOT, name), join(bare, 'node_modules/log-stream', name), 'junction');
    return bare;
  }

  it('is what publint wants a package to be', async () => {
    const { messages } = await publint({ pkgDir: ROOT, pack: false, strict: true });
    expect(messages).toEqual([]);
  });

  it('gives every export to Node, where the element only must not throw', async () => {
    const entries = ['element', 'client', 'server', 'bullmq', 'pino', 'winston'];
    const names = ['log-stream', ...entries.map((name) => `log-stream/${name}`)];
    const code = `for (const name of ${JSON.stringify(names)}) console.log(name, Object.keys(await import(name)).length > 0);`;
    const { stdout } = await execute(process.execPath, ['--input-type=module', '-e', code], { cwd: consumer });
    expect(stdout.trim().split('\n')).toEqual(names.map((name) => `${name} true`));
  });

  it.each(['nodenext', 'bundler'])('has types that resolve under %s', async (resolution) => {
    const file = join(consumer, `types-${resolution}.ts`);
    const code = [
      "import 'log-stream';",
      "import { LogStreamElement } from 'log-stream/element';",
      "import { connect } from 'log-stream/client';",
      "import { createLogServer } from 'log-stream/server';",
      "import { logStreamOf } from 'log-stream/bullmq';",
      "import toPino from 'log-stream/pino';",
      "import { LogStreamTransport } from 'log-stream/winston';",
      "import 'log-stream/worker';",
      'export const element: HTMLElement = new LogStreamElement();',
      // Were one of them `any`, as an import that does not resolve is, this would not be false.
      'type IsAny<T> = 0 extends 1 & T ? true : false;',
      'export const known: [IsAny<typeof LogStreamElement>, IsAny<typeof connect>, IsAny<typeof createLogServer>] = [false, false, false];',
      'export const loggers: [IsAny<typeof toPino>, IsAny<typeof LogStreamTransport>] = [false, false];',
      'export const jobs: IsAny<typeof logStreamOf> = false;',
    ];
    await writeFile(file, code.join('\n'));
    const module = resolution === 'nodenext' ? 'nodenext' : 'esnext';
    const options = ['--ignoreConfig', '--noEmit', '--strict', '--skipLibCheck', '--lib', 'es2023,dom,dom.iterable', '--target', 'es2022'];
    const roots = ['--typeRoots', join(ROOT, 'node_modules/@types'), '--types', 'node'];
    const arguments_ = [...options, ...roots, '--module', module, '--moduleResolution', resolution, file];
    const { stdout } = await execute(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), ...arguments_]).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe('');
  });

  it('holds every file that package.json names, and neither sources nor source maps', async () => {
    const { stdout } = await execute('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], { cwd: ROOT });
    const [packed] = JSON.parse(stdout) as readonly {
      readonly size: number;
      readonly unpackedSize: number;
      readonly files: readonly { readonly path: string }[];
    }[];
    const files = new Set(packed?.files.map(({ path }) => path));
    const { exports, main, module, types, unpkg, jsdelivr, bin, customElements } = packageJson;
    const named =
      JSON.stringify([exports, main, module, types, unpkg, jsdelivr, bin, customElements]).match(/[\w./*-]+\.[a-z]+(?=")/gu) ?? [];
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => !name.startsWith('./*') && !files.has(name.replace(/^\.\//u, '')))).toEqual([]);
    expect([...files].filter((name) => /^src\/|\.map$|\.tsbuildinfo$/u.test(name))).toEqual([]);
    expect(packed?.size).toBeLessThan(600_000);
    expect(packed?.unpackedSize).toBeLessThan(1_800_000);
  });

  it('names no source map, since none is in it', async () => {
    const { stdout } = await execute('grep', ['-rl', '--include=*.js', '--include=*.ts', 'sourceMappingURL', join(ROOT, 'dist')]).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe('');
  });

  it('depends on the packages of its element alone; all others are optional', () => {
    expect(Object.keys(packageJson.dependencies)).toEqual(['comlink', 'lit', 'reconnecting-websocket']);
    expect(Object.keys(packageJson.optionalDependencies)).toEqual(['commander', 'lmdb', 'pino', 'ws']);
    const peers = Object.keys(packageJson.peerDependencies);
    expect(peers).toEqual(['@bufbuild/protobuf', '@modelcontextprotocol/sdk', 'redis', 'winston-transport']);
    expect(packageJson.peerDependenciesMeta).toEqual(Object.fromEntries(peers.map((name) => [name, { optional: true }])));
  });

  it('says in one line which packages a command or a server needs that were left out', async () => {
    const bare = await bareInstallation();
    const packageFolder = join(bare, 'node_modules/log-stream');
    const flags = ['--preserve-symlinks', '--preserve-symlinks-main'];
    const cli = await execute(process.execPath, [...flags, join(packageFolder, packageJson.bin['log-stream']), 'serve'], {
      cwd: bare,
    }).catch((error: { readonly code: number; readonly stderr: string }) => error);
    expect(cli).toMatchObject({
      code: 1,
      stderr: 'log-stream: the command needs packages that were left out of this installation: npm i commander lmdb pino ws\n',
    });
    const code = "await import('log-stream/server').catch(({ message }) => console.log(message));";
    await writeFile(join(bare, 'program.mjs'), code);
    const server = await execute(process.execPath, [...flags, 'program.mjs'], { cwd: bare });
    expect(server.stdout).toBe('The log server needs the package ws, which is not installed: npm i ws\n');
  });

  it('receives OTLP as JSON without its optional packages, and says which one protobuf needs', async () => {
    const bare = await bareInstallation();
    await symlink(join(ROOT, 'node_modules/ws'), join(bare, 'node_modules/ws'), 'junction');
    const code = `
import { createServer } from 'node:http';
import { createLogServer, openStore } from 'log-stream/server';
const logs = createLogServer({ store: await openStore('memory:'), secrets: 'a secret of 16 bytes and more' });
const server = createServer();
logs.attach(server);
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
for (const type of ['json', 'x-protobuf']) {
  const headers = { 'Content-Type': 'application/' + type, Authorization: 'Bearer ' + logs.sign('a', { write: true }) };
  const url = 'http://127.0.0.1:' + server.address().port + '/log-stream/otlp/a/v1/logs';
  const answer = await fetch(url, { method: 'POST', headers, body: type === 'json' ? '{}' : '' });
  console.log(answer.status, await answer.text());
}
process.exit(0);`;
    // Links stay links: packages are looked for beside them, not where they lead.
    await writeFile(join(bare, 'server.mjs'), code);
    const { stdout } = await execute(process.execPath, ['--preserve-symlinks', '--preserve-symlinks-main', 'server.mjs'], { cwd: bare });
    const [json, protobuf] = stdout.trim().split('\n');
    expect(json).toBe('200 {}');
    expect(protobuf).toMatch(/^415 .*npm i @bufbuild\/protobuf/u);
  });

  it('has its worker found by a bundler', async () => {
    const files = await bundle("import 'log-stream';");
    const worker = [...files.keys()].find((name) => /worker-[\w-]+\.js$/.test(name));
    expect(worker).toBeDefined();
    expect([...files].some(([name, code]) => name !== worker && code.includes(worker?.split('/').at(-1) ?? '?'))).toBe(true);
  });

  it('registers the element for who imports the package, and nothing for who imports the class', async () => {
    const code = [
      // Lit brings a registry to Node.
      "const registered = () => customElements.get('log-stream');",
      "const { LogStreamElement } = await import('log-stream/element'); console.log(registered());",
      "await import('log-stream'); console.log(registered() === LogStreamElement);",
    ];
    const { stdout } = await execute(process.execPath, ['--input-type=module', '-e', code.join('\n')], { cwd: consumer });
    expect(stdout.trim().split('\n')).toEqual(['undefined', 'true']);
  });

  it('puts no server code into a page', async () => {
    const whole = [...(await bundle("import 'log-stream';")).values()].join('\n');
    expect(/[`'"](node:|lmdb|redis)[`'"\w]|createHmac/.exec(whole)?.[0]).toBeUndefined();
  });

  it('loads nothing at first that the element imports when it is used', async () => {
    const later: string[] = [];
    for (const file of await readdir(join(ROOT, 'src/element'), { recursive: true })) {
      if (!file.endsWith('.ts')) continue;
      const source = await readFile(join(ROOT, 'src/element', file), 'utf8');
      for (const [, imported = ''] of source.matchAll(/\bimport\('(\.[^']+)'\)/gu))
        later.push(join('src/element', dirname(file), imported));
    }
    const [first = ''] = (await readdir(join(ROOT, 'dist/assets'))).filter((name) => /^element-.*\.js\.map$/u.test(name));
    const { sources } = JSON.parse(await readFile(join(ROOT, 'dist/assets', first), 'utf8')) as { readonly sources: readonly string[] };
    expect(later).toContain('src/element/tools/reader-tools.ts');
    expect(sources.some((source) => source.endsWith('src/element/element.ts'))).toBe(true);
    expect(later.filter((file) => sources.some((source) => source.endsWith(file)))).toEqual([]);
  });

  // These only ever go down: what is not needed for plain lines is loaded when it is used.
  it.each([
    ['a page', 'log-stream.js', 44_000],
    ['the worker', 'worker.js', 24_500],
    ['a page that only uses the client', 'client.js', 9_300],
  ])('loads no more for %s before the first line than it did', (_, file, budget) => {
    expect(firstLoadBytes(join(ROOT, 'dist/assets'), file)).toBeLessThanOrEqual(budget);
  });

  it('holds no development build of a library, and the licenses of the bundled packages beside the code', async () => {
    const sources = new Set<string>();
    for (const folder of ['dist', 'dist/assets']) {
      const licenses = await readFile(join(ROOT, folder, LICENSES), 'utf8');
      const bundled = new Set<string>();
      for (const name of (await readdir(join(ROOT, folder))).filter((file) => file.endsWith('.js.map'))) {
        const map = JSON.parse(await readFile(join(ROOT, folder, name), 'utf8')) as { readonly sources: readonly string[] };
        for (const source of map.sources) sources.add(source);
        const packages = map.sources.flatMap((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/u.exec(source)?.[1] ?? []);
        for (const one of packages) bundled.add(one);
        const file = name.replace(/\.map$/u, '');
        expect([file, (await readFile(join(ROOT, folder, file), 'utf8')).includes(LICENSES)]).toEqual([file, packages.length > 0]);
      }
      expect([...bundled]).toEqual(expect.arrayContaining(['comlink', 'reconnecting-websocket']));
      for (const name of bundled)
        expect(licenses).toMatch(new RegExp(`^## ${name} - \\d+\\.\\d+\\.\\d+ \\([\\w.-]+\\)\\n[^#]*(Copyright|License)`, 'mu'));
      expect(licenses).toContain('Copyright (c) 2018 Pedro Ladaria');
    }
    // What is larger, slower and warns in the console of a reader's page.
    expect([...sources].filter((source) => /node_modules\/.*\/development\//u.test(source))).toEqual([]);
  });

  it('is built to the same bytes every time', async () => {
    const once = async () => {
      const [result] = [
        await build({ root: ROOT, configFile: join(ROOT, 'vite.config.ts'), mode: 'worker', logLevel: 'error', build: { write: false } }),
      ].flat();
      if (!result || !('output' in result)) throw new Error('vite watches instead of building.');
      return result.output[0].code;
    };
    expect((await once()) === (await once())).toBe(true);
  });

  it('holds the address of no folder of the machine that built it', async () => {
    const { stdout } = await execute('grep', ['-rlF', ROOT.replace(/\/$/, ''), join(ROOT, 'dist')]).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe('');
  });
});
