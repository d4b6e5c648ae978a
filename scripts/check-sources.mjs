// Rules about the sources that no linter has: which package and which room may import which, what a file is named after, that each
// exported type has a name of its own, and that no rule is switched off. How long a file may be is oxlint's `max-lines`.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, posix } from 'node:path';
import { ROOT } from './processes.mjs';

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
  'src/server/otlp': { parts: ['src/protocol', 'src/server'], packages: ['@bufbuild/protobuf/wire', 'node:timers/promises'] },
  'src/conformance': { parts: ['src/protocol'], packages: [/^node:/, 'ws'] },
  'src/dev-server': {
    parts: ['src/protocol', 'src/server', 'src/conformance'],
    packages: [/^node:/, /^@modelcontextprotocol\/sdk\//, 'commander', 'pino', 'winston-transport', 'ws'],
  },
  'src/dev-server/console': { parts: ['src/protocol', 'src/worker', 'src/element'], packages: [/^lit(\/|$)/] },
};

/** A store is loaded when it is chosen, so that the driver of another one is not needed; protobuf when the first export comes. */
const ALSO = { 'src/server': ['src/server/stores', 'src/server/otlp'], 'src/dev-server': ['src/server/stores'] };

/**
 * The rooms of a package from the lowest to the highest: each imports only from rooms before it. A folder stands for all in it that has
 * no longer entry. docs/ARCHITECTURE.md says what lives where.
 *
 * @type {Record<string, readonly string[]>}
 */
const ROOMS = {
  'src/worker': [
    'platform',
    'diagnosis',
    'doubling.ts',
    'api.ts',
    'session/timing.ts',
    'session/view-state.ts',
    'session/lines',
    'session/events.ts',
    'session/socket',
    'session/subscription',
    'session/registry',
    'session/http-fallback',
    'session/history-requests.ts',
    'session/subscription-settler.ts',
    'session/frame-dispatcher.ts',
    'session/session.ts',
    'http',
    'queries',
    'scan',
    'debug',
    'tab-messages.ts',
    'host',
    'tab',
    'client.ts',
    'worker.ts',
  ],
  'src/element': [
    'util',
    'outcome.ts',
    'strings.ts',
    'events.ts',
    'reflecting-element.ts',
    'state-reflection.ts',
    'status',
    'styles',
    'terminal',
    'log-binding.ts',
    'viewport/text',
    'viewport/levels',
    'viewport/lines',
    'viewport/long-lines',
    'viewport/groups',
    'viewport/layout',
    'viewport/folds',
    'viewport/rows',
    'viewport/input',
    'viewport/frame',
    'viewport',
    'attributes.ts',
    'remembered.ts',
    'element-parts.ts',
    'tools/queries-of.ts',
    'tools/actions.ts',
    'tools/strings.ts',
    'tools/lines',
    'tools/messages',
    'tools/selection',
    'tools/current',
    'tools/keyboard',
    'tools/copy',
    'tools/download',
    'tools/entries',
    'tools/levels',
    'tools/find',
    'tools/live-region',
    'tools/go-to',
    'tools/help',
    'tools/notify',
    'tools/permalink',
    'tools/topic',
    'tools/groups',
    'tools/ruler',
    'tools/toolbar',
    'tools',
    'tools-loader.ts',
    'early-keys.ts',
    'element-model.ts',
    'template.ts',
    'element.ts',
    'log-stream.ts',
  ],
  'src/server': [
    'util',
    'lines',
    'store.ts',
    'features.ts',
    'sealed-page-cache.ts',
    'problem.ts',
    'log',
    'stores/marks',
    'stores',
    'stores/lmdb',
    'stores/redis',
    'stores/memory-store.ts',
    'stores/open-store.ts',
    'search/scan',
    'search',
    'live',
    'access',
    'metrics',
    'config',
    'retainer.ts',
    'append/unfinished-line',
    'append',
    'otlp',
    'ws',
    'context.ts',
    'http/core',
    'http/routes',
    'http',
    'create-log-server.ts',
    'index.ts',
  ],
  'src/dev-server': [
    'console',
    'util',
    'terminal',
    'config',
    'data',
    'log',
    'access',
    'client',
    'processes',
    'cli',
    'follow',
    'read',
    'mcp/access',
    'mcp/tools',
    'mcp',
    'producer',
    'transports',
    'jobs',
    'http',
    'server',
    'commands',
    'cli.ts',
  ],
};

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b[^;'"`]*?\bfrom\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;
const SWITCHED_OFF = /(?:oxlint|eslint)-disable|@ts-(?:ignore|nocheck|expect-error)|prettier-ignore/;
const EXPORTED_CLASS = /^export (?:abstract )?class (\w+)(?: extends (\w+))?/gm;
const EXPORTED_TYPE = /^export (?:abstract )?(?:class|interface|type) (\w+)/gm;

/** @param {string} file @param {readonly string[]} folders The longest one that a file is in, or is. */
function longestOf(file, folders) {
  return folders.filter((folder) => file === folder || file.startsWith(`${folder}/`)).sort((a, b) => b.length - a.length)[0];
}

/** @param {string} file Relative to the package's folder, with `/`. */
const partOf = (file) => longestOf(file, Object.keys(PARTS));

/** @param {string} file */
function roomOf(file) {
  const home = longestOf(file, Object.keys(ROOMS));
  const rooms = home === undefined ? undefined : ROOMS[home];
  if (home === undefined || rooms === undefined) return undefined;
  const name = longestOf(file.slice(home.length + 1), rooms);
  return { home, name, floor: name === undefined ? -1 : rooms.indexOf(name) };
}

/**
 * @param {string} file
 * @param {string} text
 * @returns {string[]} Sentences, one for each thing that is wrong.
 */
export function problemsOf(file, text) {
  const problems = [];
  if (SWITCHED_OFF.test(text)) problems.push(`${file} switches a rule off; mend the code instead.`);
  const part = partOf(file);
  if (part === undefined) return problems;
  const room = roomOf(file);
  if (room !== undefined && room.name === undefined) problems.push(`${file} is in no room of ${room.home}: name it in ROOMS.`);
  for (const match of text.matchAll(IMPORT)) {
    const target = match[1] ?? match[2] ?? match[3];
    if (target !== undefined) problems.push(...importProblems(file, part, target));
  }
  problems.push(...nameProblems(file, text));
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
  const path = posix.join(posix.dirname(file), target);
  const other = partOf(path);
  const allowed = [part, ...rule.parts, ...(ALSO[/** @type {keyof typeof ALSO} */ (part)] ?? [])];
  if (other === undefined || !allowed.includes(other)) {
    problems.push(`${file} imports ${target}, but ${part} may import only ${allowed.join(', ')}.`);
  }
  const [from, to] = [roomOf(file), roomOf(path)];
  if (from?.name !== undefined && to?.name !== undefined && from.home === to.home && to.floor > from.floor) {
    problems.push(`${file} imports ${target}, but the room ${to.name} is above ${from.name}.`);
  }
  return problems;
}

/** A file with one class is named after it, or after its last words. @param {string} file @param {string} text */
function nameProblems(file, text) {
  const classes = [...text.matchAll(EXPORTED_CLASS)].filter(
    ([, name = '', base = '']) => !name.endsWith('Error') && !base.endsWith('Error'),
  );
  const name = classes[0]?.[1];
  if (classes.length !== 1 || name === undefined) return [];
  const words = name.replace(/(?<=[a-z\d])(?=[A-Z])/g, '-').toLowerCase();
  const own = basename(file, '.ts');
  return words === own || words.endsWith(`-${own}`) ? [] : [`${file} exports the class ${name}: name the file ${words}.ts.`];
}

/**
 * @param {ReadonlyMap<string, string>} sources Text by file.
 * @returns {string[]} Sentences, one for each type name that is exported twice.
 */
export function sameNames(sources) {
  /** @type {Map<string, string>} */
  const seen = new Map();
  const problems = [];
  for (const [file, text] of sources) {
    for (const name of new Set([...text.matchAll(EXPORTED_TYPE)].map(([, name = '']) => name))) {
      const first = seen.get(name);
      if (first === undefined) seen.set(name, file);
      else problems.push(`${first} and ${file} both export a type named ${name}: one idea, one name.`);
    }
  }
  return problems;
}

/** @returns {string[]} */
export function checkSources() {
  const listed = ['src', 'test', 'scripts', 'bench'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }).map((entry) => ({
      file: posix.relative(ROOT, join(entry.parentPath, entry.name).replaceAll('\\', '/')),
      isFolder: entry.isDirectory(),
    })),
  );
  const sources = new Map(
    listed
      .filter(
        ({ file }) => /\.(ts|mjs)$/.test(file) && file !== 'scripts/check-sources.mjs' && file !== 'test/scripts/check-sources.test.ts',
      )
      .map(({ file }) => [file, readFileSync(join(ROOT, file), 'utf8')]),
  );
  return [
    ...[...sources].flatMap(([file, text]) => problemsOf(file, text)),
    ...sameNames(new Map([...sources].filter(([file]) => file.startsWith('src/')))),
    ...listed
      .filter(({ file, isFolder }) => isFolder && file.startsWith('src/') && !existsSync(join(ROOT, file, 'README.md')))
      .map(({ file }) => `${file} has no README.md that says what lives there.`),
  ];
}
