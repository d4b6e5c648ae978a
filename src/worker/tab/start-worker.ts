import { startGivenWorker, startTrustedWorker, type WorkerClass, type WorkerScript } from './trusted-worker.ts';
import { workerUrl } from './worker-url.ts';

/** The address that the worker is loaded from. `script`: where it is not beside this module. */
export function workerAddress(script: WorkerScript | undefined): string {
  return script?.url ?? workerUrl();
}

/**
 * Starts the worker, or connects to the running one with the same URL and name. Throws where there is no SharedWorker, or
 * it may not be started. `script`: where the worker is not beside this module.
 */
export function startWorker(script: WorkerScript | undefined, name: string): SharedWorker {
  return start(SharedWorker, script, name);
}

/** Starts the same script as a dedicated worker, which runs regular expressions. Throws where it may not be started. */
export function startScanWorker(script: WorkerScript | undefined, name: string): Worker {
  return start(Worker, script, name);
}

function start<T>(Class: WorkerClass<T>, script: WorkerScript | undefined, name: string): T {
  return (script && startGivenWorker(Class, script, name)) ?? startTrustedWorker(Class, workerUrl(), name);
}
