import { isForeign } from '../diagnosis/worker-advice.ts';
import { attempt } from '../platform/attempt.ts';
import { workerAddress } from './start-worker.ts';
import { withTimeout } from './timeout.ts';
import { startTrustedWorker, type WorkerClass, type WorkerScript } from './trusted-worker.ts';

/** Longest time to find out whether the server admits the worker, ms. */
const ASK_TIMEOUT = 2_000;

/**
 * The address of the worker's script, if it is of another origin than the page. Browsers refuse to start that; markup alone, which
 * may come from anybody, must not get around it.
 */
function foreignAddress(script: WorkerScript | undefined): string | undefined {
  if (typeof origin !== 'string' || script?.vouched === false) return undefined;
  const url = workerAddress(script);
  return isForeign(url, origin) ? url : undefined;
}

/**
 * Starts a worker whose script is of another origin from a `data:` URL that imports it. The text is the same in every tab, so that a
 * SharedWorker is shared. Undefined where the script is none of that kind, or the page forbids such workers.
 */
export function startForeignWorker<T>(Class: () => WorkerClass<T>, script: WorkerScript | undefined, name: string): T | undefined {
  const url = foreignAddress(script);
  return url === undefined ? undefined : attempt(() => startText(Class(), `import ${JSON.stringify(url)}`, name));
}

/** The same for a SharedWorker that talks to a server. Its origin is `null`: undefined where the server does not admit that, too. */
export async function startForeignSharedWorker(
  endpoint: string,
  script: WorkerScript | undefined,
  name: string,
): Promise<SharedWorker | undefined> {
  if (foreignAddress(script) === undefined || !(await isNullAdmitted(endpoint))) return undefined;
  return startForeignWorker(() => SharedWorker, script, name);
}

/** Asks from a worker that has that origin, too: the page cannot send it. */
async function isNullAdmitted(endpoint: string): Promise<boolean> {
  const text = `fetch(${JSON.stringify(endpoint)}).then(({ status }) => postMessage(status !== 403), () => postMessage(false))`;
  const worker = attempt(() => startText(Worker, text, 'log-stream-origin'));
  if (worker === undefined) return false;
  const answer = new Promise<boolean>((resolve) => {
    worker.onmessage = ({ data }: { readonly data: unknown }) => resolve(data === true);
    worker.onerror = () => resolve(false);
  });
  try {
    return await withTimeout(answer, ASK_TIMEOUT, 'origin');
  } catch {
    return false;
  } finally {
    worker.terminate();
  }
}

function startText<T>(Class: WorkerClass<T>, text: string, name: string): T {
  return startTrustedWorker(Class, `data:text/javascript,${encodeURIComponent(text)}`, name);
}
