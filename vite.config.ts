import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin, type UserConfig } from 'vite';

/** Every build of the package by its name, which is also vite's mode: `vite build --mode assets`. scripts/build.mjs runs them all. */
export const TARGETS = ['worker', 'package', 'assets', 'console'] as const;

const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

const ENTRIES = {
  'log-stream': path('src/element/log-stream.ts'),
  element: path('src/element/element.ts'),
  client: path('src/worker/client.ts'),
};
const WORKER = path('src/worker/worker.ts');

/** Hides the URL of the worker from vite's own worker plugin until the code is generated. */
const MARK = '/* @vite-ignore */';

/**
 * In the source the worker is `new URL('…/worker.ts', import.meta.url)`, which is right for vite's dev server and the test runner. In the
 * package it has to read `new SharedWorker(new URL("./worker.js", import.meta.url), …)` word for word: that is what the bundlers of those who
 * install it look for. vite would put a second copy of the worker under an absolute URL there.
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
    for (const chunk of Object.values(bundle)) if (chunk.type === 'chunk') chunk.code = chunk.code.replaceAll(MARK, '');
  },
};

function terseCss(text: string): string {
  const plain = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\s+/g, ' ');
  return plain
    .replace(/ ?([{};,]) ?/g, '$1')
    .replace(/;}/g, '}')
    .replace(/([{};][\w-]+): /g, '$1:');
}

/** The browser build starts its worker without a bundler's help. */
const workerTrusted: Plugin = {
  name: 'worker-trusted',
  enforce: 'pre',
  resolveId: (source) => (source.endsWith('/start-worker.ts') ? path('src/worker/tab/start-worker.assets.ts') : null),
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
 * What a page with the element loads at first, in two files instead of many small ones, of which a page that only uses the client
 * loads one. What the element loads later stays out, which includes lit's directives.
 */
const FIRST_LOAD = {
  groups: [
    {
      name: 'client',
      priority: 2,
      test: /src\/(worker\/(tab\/(?!page-host|line-reader)|client|tab-messages|doubling|session\/view-state)|protocol\/(topic|limits|ranges))|comlink/,
    },
    {
      name: 'element',
      priority: 1,
      test: /src\/(element\/(?!tools\/|viewport\/(groups\/|folds\/(folds|fold-view|entry-folds|facts-of-rows)|long-lines\/command-lines)|terminal\/(redraw-scanner|screen|survivors|entries-of|command-|field-rows))|protocol\/sgr)|node_modules\/(@lit|lit)(?!.*\/directive)/,
    },
  ],
};

function library(entry: Record<string, string>, external: (string | RegExp)[], minify: boolean, chunks?: typeof FIRST_LOAD): UserConfig {
  return {
    publicDir: false,
    resolve: { alias: [SOCKET_SOURCE] },
    plugins: [workerBeside, terseTemplates],
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      target: 'es2022',
      outDir: 'dist',
      emptyOutDir: false,
      sourcemap: true,
      minify,
      reportCompressedSize: false,
      license: minify && { fileName: LICENSES },
      lib: { entry, formats: ['es'], fileName: (_format, name) => `${name}.js` },
      rolldownOptions: {
        external,
        output: {
          chunkFileNames: '[name]-[hash].js',
          minify,
          comments: minify ? { annotation: false, jsdoc: false, legal: false } : true,
          ...(minify && { postFooter: licensesElsewhere }),
          ...(chunks && { codeSplitting: chunks }),
        },
      },
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
    sourcemap: true,
  },
};

export default defineConfig(({ mode }) => {
  switch (mode) {
    case 'worker':
      return library({ worker: WORKER }, [], true);
    case 'package':
      return library(ENTRIES, [/^lit($|\/)/, /^@lit\//, 'comlink'], false);
    case 'assets': {
      const config = library({ 'log-stream': ENTRIES['log-stream'], client: ENTRIES.client }, [], true, FIRST_LOAD);
      return { ...config, plugins: [workerTrusted, ...(config.plugins ?? [])] };
    }
    default:
      return page;
  }
});
