import { startGivenWorker, startTrustedWorker, type WorkerScript } from './trusted-worker.ts';

/**
 * Replaces `start-worker.ts` in the browser build, which no bundler processes: the worker is beside it, and asking Trusted
 * Types first avoids the report of a violation.
 */
export function startWorker(script: WorkerScript | undefined, name: string): SharedWorker {
  return (script && startGivenWorker(script, name)) ?? startTrustedWorker(new URL('../worker.ts', import.meta.url).href, name);
}
