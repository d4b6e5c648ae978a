import { startTrustedWorker } from './trusted-worker.ts';

/**
 * Takes the place of `start-worker.ts` in the browser build, which no bundler reads: the worker is beside it, and asking
 * Trusted Types first spares the page a report of a violation.
 */
export function startWorker(workerUrl: string | undefined, name: string): SharedWorker {
  return startTrustedWorker(workerUrl ?? new URL('../worker.ts', import.meta.url).href, name);
}
