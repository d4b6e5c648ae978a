import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inject, onTestFinished } from 'vitest';
import { ROOT } from '../../scripts/processes.mjs';

const execute = promisify(execFile);

/** Longest time of an install or a build, ms. */
const LONGEST = 280_000;
/** How much of a failed command's output is told, characters. */
const TOLD = 4_000;
/** The variables of the test runner and npm. */
const FOREIGN = /^(?:npm_|VITEST|NODE_ENV$|TEST$|DEV$|PROD$|MODE$|BASE_URL$|SSR$|LOG_STREAM_|FORCE_COLOR$)/iu;
const PLAIN = { CI: 'true', NO_COLOR: '1', NEXT_TELEMETRY_DISABLED: '1', ASTRO_TELEMETRY_DISABLED: '1' };
/** What only the worker has: the copies of it are counted by this. */
const WORKER_MARK = 'DedicatedWorkerGlobalScope';

/** A package of somebody else that uses this one. It lies outside of the repository, so that it finds only what it has installed. */
export class Consumer {
  readonly folder: string;
  /** What is set in the environment of its programs. */
  readonly variables: Record<string, string> = {};

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** An empty folder; removed with the test, or when `atEnd` calls what it is given. */
  static async empty(atEnd: (remove: () => Promise<void>) => void = onTestFinished): Promise<Consumer> {
    const folder = await mkdtemp(join(tmpdir(), 'log-stream-consumer-'));
    atEnd(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    return new Consumer(folder);
  }

  /** A folder of `examples` as a reader would run it: what its lock file names, and this package, installed as it was packed. */
  static async example(name: string, atEnd?: (remove: () => Promise<void>) => void): Promise<Consumer> {
    const consumer = await Consumer.empty(atEnd);
    await cp(join(ROOT, 'examples', name), consumer.folder, { recursive: true, filter: (path) => !path.endsWith('node_modules') });
    const quietly = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
    await consumer.run('npm', ['ci', ...quietly]);
    await consumer.run('npm', ['install', ...quietly, inject('tarball')]);
    return consumer;
  }

  /**
   * One of the folders beside this file, with exactly the packages that its lock file names, and this package as it was packed. A
   * tarball has another checksum after each change, so no lock file can name it.
   */
  static async install(name: string, extra: Readonly<Record<string, unknown>> = {}): Promise<Consumer> {
    const consumer = await Consumer.empty();
    await cp(fileURLToPath(new URL(name, import.meta.url)), consumer.folder, {
      recursive: true,
      filter: (path) => !path.endsWith('node_modules'),
    });
    await consumer.run('npm', ['ci', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund']);
    const packageFile = join(consumer.folder, 'package.json');
    const packageJson = JSON.parse(await readFile(packageFile, 'utf8')) as object;
    await writeFile(packageFile, JSON.stringify({ ...packageJson, ...extra }));
    await consumer.unpack();
    return consumer;
  }

  /** The environment of a person who installs and builds: without what the test runner and npm have put into ours. */
  get environment(): NodeJS.ProcessEnv {
    const own = Object.entries(process.env).filter(([name]) => !FOREIGN.test(name));
    return { ...Object.fromEntries(own), ...PLAIN, ...this.variables };
  }

  /** Where this package is, once it is installed. */
  get package(): string {
    return join(this.folder, 'node_modules/log-stream');
  }

  async unpack(): Promise<void> {
    await mkdir(this.package, { recursive: true });
    await this.run('tar', ['-xzf', inject('tarball'), '--strip-components=1', '-C', this.package]);
  }

  /**
   * @returns What it printed.
   * @throws {Error} With the end of the output when it fails.
   */
  async run(command: string, args: readonly string[]): Promise<string> {
    const options = { cwd: this.folder, env: this.environment, timeout: LONGEST, maxBuffer: 64 * 1024 * 1024 };
    try {
      return (await execute(command, args, options)).stdout;
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      throw new Error(`${[command, ...args].join(' ')} failed:\n${`${stdout}\n${stderr}`.slice(-TOLD)}`, { cause: error });
    }
  }

  /** The files of the worker that a build has emitted into a folder. */
  async workersIn(output: string): Promise<string[]> {
    const found: string[] = [];
    for (const entry of await readdir(join(this.folder, output), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.m?js$/u.test(entry.name)) continue;
      if ((await readFile(join(entry.parentPath, entry.name), 'utf8')).includes(WORKER_MARK)) found.push(entry.name);
    }
    return found;
  }
}
