// Writes custom-elements.json and docs/ELEMENT.md from the TSDoc of the element.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cli } from '@custom-elements-manifest/analyzer/cli.js';
import { format, resolveConfig } from 'prettier';
import { documentOf } from './manifest/document.mjs';
import { ROOT } from './processes.mjs';

/** @returns {Promise<import('./manifest/manifest-types.d.ts').Manifest>} */
export async function analyze() {
  const manifest = await cli({ argv: ['analyze', '--quiet'], cwd: ROOT, noWrite: true });
  return /** @type {import('./manifest/manifest-types.d.ts').Manifest} */ (manifest);
}

/** @returns {Promise<Map<string, string>>} What the sources say now: contents by file. */
export async function generate() {
  const manifest = await analyze();
  const element = manifest.modules[0]?.declarations[0];
  if (element === undefined) throw new Error('The manifest has no element.');
  const files = { 'custom-elements.json': JSON.stringify(manifest), 'docs/ELEMENT.md': documentOf(element) };
  const formatted = Object.entries(files).map(async ([file, text]) => {
    const filepath = join(ROOT, file);
    return /** @type {const} */ ([file, await format(text, { ...(await resolveConfig(filepath)), filepath })]);
  });
  return new Map(await Promise.all(formatted));
}

if (import.meta.filename === process.argv[1])
  for (const [file, text] of await generate()) {
    writeFileSync(join(ROOT, file), text);
    console.log(`Wrote ${file}.`);
  }
