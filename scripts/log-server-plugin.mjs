// Gives the pages of @web/test-runner a real log server, at /log-stream on their own origin.
import { randomBytes } from 'node:crypto';

/** Where a page has topics signed: `?channel=C`, with `&write=1` to append. */
const SIGN = '/__sign';

/**
 * The server is the built one, so that pages and server are what a consumer gets.
 *
 * @returns {import('@web/test-runner').TestRunnerPlugin}
 */
export function logServerPlugin() {
  /** @type {import('../src/server/index.ts').LogServer | undefined} */
  let logs;
  /** @type {import('../src/server/index.ts').LogStore | undefined} */
  let store;
  return {
    name: 'log-server',
    async serverStart({ server }) {
      const built = await loadServer();
      if (!built) return;
      const memory = await built.openStore('memory:');
      store = memory;
      logs = built.createLogServer({ store: memory, secrets: [randomBytes(32).toString('hex')] });
      logs.attach(/** @type {import('node:http').Server} */ (server));
    },
    serve({ path, URL }) {
      if (path !== SIGN || !logs) return undefined;
      const body = logs.sign(URL.searchParams.get('channel') ?? '', { write: URL.searchParams.has('write') });
      return { body, type: 'text', headers: { 'cache-control': 'no-store' } };
    },
    async serverStop() {
      await logs?.close();
      await store?.close();
    },
  };
}

/** @returns {Promise<typeof import('../src/server/index.ts') | undefined>} */
async function loadServer() {
  const built = new URL('../dist/lib/server/index.js', import.meta.url).href;
  try {
    return await import(built);
  } catch (error) {
    // Most tests do without it, so that one may work on the element while the server does not compile.
    console.warn('The pages have no log server; `npm run build` makes it.', error);
    return undefined;
  }
}
