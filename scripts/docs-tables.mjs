// Writes the tables of docs/operating.md that come from the sources: node scripts/docs-tables.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { runnerImport } from 'vite';
import { ROOT } from './processes.mjs';

const DOCUMENT = join(ROOT, 'docs/operating.md');
const OPTIONS = join(ROOT, 'src/server/config/options.ts');
const SETTINGS = join(ROOT, 'src/server/config/settings.ts');

const BEGIN = '<!-- Generated from src/server/config/options.ts: run node scripts/docs-tables.mjs rather than edit this. -->';
const END = '<!-- End of the generated table. -->';

const OPTION = /\/\*\*([^]*?)\*\/\s*readonly (\w+)\??:/g;

/**
 * The options of an interface, in order: name, description, and what `@default` says.
 *
 * @param {string} source A TypeScript module.
 * @param {string} name The interface.
 */
export function optionsOf(source, name) {
  const body = new RegExp(`interface ${name} \\{\\n([^]*?)\\n\\}`).exec(source)?.[1];
  if (body === undefined) throw new Error(`There is no interface ${name}.`);
  return [...body.matchAll(OPTION)].map(([, comment = '', option = '']) => {
    const text = comment
      .replace(/^\s*\*? ?/gm, ' ')
      .replace(/\s+/g, ' ')
      .trim();
    const [description = '', tag = ''] = text.split(/\s*@default\s*/);
    return { option, description, tag };
  });
}

/**
 * A default as people write it, in the unit that the description begins with.
 *
 * @param {number | undefined} value
 * @param {string} description
 */
function inWords(value, description) {
  if (value === undefined) return 'off';
  const [first = ''] = description.split('. ');
  if (first.includes('in ms')) return `${value / 1_000} s`;
  if (!first.includes('in bytes')) return value.toLocaleString('en-US');
  const mebi = 1_024 * 1_024;
  return value % mebi === 0 ? `${value / mebi} MiB` : `${value / 1_024} KiB`;
}

/**
 * docs/operating.md with its tables as the sources have them.
 *
 * @param {Readonly<Record<string, number | undefined>>} defaults
 * @returns {Promise<string>}
 */
export async function operatingPage(defaults) {
  const page = readFileSync(DOCUMENT, 'utf8');
  const from = page.indexOf(BEGIN);
  const to = page.indexOf(END);
  if (from === -1 || to < from) throw new Error(`${DOCUMENT} has no place for the table of limits.`);
  const rows = optionsOf(readFileSync(OPTIONS, 'utf8'), 'ServerLimits').map(
    ({ option, description }) => `| \`${option}\` | ${inWords(defaults[option], description)} | ${description} |`,
  );
  const table = ['| option | default | what it bounds |', '| --- | --- | --- |', ...rows].join('\n');
  const made = `${page.slice(0, from)}${BEGIN}\n\n${table}\n\n${page.slice(to)}`;
  return format(made, { ...(await resolveConfig(DOCUMENT)), parser: 'markdown' });
}

if (import.meta.filename === process.argv[1]) {
  /** @type {{ module: typeof import('../src/server/config/settings.ts') }} */
  const { module } = await runnerImport(SETTINGS, { configFile: false, logLevel: 'error' });
  writeFileSync(DOCUMENT, await operatingPage({ ...module.DEFAULT_LIMITS }));
}
