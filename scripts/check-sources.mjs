// Rules about the sources that no linter has: which part may import which, how long a file may be, and that no rule is switched off.
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { ROOT } from './processes.mjs';

/** Longer files are two files. */
const MAX_LINES = 400;

/**
 * What each part may import: our own parts, and packages. The longest matching folder counts.
 *
 * @type {Record<string, { parts: readonly string[], packages: readonly (string | RegExp)[] }>}
 */
const PARTS = {
  'src/protocol': { parts: [], packages: [] },
  'src/worker': { parts: ['src/protocol'], packages: ['comlink', 'reconnecting-websocket'] },
  'src/element': { parts: ['src/protocol', 'src/worker'], packages: [/^lit(\/|$)/] },
  'src/server': { parts: ['src/protocol'], packages: [/^node:/, 'ws'] },
  'src/server/stores': { parts: ['src/protocol', 'src/server'], packages: [/^node:/, 'lmdb', 'redis'] },
  'src/conformance': { parts: ['src/protocol'], packages: [/^node:/, 'ws'] },
  'src/dev-server': { parts: ['src/protocol', 'src/server', 'src/conformance'], packages: [/^node:/, 'commander', 'pino', 'ws'] },
  'src/dev-server/console': { parts: ['src/protocol', 'src/worker', 'src/element'], packages: [/^lit(\/|$)/] },
};

/** A store is loaded when it is chosen, so that nobody needs the driver of another one. */
const ALSO = { 'src/server': ['src/server/stores'], 'src/dev-server': ['src/server/stores'] };

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b[^;'"`]*?\bfrom\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;
const SWITCHED_OFF = /(?:oxlint|eslint)-disable|@ts-(?:ignore|nocheck|expect-error)|prettier-ignore/;

/** @param {string} file Relative to the package's folder, with `/`. */
function partOf(file) {
  return Object.keys(PARTS)
    .filter((part) => file.startsWith(`${part}/`))
    .sort((a, b) => b.length - a.length)[0];
}

/**
 * @param {string} file
 * @param {string} text
 * @returns {string[]} Sentences, one for each thing that is wrong.
 */
export function problemsOf(file, text) {
  const problems = [];
  const lines = text.split('\n').length - 1;
  if (lines > MAX_LINES) problems.push(`${file} has ${lines} lines; above ${MAX_LINES} it has more than one purpose: split it.`);
  if (SWITCHED_OFF.test(text)) problems.push(`${file} switches a rule off; mend the code instead.`);
  const part = partOf(file);
  if (part === undefined) return problems;
  for (const match of text.matchAll(IMPORT)) {
    const target = match[1] ?? match[2] ?? match[3];
    if (target !== undefined) problems.push(...importProblems(file, part, target));
  }
  return problems;
}

/** @param {string} file @param {string} part @param {string} target */
function importProblems(file, part, target) {
  const rule = PARTS[part];
  if (!rule) return [];
  if (!target.startsWith('.')) {
    const allowed = rule.packages.some((name) => (typeof name === 'string' ? name === target : name.test(target)));
    return allowed ? [] : [`${file} imports ${target}, which ${part} must do without.`];
  }
  const problems = /\.(ts|css|html|svg)$/.test(target) ? [] : [`${file} imports ${target} without the ending .ts.`];
  const other = partOf(posix.join(posix.dirname(file), target));
  const allowed = [part, ...rule.parts, ...(ALSO[/** @type {keyof typeof ALSO} */ (part)] ?? [])];
  if (other === undefined || !allowed.includes(other)) {
    problems.push(`${file} imports ${target}, but ${part} may import only ${allowed.join(', ')}.`);
  }
  return problems;
}

/** @returns {string[]} */
export function checkSources() {
  return ['src', 'test', 'scripts', 'bench'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
      .filter((file) => /\.(ts|mjs)$/.test(file) && file !== 'scripts/check-sources.mjs' && file !== 'test/scripts/check-sources.test.ts')
      .flatMap((file) => problemsOf(file, readFileSync(join(ROOT, file), 'utf8'))),
  );
}
