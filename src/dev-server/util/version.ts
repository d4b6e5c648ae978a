import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../server/util/package-root.ts';

/** The version in package.json. */
export function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown';
}
