import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { packageRoot } from '../../src/server/util/package-root.ts';

const ROOT = packageRoot();
const DOCUMENTS = ['docs/ARCHITECTURE.md', 'docs/GLOSSARY.md', 'docs/TESTING.md', 'CONTRIBUTING.md'];

const FENCE = /^```[^]*?^```/gmu;
/** A folder or file of the repository, such as `src/server/ws` or `PROTOCOL.md`. */
const PATH = /^(?:(?:src|test|bench|scripts|docs|examples|\.ci)(?:\/[\w.-]+)+\/?|[\w-]+\.(?:md|json|ts|mjs))$/u;
/** A type in running text, such as `Session`, and in a diagram, where a single word may be a heading: `SparseLog`. */
const TYPE = /^[A-Z][a-z]\w+$/u;
const TYPE_IN_DIAGRAM = /\b(?:[A-Z][a-z0-9]+){2,}\b/gu;
/** Types of the platform that the documents mention. */
const FOREIGN = new Set(['SharedWorker', 'MessagePort', 'WebSocket', 'Error']);

interface Document {
  readonly name: string;
  readonly text: string;
  readonly spans: readonly string[];
  readonly diagrams: string;
}

function read(name: string): Document {
  const text = readFileSync(join(ROOT, name), 'utf8');
  const prose = text.replace(FENCE, '');
  return {
    name,
    text,
    spans: [...prose.matchAll(/`([^`\n]+)`/gu)].map(([, span = '']) => span),
    diagrams: [...text.matchAll(FENCE)].map(([fence]) => fence).join('\n'),
  };
}

/** The headings of a document, as links name them. */
function headings(name: string): string[] {
  return [...read(name).text.matchAll(/^#+ (.+)$/gmu)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/gu, '')
      .replace(/\s/gu, '-'),
  );
}

/** Every name that `src` exports. */
function exportedNames(): ReadonlySet<string> {
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const declared = /^export (?:abstract )?(?:class|interface|type|const|function) (\w+)/gmu;
  return new Set(
    files.flatMap((file) => [...readFileSync(join(ROOT, 'src', file), 'utf8').matchAll(declared)].map(([, name = '']) => name)),
  );
}

describe.each(DOCUMENTS.map(read))('$name', ({ text, spans, diagrams }) => {
  it('names only files and folders that exist', () => {
    const paths = spans.filter((span) => PATH.test(span));
    // Short names of files stand for one of those in `src` that the sentence is about.
    const short = new Set(readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).map((file) => file.split('/').at(-1)));
    expect(paths.filter((path) => !existsSync(join(ROOT, path)) && !short.has(path))).toEqual([]);
  });

  it('names only types that the sources export', () => {
    const exported = exportedNames();
    const types = [...spans.filter((span) => TYPE.test(span)), ...(diagrams.match(TYPE_IN_DIAGRAM) ?? [])];
    expect(types.filter((type) => !exported.has(type) && !FOREIGN.has(type))).toEqual([]);
  });

  it('names only suites that package.json can run', () => {
    const scripts = [...text.matchAll(/npm run ((?:test|bench)[\w:]*)/gu)].map(([, script = '']) => script);
    expect(scripts.filter((script) => !(script in packageJson.scripts))).toEqual([]);
  });
});

/** Every document that people read: at the top, in `docs`, and beside examples. */
const READ = ['.', 'docs', 'docs/decisions', 'examples', 'docs/demo'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: folder === 'examples', encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join(folder, file)),
);

describe.each(READ)('%s', (name) => {
  it('links only to files and headings that exist', () => {
    const links = [
      ...read(name)
        .text.replace(FENCE, '')
        .matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/gu),
    ];
    const broken = links.filter(([, target = '', heading]) => {
      const file = target === '' ? name : join(dirname(name), target);
      if (!existsSync(join(ROOT, file))) return true;
      return heading !== undefined && !headings(file).includes(heading);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });
});

describe('the tables of rooms in docs/ARCHITECTURE.md', () => {
  const { text } = read('docs/ARCHITECTURE.md');
  const tables = [...text.matchAll(/^\*\*\w+\*\* \(`(src\/\w+)`\)\n\n((?:\|.*\n)+)/gmu)];

  it.each(tables.map(([, root = '', table = '']) => ({ root, table })))('name rooms that exist below $root', ({ root, table }) => {
    const cells = table.split('\n').flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/gu)].map(([, room = '']) => room));
    expect(cells.length).toBeGreaterThan(5);
    expect(cells.filter((room) => !existsSync(join(ROOT, root, room)))).toEqual([]);
  });

  it.each(tables.map(([, root = '', table = '']) => ({ root, table })))('have every folder of $root', ({ root, table }) => {
    const named = [...table.matchAll(/`([\w/-]+)\/`/gu)].map(([, room = '']) => room);
    const folders = readdirSync(join(ROOT, root), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => relative(join(ROOT, root), join(entry.parentPath, entry.name)));
    const isCovered = (folder: string): boolean =>
      named.some((room) => folder === room || folder.startsWith(`${room}/`) || room.startsWith(`${folder}/`)) || folder === 'session';
    expect(folders.filter((folder) => !isCovered(folder))).toEqual([]);
  });
});
