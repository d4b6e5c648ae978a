import { startGivenWorker, startTrustedWorker, type WorkerClass, type WorkerScript } from './trusted-worker.ts';

/**
 * Replaces `start-worker.ts` in the browser build, which no bundler processes: the worker is beside it, and asking Trusted
 * Types first avoids the report of a violation.
 */
export function startWorker(script: WorkerScript | undefined, name: string): SharedWorker {
  return start(SharedWorker, script, name);
}

export function startScanWorker(script: WorkerScript | undefined, name: string): Worker {
  return start(Worker, script, name);
}

function start<T>(Class: WorkerClass<T>, script: WorkerScript | undefined, name: string): T {
  return (
    (script && startGivenWorker(Class, script, name)) ?? startTrustedWorker(Class, new URL('../worker.ts', import.meta.url).href, name)
  );
}
