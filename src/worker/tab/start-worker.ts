import { startGivenWorker, startTrustedWorker, type WorkerScript } from './trusted-worker.ts';

/**
 * Starts the worker, or connects to the running one with the same URL and name. Throws where there is no SharedWorker, or
 * it may not be started. `script`: where the worker is not beside this module.
 */
export function startWorker(script: WorkerScript | undefined, name: string): SharedWorker {
  const given = script && startGivenWorker(SharedWorker, script, name);
  if (given !== undefined) return given;
  try {
    // Bundlers look for exactly this expression.
    return new SharedWorker(new URL('../worker.ts', import.meta.url), { type: 'module', name });
  } catch (error) {
    if (!('trustedTypes' in globalThis)) throw error;
    return startTrustedWorker(SharedWorker, new URL('../worker.ts', import.meta.url).href, name);
  }
}

/** Starts the same script as a dedicated worker, which runs regular expressions. Throws where it may not be started. */
export function startScanWorker(script: WorkerScript | undefined, name: string): Worker {
  const given = script && startGivenWorker(Worker, script, name);
  if (given !== undefined) return given;
  try {
    return new Worker(new URL('../worker.ts', import.meta.url), { type: 'module', name });
  } catch (error) {
    if (!('trustedTypes' in globalThis)) throw error;
    return startTrustedWorker(Worker, new URL('../worker.ts', import.meta.url).href, name);
  }
}
