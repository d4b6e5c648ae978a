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

/** White space in `css` templates is a tenth of the bytes that a page loads, and means nothing there. */
const terseStyles: Plugin = {
  name: 'terse-styles',
  transform(code, id) {
    if (!id.includes('/src/') || !code.includes('css`')) return null;
    const out = code.replace(/(\bcss`)([^`]*)`/g, (_all, tag: string, body: string) => {
      const plain = body.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\s+/g, ' ');
      return `${tag}${plain.replace(/ ?([{};,]) ?/g, '$1').replace(/;}/g, '}')}\``;
    });
    return out === code ? null : { code: out, map: null };
  },
};

function library(entry: Record<string, string>, external: (string | RegExp)[], minify: boolean): UserConfig {
  return {
    publicDir: false,
    plugins: [workerBeside, ...(minify ? [terseStyles] : [])],
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      target: 'es2022',
      outDir: 'dist',
      emptyOutDir: false,
      sourcemap: true,
      minify,
      reportCompressedSize: false,
      lib: { entry, formats: ['es'], fileName: (_format, name) => `${name}.js` },
      rolldownOptions: { external, output: { chunkFileNames: '[name]-[hash].js', minify } },
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
  plugins: [servedElsewhere],
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
    case 'assets':
      return library({ 'log-stream': ENTRIES['log-stream'], client: ENTRIES.client }, [], true);
    default:
      return page;
  }
});
