import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A program of these tests, bundled so that plain Node runs it as a process of its own. */
export async function bundle(program: string): Promise<{ readonly file: string; remove(): Promise<void> }> {
  const cache = join(root, '.cache');
  await mkdir(cache, { recursive: true });
  // Inside the project, so that the driver, which is not bundled, is found from there.
  const outDir = await mkdtemp(join(cache, 'lmdb-child-'));
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: fileURLToPath(new URL(program, import.meta.url)),
      outDir,
      rollupOptions: { external: ['lmdb'], output: { entryFileNames: 'child.mjs' } },
    },
  });
  return { file: join(outDir, 'child.mjs'), remove: () => rm(outDir, { recursive: true, force: true }) };
}

/** A child process that answers in lines. */
export class Child {
  readonly process: ChildProcess;
  readonly lines: Interface;

  constructor(command: string, args: readonly string[]) {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    this.process = child;
    this.lines = createInterface({ input: child.stdout });
  }

  say(line: string): void {
    this.process.stdin?.write(`${line}\n`);
  }

  /** Kills it and resolves once it is gone and all it said was heard. */
  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const gone = once(this.process, 'close');
    this.process.kill('SIGKILL');
    await gone;
  }
}
