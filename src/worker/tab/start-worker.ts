import { startTrustedWorker } from './trusted-worker.ts';

/**
 * Starts the worker, or joins it where it runs already: it is the same for the same URL and name. Throws where there is
 * no SharedWorker, or it may not be started. `workerUrl`: absolute URL of the script, when it is not beside this module.
 */
export function startWorker(workerUrl: string | undefined, name: string): SharedWorker {
  if (workerUrl !== undefined) return startTrustedWorker(workerUrl, name);
  try {
    // Bundlers find the worker by exactly this expression.
    return new SharedWorker(new URL('../worker.ts', import.meta.url), { type: 'module', name });
  } catch (error) {
    if (!('trustedTypes' in globalThis)) throw error;
    return startTrustedWorker(new URL('../worker.ts', import.meta.url).href, name);
  }
}
