// Writes what is known of the element from its TSDoc: for readers, editors, frameworks and agents.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cli } from '@custom-elements-manifest/analyzer/cli.js';
import { format, resolveConfig } from 'prettier';
import { agentGuides } from './manifest/agent-guides.mjs';
import { documentOf } from './manifest/document.mjs';
import { editorData } from './manifest/editor-data.mjs';
import { frameworkTypes } from './manifest/framework-types.mjs';
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
  const { version, exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const files = {
    'custom-elements.json': JSON.stringify(manifest),
    'docs/ELEMENT.md': documentOf(element),
    ...frameworkTypes(element),
    ...editorData(element, version),
    ...agentGuides(element, exports),
  };
  const formatted = Object.entries(files).map(async ([file, text]) => {
    const filepath = join(ROOT, file);
    // Prettier has no name for a text that is Markdown.
    const parser = file.endsWith('.txt') ? { parser: 'markdown' } : {};
    return /** @type {const} */ ([file, await format(text, { ...(await resolveConfig(filepath)), filepath, ...parser })]);
  });
  return new Map(await Promise.all(formatted));
}

if (import.meta.filename === process.argv[1])
  for (const [file, text] of await generate()) {
    mkdirSync(dirname(join(ROOT, file)), { recursive: true });
    writeFileSync(join(ROOT, file), text);
    console.log(`Wrote ${file}.`);
  }
