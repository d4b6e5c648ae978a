// What agents read of the package: llms.txt and a skill, with the lists that the manifest and package.json have.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const TEMPLATES = join(import.meta.dirname, 'agents');

/** What each entry is for. A new one has to be described here. */
const ENTRIES = {
  '.': 'registers `<log-stream>`; exports the class of the element and of its events',
  './element': 'the same without registering it',
  './client': '`connect()`: reads logs in a page without the element',
  './worker': 'the script of the SharedWorker, for bundlers',
  './server': '`createLogServer()`, `openStore()`, `Signer`: the server, over any `http.Server` of Node',
  './pino': 'a transport for pino',
  './winston': 'a transport for winston',
  './bullmq': '`logStreamOf(job)`: channel, topic and address of the log of a job of BullMQ',
  './server/search-thread': 'the script of the threads that search, for bundled servers',
  './react': 'as `log-stream`, and types the tag in JSX of React 19',
  './preact': 'the same for Preact',
  './solid': 'the same for Solid',
  './vue': 'the same for templates of Vue',
  './svelte': 'the same for Svelte',
  './assets/*': 'the browser build, for a `<script>` without a bundler',
};

/** @param {readonly import('./manifest-types.d.ts').Described[]} items */
const named = (items) => items.map(({ name }) => `\`${name}\``).join(', ');

/** @param {string | undefined} text The first sentence of it. */
const first = (text = '') => (/^.*?\.(?=\s|$)/su.exec(text)?.[0] ?? text).replaceAll('\n', ' ');

/** @param {Readonly<Record<string, unknown>>} exported The `exports` of package.json. */
function entriesOf(exported) {
  const entries = Object.keys(exported).filter((entry) => !entry.endsWith('.json'));
  const missing = entries.filter((entry) => !(entry in ENTRIES));
  if (missing.length > 0) throw new Error(`Say in agent-guides.mjs what these entries are for: ${missing.join(', ')}.`);
  return Object.entries(ENTRIES)
    .filter(([entry]) => entries.includes(entry))
    .map(([entry, about]) => `- \`log-stream${entry.slice(1)}\`: ${about}`)
    .join('\n');
}

/**
 * @param {import('./manifest-types.d.ts').ElementDeclaration} element
 * @param {Readonly<Record<string, unknown>>} exported The `exports` of package.json.
 * @returns {Record<string, string>} Contents by file.
 */
export function agentGuides({ attributes, events, slots, cssParts, cssStates }, exported) {
  /** @type {Readonly<Record<string, string>>} */
  const lists = {
    attributes: attributes
      .map(({ name, type, default: value, description }) => {
        const facts = [type?.text.replaceAll("'", ''), value === undefined ? undefined : `default ${value}`].filter(Boolean).join('; ');
        return `- \`${name}\` (${facts}): ${first(description)}`;
      })
      .join('\n'),
    events: events.map(({ name, detail, description }) => `- \`${name}\` with ${named(detail)}: ${first(description)}`).join('\n'),
    slots: named(slots),
    parts: named(cssParts),
    states: named(cssStates),
    exports: entriesOf(exported),
  };
  const fill = (/** @type {string} */ file) =>
    readFileSync(join(TEMPLATES, file), 'utf8').replaceAll(/\{(\w+)\}/gu, (whole, /** @type {string} */ name) => lists[name] ?? whole);
  return { 'llms.txt': fill('llms.txt'), 'skills/log-stream/SKILL.md': fill('SKILL.md') };
}
