import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { ROOT } from '../../scripts/processes.mjs';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Path of the packed package. */
    tarball: string;
  }
}

/** Packs the package once for all consumers, as it was built last. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (!existsSync(join(ROOT, 'dist/log-stream.js'))) throw new Error('There is no dist: run `npm run build` first.');
  const folder = await mkdtemp(join(tmpdir(), 'log-stream-pack-'));
  const { stdout } = await promisify(execFile)('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], { cwd: ROOT });
  const [packed] = JSON.parse(stdout) as readonly { readonly filename: string }[];
  if (packed === undefined) throw new Error('npm packed nothing.');
  project.provide('tarball', join(folder, packed.filename));
  return () => rm(folder, { recursive: true, force: true });
}
