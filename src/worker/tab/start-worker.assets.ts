import type * as starts from './start-worker.ts';
import { startGivenWorker, startTrustedWorker, type WorkerClass, type WorkerScript } from './trusted-worker.ts';

let bundled: typeof starts | undefined;

/** Starts workers as a bundler needs it from now on. */
export function startBundled(start: typeof starts): void {
  bundled = start;
}

/**
 * Replaces `start-worker.ts` in the browser build, where no bundler processes it: the worker is beside it, and asking Trusted
 * Types first avoids the report of a violation.
 */
export function startWorker(script: WorkerScript | undefined, name: string): SharedWorker {
  return bundled ? bundled.startWorker(script, name) : start(SharedWorker, script, name);
}

export function startScanWorker(script: WorkerScript | undefined, name: string): Worker {
  return bundled ? bundled.startScanWorker(script, name) : start(Worker, script, name);
}

function start<T>(Class: WorkerClass<T>, script: WorkerScript | undefined, name: string): T {
  return (script && startGivenWorker(Class, script, name)) ?? startTrustedWorker(Class, beside(import.meta.url), name);
}

/** Apart from `import.meta.url`: a bundler that sees both together would copy the worker of the browser build, too. */
const beside = (url: string): string => new URL('./worker.js', url).href;
