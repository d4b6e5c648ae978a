import { foreignWorkerAdvice, isForeign, missingWorkerAdvice } from '../diagnosis/worker-advice.ts';
import { attempt } from '../platform/attempt.ts';
import { advise } from './advise.ts';
import { workerAddress } from './start-worker.ts';
import type { WorkerScript } from './trusted-worker.ts';

/**
 * Tells the page's developer where the worker is missing, if it is: it was of another origin, or a bundler left it out. Never
 * rejects, and says nothing where the browser has no SharedWorker or the page forbids it.
 */
export async function checkWorker(script: WorkerScript | undefined, signal: AbortSignal): Promise<void> {
  if (attempt(() => typeof SharedWorker, 'undefined') === 'undefined' || typeof location === 'undefined') return;
  const url = workerAddress(script);
  if (isForeign(url, origin)) {
    advise(foreignWorkerAdvice(url, origin));
    return;
  }
  try {
    const { status, headers, body } = await fetch(url, { signal });
    body?.cancel().catch(() => undefined);
    const type = /^[^;\s]*/u.exec(headers.get('Content-Type') ?? '')?.[0].toLowerCase() ?? '';
    const advice = missingWorkerAdvice(url, { status, type });
    if (advice !== undefined) advise(advice);
  } catch {
    // Nothing answers now, and there will be another attempt; or the page may not ask.
  }
}
