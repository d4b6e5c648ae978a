import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { BUILD } from '../../src/worker/tab-messages.ts';

const ASSETS = fileURLToPath(new URL('../../dist/assets/', import.meta.url));

/** The browser build in a folder of its own, in which `change` may do as it likes; removed with the test. */
export async function assetsWith(change: (folder: string) => Promise<unknown>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'log-stream-assets-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await cp(ASSETS, folder, { recursive: true });
  await change(folder);
  return folder;
}

/** The browser build as another version of the package, or only those of its files that are named. */
export function assetsOfBuild(build: string, files?: readonly string[]): Promise<string> {
  return assetsWith(async (folder) => {
    let stamped = 0;
    for (const name of (await readdir(folder)).filter((file) => file.endsWith('.js') && (files?.includes(file) ?? true))) {
      const code = await readFile(join(folder, name), 'utf8');
      const other = code.replaceAll(BUILD, build);
      if (other === code) continue;
      stamped += 1;
      await writeFile(join(folder, name), other);
    }
    if (stamped < (files?.length ?? 2)) throw new Error(`Only ${stamped} files of the browser build say which build they are.`);
  });
}
