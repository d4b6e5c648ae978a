// Serves examples/states.html from the sources. `npm run states` prints its address; changes show at once.
import { createServer } from 'vite';
import { ROOT } from './processes.mjs';
import { bold } from './terminal.mjs';

/**
 * @param {{ isWatched: boolean }} options Whether the page loads again on a change.
 * @returns {Promise<{ url: string, close(): Promise<void> }>}
 */
export async function serveStates({ isWatched }) {
  const server = await createServer({
    root: ROOT,
    configFile: false,
    cacheDir: '.cache/vite',
    logLevel: 'error',
    // Found by itself, a package would load the page a second time.
    optimizeDeps: { noDiscovery: true, include: [] },
    server: { host: '127.0.0.1', port: 0, hmr: isWatched, watch: isWatched ? {} : null },
  });
  await server.listen();
  const [base] = server.resolvedUrls?.local ?? [];
  if (base === undefined) throw new Error('The states page is not served.');
  return { url: new URL('examples/states.html', base).href, close: () => server.close() };
}

if (import.meta.filename === process.argv[1]) {
  const { url } = await serveStates({ isWatched: true });
  console.log(`Every state of the element: ${bold(url)}`);
}
