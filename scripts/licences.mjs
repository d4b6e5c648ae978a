// The licences of the packages whose code is in dist: their notices have to go wherever the code goes.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The file that holds them, beside the code. */
export const LICENCES = 'THIRD-PARTY-LICENSES.txt';

/**
 * The folder of the package a module is part of; undefined for our own.
 *
 * @param {string} id
 */
export function packageOf(id) {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/u.exec(id.replaceAll('\\', '/'))?.[0];
}

/**
 * Throws for a package that says nothing of its licence: its code may not be given away.
 *
 * @param {Iterable<string>} folders
 * @returns {string}
 */
export function thirdPartyLicences(folders) {
  const parts = [...folders].map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.(md|txt))?$/iu.test(entry));
    if (file === undefined) throw new Error(`${name} has no file LICENSE, which has to be given away with its code: do without ${name}.`);
    return { name: String(name), text: `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n` };
  });
  parts.sort((one, other) => (one.name < other.name ? -1 : 1));
  const rule = `\n${'-'.repeat(80)}\n\n`;
  return `The browser build of log-stream holds code of these packages.\n${rule}${parts.map(({ text }) => text).join(rule)}`;
}
