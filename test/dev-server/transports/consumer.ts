import { spawn } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { packageRoot } from '../../../src/server/util/package-root.ts';
import { CommandProcess, temporaryFolder } from '../support.ts';

const ROOT = packageRoot();
const INSTALLED = ['log-stream', 'pino', 'winston'];

/** A program that has this package and logging libraries installed; it is killed after the test. */
export async function startProgram(code: string, env: Readonly<Record<string, string>> = {}): Promise<CommandProcess> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'node_modules'));
  for (const name of INSTALLED)
    await symlink(name === 'log-stream' ? ROOT : join(ROOT, 'node_modules', name), join(folder, 'node_modules', name), 'junction');
  await writeFile(join(folder, 'program.mjs'), code);
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, ['program.mjs'], { cwd: folder, env: { PATH, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return new CommandProcess(child);
}
