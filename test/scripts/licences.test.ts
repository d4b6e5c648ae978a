import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { packageOf, thirdPartyLicences } from '../../scripts/licences.mjs';

async function packages(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'log-stream-licences-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

it('takes a module for part of the innermost package it lies in, and our own for part of none', () => {
  expect(packageOf('/here/node_modules/lit/html.js')).toBe('/here/node_modules/lit');
  expect(packageOf('/here/node_modules/@lit/reactive-element/css-tag.js')).toBe('/here/node_modules/@lit/reactive-element');
  expect(packageOf('/here/node_modules/outer/node_modules/inner/index.js')).toBe('/here/node_modules/outer/node_modules/inner');
  expect(packageOf('C:\\here\\node_modules\\lit\\html.js')).toBe('C:/here/node_modules/lit');
  expect(packageOf('/here/src/worker/worker.ts')).toBeUndefined();
});

it('gives every licence word for word, with its package and version, in an order that does not change', async () => {
  const folder = await packages({
    'one/package.json': '{ "name": "one", "version": "1.2.3", "license": "MIT" }',
    'one/LICENSE': 'Copyright (c) One\n',
    'two/package.json': '{ "name": "@some/two", "version": "4.0.0", "license": "Apache-2.0" }',
    'two/licence.md': 'Copyright (c) Two\n',
  });
  const text = thirdPartyLicences([join(folder, 'one'), join(folder, 'two')]);
  expect(text).toContain('one 1.2.3 (MIT)\n\nCopyright (c) One\n');
  expect(text).toContain('@some/two 4.0.0 (Apache-2.0)\n\nCopyright (c) Two\n');
  expect(thirdPartyLicences([join(folder, 'two'), join(folder, 'one')])).toBe(text);
});

it('refuses a package without a licence to give away with it', async () => {
  const folder = await packages({ 'none/package.json': '{ "name": "none", "version": "1.0.0" }', 'none/README.md': 'MIT, trust us' });
  expect(() => thirdPartyLicences([join(folder, 'none')])).toThrow(/none has no file LICENSE/u);
});
