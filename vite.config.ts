import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, defineConfig, type Plugin, type UserConfig } from 'vite';

/** Every build of the package by its name, which is also vite's mode: `vite build --mode assets`. scripts/build.mjs runs them all. */
export const TARGETS = ['worker', 'assets-worker', 'browser', 'console', 'node'] as const;

const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

const ENTRIES = {
  'log-stream': path('src/element/log-stream.ts'),
  element: path('src/element/element.ts'),
  client: path('src/worker/client.ts'),
};
/** What Node programs import or run. */
const NODE_ENTRIES = [
  'server/index',
  'server/search/search-thread',
  'dev-server/cli',
  'dev-server/transports/bullmq',
  'dev-server/transports/pino',
  'dev-server/transports/winston',
];
const WORKER = path('src/worker/worker.ts');

/** The file that starts the worker as bundlers need it. */
const BUNDLED_CHUNK = 'bundled-worker';

/** Hides the URL of the worker from vite's own worker plugin until the code is generated. */
const MARK = '/* @vite-ignore */';

/**
 * In the source the worker is `new URL('…/worker.ts', import.meta.url)`, which is right for vite's dev server and the test runner. In the
 * package it has to read `new URL("./worker.js", import.meta.url)` word for word, and once: bundlers of those who install it emit a file for
 * each place where they find it. It stands apart from the constructor, where some would compile the worker again, which is one file already.
 * vite would put a second copy of the worker under an absolute URL there.
 */
const workerBeside: Plugin = {
  name: 'worker-beside',
  enforce: 'pre',
  transform(code) {
    const out = code.replace(
      /new URL\(\s*'[./]+\/worker\.ts',\s*import\.meta\.url,?\s*\)/g,
      `new URL(${MARK} './worker.js', import.meta.url)`,
    );
    return out === code ? null : { code: out, map: null };
  },
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk') continue;
      chunk.code = chunk.code.replaceAll(MARK, '');
      // Minifying makes templates of plain strings, which few bundlers look into.
      if (chunk.name === BUNDLED_CHUNK) chunk.code = chunk.code.replace(/`([^`$\\"]*)`/gu, '"$1"');
    }
  },
};

function terseCss(text: string): string {
  const plain = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\s+/g, ' ');
  return plain
    .replace(/ ?([{};,]) ?/g, '$1')
    .replace(/;}/g, '}')
    .replace(/([{};][\w-]+): /g, '$1:');
}

const BUNDLED_WORKER = path(`src/worker/tab/${BUNDLED_CHUNK}.ts`);

/** The browser build finds its worker without a bundler's help. */
const workerPlaced: Plugin = {
  name: 'worker-placed',
  enforce: 'pre',
  resolveId: (source, importer) =>
    source.endsWith('/worker-url.ts') && importer !== BUNDLED_WORKER ? path('src/worker/tab/worker-url.assets.ts') : null,
};

/** Marks an entry for bundlers. */
const BUNDLED = '?bundled';

/** The entries for bundlers: those of the browser build, with a worker that bundlers find. */
const bundledEntries: Plugin = {
  name: 'bundled-entries',
  enforce: 'pre',
  resolveId: (source) => (source.endsWith(BUNDLED) ? `\0${source}` : null),
  load(id) {
    if (!id.endsWith(BUNDLED)) return null;
    return [BUNDLED_WORKER, id.slice(1, -BUNDLED.length)].map((file) => `export * from ${JSON.stringify(file)};`).join('\n');
  },
};

/** Lists of versions, with which Lit warns of a second copy, and hooks for polyfills of browsers without shadow roots. */
const LIT_HOOKS = /\((?:\w+\.)?\w+Versions\?\?=\[\]\)\.push\("[\d.]+"\)|\b\w+\.\w+PolyfillSupport\b/gu;

/** This copy of Lit is our own: it is of no concern to a page that has another, and the browsers it is built for need no polyfill. */
const litAlone: Plugin = {
  name: 'lit-alone',
  enforce: 'pre',
  transform: (code, id) => (/\/node_modules\/(?:@lit\/|lit)/u.test(id) ? { code: code.replace(LIT_HOOKS, 'undefined'), map: null } : null),
};

/**
 * The library as it was written: its own build is for browsers that had no classes, and half as big again. Nothing else is different.
 */
export const SOCKET_SOURCE = {
  find: /^reconnecting-websocket$/,
  replacement: path('node_modules/reconnecting-websocket/reconnecting-websocket.ts'),
};

/** The licences of the bundled packages, in one file beside the code instead of in each file. */
export const LICENSES = 'THIRD-PARTY-LICENSES.md';

const licensesElsewhere = ({ moduleIds }: { readonly moduleIds: readonly string[] }): string =>
  moduleIds.some((id) => id.includes('/node_modules/')) ? `/*! Licenses: ${LICENSES} */` : '';

const TERSE: Record<string, (text: string) => string> = {
  css: terseCss,
  html: (text) => text.replace(/\s*\n\s*/g, ' '),
};

interface Node {
  readonly [key: string]: unknown;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** Where the text of `css` and `html` templates stands in a syntax tree, and what may stand there instead. */
function* terseTexts(node: Node): Generator<{ start: number; end: number; text: string }> {
  const { type, tag, quasi } = node;
  if (type === 'TaggedTemplateExpression' && isNode(tag) && isNode(quasi) && Array.isArray(quasi['quasis'])) {
    const terse = TERSE[String(tag['name'])];
    for (const { start, end, value } of quasi['quasis'] as { start: number; end: number; value: { raw: string } }[]) {
      if (terse) yield { start, end, text: terse(value.raw) };
    }
  }
  for (const child of Object.values(node)) if (isNode(child)) yield* terseTexts(child);
}

/** White space in the templates of our own sources: many of the bytes that a page loads, and without meaning. */
const terseTemplates: Plugin = {
  name: 'terse-templates',
  transform(code, id) {
    if (!id.startsWith(path('src/')) || !/\b(css|html)`/.test(code)) return null;
    let out = code;
    const texts = [...terseTexts(this.parse(code) as unknown as Node)].sort((a, b) => b.start - a.start);
    for (const { start, end, text } of texts) out = out.slice(0, start) + text + out.slice(end);
    return { code: out, map: null };
  },
};

/**
 * The files of the browser build, by the module each begins with, and everything that this one imports before it runs. What more than
 * one needs is in the first of them: a page with the element loads two files at first, one that only uses the client loads one of
 * these, and each part that is loaded later is one further file.
 */
const FILES = [
  ['client', ENTRIES.client],
  ['element', ENTRIES.element],
  ['text', path('src/element/viewport/rows/text-kit.ts')],
  ['long-lines', path('src/element/viewport/long-lines/long-lines.ts')],
  ['tools', path('src/element/tools/reader-tools.ts')],
] as const;

/** Puts modules into the files of {@link FILES}. */
function filesByImports(): { plugin: Plugin; groups: { name: string; priority: number; test: (id: string) => boolean }[] } {
  const modules = new Map<string, Set<string>>();
  const plugin: Plugin = {
    name: 'files-by-imports',
    buildEnd() {
      const taken = new Set<string>();
      for (const [name, entry] of FILES) {
        const found = new Set<string>();
        const open = [entry];
        for (let id = open.pop(); id !== undefined; id = open.pop()) {
          if (taken.has(id)) continue;
          taken.add(id);
          found.add(id);
          open.push(...(this.getModuleInfo(id)?.importedIds ?? []));
        }
        modules.set(name, found);
      }
    },
  };
  const groups = FILES.map(([name], at) => ({
    name,
    priority: FILES.length - at,
    test: (id: string) => modules.get(name)?.has(id) === true,
  }));
  return { plugin, groups };
}

function library(
  entry: Record<string, string>,
  codeSplitting: false | { readonly groups: ReturnType<typeof filesByImports>['groups'] },
): UserConfig {
  return {
    publicDir: false,
    resolve: { alias: [SOCKET_SOURCE] },
    plugins: [workerBeside, terseTemplates],
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      target: 'es2022',
      outDir: 'dist',
      emptyOutDir: false,
      // Beside the code, for our tests and debuggers; the package leaves them out, so that no file may name one.
      sourcemap: 'hidden',
      minify: true,
      reportCompressedSize: false,
      license: { fileName: LICENSES },
      lib: { entry, formats: ['es'], fileName: (_format, name) => `${name}.js` },
      rolldownOptions: {
        output: {
          minify: true,
          comments: { annotation: false, jsdoc: false, legal: false },
          postFooter: licensesElsewhere,
          // It has to be beside the worker for bundlers.
          chunkFileNames: ({ name }) => (name === BUNDLED_CHUNK ? '[name].js' : 'assets/[name]-[hash].js'),
          codeSplitting,
        },
      },
    },
  };
}

/** What few sessions need of the worker; it loads them when they are used. */
const WORKER_PARTS: ReadonlySet<string> = new Set(
  ['debug/describe', 'host/obstacles', 'scan/serve-scans'].map((name) => path(`src/worker/${name}.ts`)),
);

/**
 * Builds the parts of the worker, each into a file beside it with all that it imports. Files that share code with the worker would
 * import it, which starts it again where its URL has a query.
 */
function workerParts(): Plugin {
  const files = new Map<string, Promise<string>>();
  const emitted: { fileName: string; source: string | Uint8Array }[] = [];
  const built = async (id: string): Promise<string> => {
    const name = /(?<name>[\w-]+)\.ts$/u.exec(id)?.groups?.['name'] ?? '';
    const config = library({ [name]: id }, false);
    const result = await build({
      ...config,
      configFile: false,
      logLevel: 'warn',
      build: { ...config.build, write: false, license: false, lib: { entry: id, formats: ['es'], fileName: () => `${name}-[hash].js` } },
    });
    const output = [result].flat().flatMap((part) => ('output' in part ? part.output : []));
    for (const file of output) emitted.push({ fileName: file.fileName, source: file.type === 'chunk' ? file.code : file.source });
    return output.find(({ type }) => type === 'chunk')?.fileName ?? '';
  };
  return {
    name: 'worker-parts',
    enforce: 'pre',
    async resolveId(source, importer) {
      const id = importer === undefined ? '' : resolve(dirname(importer), source);
      if (!WORKER_PARTS.has(id)) return null;
      if (!files.has(id)) files.set(id, built(id));
      return { id: `./${await files.get(id)}`, external: true };
    },
    generateBundle() {
      for (const file of emitted) this.emitFile({ type: 'asset', ...file });
    },
  };
}

/** What the log server answers itself, such as the element's browser build: the page asks for it there. */
const servedElsewhere: Plugin = {
  name: 'served-elsewhere',
  enforce: 'pre',
  resolveId: (source) => (source.startsWith('/log-stream/') ? { id: source, external: true } : null),
};

/** The page of the dev server; it loads the element from the server like any other page. */
const page: UserConfig = {
  root: path('src/dev-server/console'),
  base: './',
  publicDir: false,
  plugins: [servedElsewhere, terseTemplates],
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    outDir: path('dist/console'),
    emptyOutDir: false,
    reportCompressedSize: false,
    sourcemap: 'hidden',
  },
};

/** The package's entries for bundlers, and the browser build, whose files they share. */
function browser(): UserConfig {
  const { plugin, groups } = filesByImports();
  const bundled = Object.entries(ENTRIES).map(([name, file]) => [name, `${file}${BUNDLED}`]);
  const assets = { 'assets/log-stream': ENTRIES['log-stream'], 'assets/client': ENTRIES.client };
  const config = library({ ...assets, ...Object.fromEntries(bundled) }, { groups });
  return {
    ...config,
    plugins: [bundledEntries, workerPlaced, litAlone, plugin, ...(config.plugins ?? [])],
    resolve: {
      // Lit for servers differs from the one for browsers only where that would need a document to load.
      conditions: ['module', 'node', 'production'],
      alias: [SOCKET_SOURCE, { find: '@lit-labs/ssr-dom-shim', replacement: path('src/element/util/without-document.ts') }],
    },
    build: { ...config.build, license: { fileName: `assets/${LICENSES}` } },
  };
}

/** The server and the command, without comments, in a few files. Names stay, so that stack traces can be read. */
const node: UserConfig = {
  publicDir: false,
  build: {
    ssr: true,
    target: 'node20',
    outDir: 'dist',
    emptyOutDir: false,
    sourcemap: 'hidden',
    reportCompressedSize: false,
    rolldownOptions: {
      input: Object.fromEntries(NODE_ENTRIES.map((name) => [name, path(`src/${name}.ts`)])),
      external: /^[^./]/u,
      output: {
        format: 'es',
        entryFileNames: 'lib/[name].js',
        chunkFileNames: 'lib/chunks/[name]-[hash].js',
        minify: { mangle: { keepNames: true, toplevel: true }, compress: true, codegen: { removeWhitespace: true } },
        comments: { annotation: false, jsdoc: false, legal: false },
      },
    },
  },
};

export default defineConfig(({ mode }) => {
  switch (mode) {
    case 'worker':
      // Bundlers take it as one file: many of them build workers without further ones.
      return library({ worker: WORKER }, false);
    case 'assets-worker': {
      const config = library({ worker: WORKER }, false);
      return { ...config, plugins: [workerParts(), ...(config.plugins ?? [])] };
    }
    case 'browser':
      return browser();
    case 'node':
      return node;
    default:
      return page;
  }
});
