import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder of this package: the nearest one above this file with a package.json named `log-stream`. Sources and emitted
 * files are at different depths, so that a fixed relative path would suit only one of them.
 *
 * @throws {Error} When there is none, as in a bundle of server code.
 */
export function packageRoot(): string {
  const start = dirname(fileURLToPath(import.meta.url));
  for (let folder = start; ; folder = dirname(folder)) {
    if (isOurs(join(folder, 'package.json'))) return folder;
    if (dirname(folder) === folder) {
      throw new Error(
        `No package.json of log-stream above ${start}: leave log-stream out of the server's bundle, or pass the paths yourself.`,
      );
    }
  }
}

function isOurs(file: string): boolean {
  if (!existsSync(file)) return false;
  const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'name' in manifest && manifest.name === 'log-stream';
}
