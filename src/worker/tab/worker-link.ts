import { transfer, type Endpoint } from 'comlink';
import { attempt } from '../platform/attempt.ts';
import { holdLock, platformLocks, requestLock, type Lock } from '../platform/web-lock.ts';
import { BUILD, type DataPort, type WorkerMessage, type TabMessage } from '../tab-messages.ts';
import { wrapControl, type RemoteControl } from './remote-control.ts';
import { startWorker } from './start-worker.ts';
import { withTimeout } from './timeout.ts';
import type { WorkerScript } from './trusted-worker.ts';

/** Longest time for a worker to answer `hello`, ms; after that the session runs in the page. */
const HELLO_TIMEOUT = 2_000;

/** Longest time for the code of a session in the page to load, ms; after that it is tried again. */
const LOAD_TIMEOUT = 20_000;

/** Longest time for any other call, ms; after that the worker counts as dead. */
export const CALL_TIMEOUT = 5_000;

const WORKER_NAME = `log-stream:${BUILD}`;

/** A tab's end of a session, wherever it runs. */
export interface WorkerLink {
  readonly transport: 'shared-worker' | 'page';
  /** In the page for now: there may be a worker later. */
  readonly provisional: boolean;
  readonly control: RemoteControl;
  /** Rejects when the link is closed: calls under way are never answered then. */
  readonly closed: Promise<never>;
  post(message: TabMessage): void;
}

export interface WorkerLinkOptions {
  readonly endpoint: string;
  /** The worker's script, where it is not beside this module. */
  readonly script: WorkerScript | undefined;
  readonly visible: boolean;
  readonly online: boolean;
  receive(message: WorkerMessage): void;
  /** The worker died: no more messages follow. */
  died(): void;
  /** Closes the link at any stage: no port is left open, no lock held. */
  readonly signal: AbortSignal;
}

/**
 * Opens a link to the SharedWorker, or, where there is none, it is blocked or does not answer, to a session in this page.
 * Rejects if it was aborted, or if neither works.
 */
export async function openLink(options: WorkerLinkOptions): Promise<WorkerLink> {
  try {
    return await linkToWorker(options);
  } catch (error) {
    options.signal.throwIfAborted();
    const { linkElsewhere } = await withTimeout(import('./link-elsewhere.ts'), LOAD_TIMEOUT, 'load');
    options.signal.throwIfAborted();
    return linkElsewhere(options, { name: WORKER_NAME, provisional: !(error instanceof NoWorkerError), linkThrough, link });
  }
}

/** There is no worker for this page, now or later. */
class NoWorkerError extends Error {}

/** Rejects where there is no SharedWorker, it does not start, or does not answer. */
export async function linkToWorker(options: WorkerLinkOptions, timeout = HELLO_TIMEOUT): Promise<WorkerLink> {
  return linkThrough(constructWorker(options), options, platformLocks(), timeout);
}

/** How `link-elsewhere.ts` links a tab: it is loaded only where it is needed, and imports nothing of what loads it. */
export interface LinkWays {
  /** Of the worker. */
  readonly name: string;
  /** See {@link WorkerLink}. */
  readonly provisional: boolean;
  readonly linkThrough: typeof linkThrough;
  readonly link: typeof link;
}

/** `locks`: those that the tab and the worker both see. */
async function linkThrough(
  worker: SharedWorker,
  options: WorkerLinkOptions,
  locks: LockManager | undefined,
  timeout = HELLO_TIMEOUT,
): Promise<WorkerLink> {
  const failed = new Promise<never>((_resolve, reject) => {
    worker.addEventListener('error', () => reject(new Error('The log-stream worker could not be started.')), { once: true });
  });
  // It may fail when nothing waits for it any more.
  failed.catch(() => undefined);
  const { signal } = options;
  // A port, or waiting for a lock, keeps a page out of the back/forward cache.
  signal.addEventListener('abort', () => attempt(() => worker.port.close()), { once: true });
  const lock = await holdLock(locks, signal);
  try {
    signal.throwIfAborted();
    const { port1, port2 } = new MessageChannel();
    return await link(
      options,
      { transport: 'shared-worker', provisional: false },
      { control: worker.port, near: port1, far: transfer(port2, [port2]), locks, lock },
      failed,
      timeout,
    );
  } catch (error) {
    lock?.release();
    throw error;
  }
}

function constructWorker({ script }: WorkerLinkOptions): SharedWorker {
  try {
    return startWorker(script, WORKER_NAME);
  } catch (error) {
    throw new NoWorkerError('This browser or page has no SharedWorker.', { cause: error });
  }
}

/** What connects both sides of a link. */
interface Ports {
  readonly control: Endpoint & Pick<DataPort, 'close'>;
  /** A pair for data, whose far end is sent to the host. */
  readonly near: DataPort;
  readonly far: DataPort;
  /** The locks that both sides see, and the one that the tab holds. */
  readonly locks?: LockManager | undefined;
  readonly lock?: Lock | undefined;
}

async function link(
  { endpoint, visible, online, receive, died, signal }: WorkerLinkOptions,
  kind: Pick<WorkerLink, 'transport' | 'provisional'>,
  { control: port, near, far, locks, lock }: Ports,
  failed: Promise<never>,
  timeout = HELLO_TIMEOUT,
): Promise<WorkerLink> {
  near.onmessage = ({ data: message }: { readonly data: unknown }) => receive(message as WorkerMessage);
  let reject: (reason: Error) => void = () => undefined;
  const closed = new Promise<never>((_resolve, rejectClosed) => {
    reject = rejectClosed;
  });
  closed.catch(() => undefined);
  const { control, release } = wrapControl(unthrowing(port, reject));
  const watch = new AbortController();
  const post = (message: TabMessage): boolean => attempt(() => (near.postMessage(message), true), false);
  const close = (): void => {
    reject(new Error('The link to the log-stream worker was closed.'));
    near.onmessage = null;
    post({ t: 'bye' });
    attempt(() => near.close());
    // comlink's own release leaves the port open.
    attempt(() => port.close());
    release();
    lock?.release();
    watch.abort();
    signal.removeEventListener('abort', close);
  };
  signal.addEventListener('abort', close);
  try {
    const hello = { build: BUILD, endpoint, lock: lock?.name, visible, online };
    const reply = await withTimeout(Promise.race([control.hello(hello, far), failed, closed]), timeout, 'hello');
    if (!reply.ok) throw new NoWorkerError(`The log-stream worker refused this tab: ${reply.code ?? 'unknown'}.`);
    if (reply.lock !== undefined && locks !== undefined) watchLock(locks, reply.lock, watch.signal, died);
  } catch (error) {
    close();
    throw error;
  }
  return {
    ...kind,
    control,
    closed,
    post(message) {
      if (!post(message)) died();
    },
  };
}

/** comlink posts at any time, where nothing would catch what a port throws. */
function unthrowing(port: Endpoint, failed: (reason: Error) => void): Endpoint {
  const guarded = (use: () => void): void => {
    try {
      use();
    } catch (error) {
      failed(new Error('The log-stream worker cannot be reached.', { cause: error }));
    }
  };
  return {
    addEventListener: (type, listener, options) => port.addEventListener(type, listener, options),
    removeEventListener: (type, listener, options) => port.removeEventListener(type, listener, options),
    start: () => guarded(() => port.start?.()),
    postMessage: (message, transferables) => guarded(() => port.postMessage(message, transferables)),
  };
}

/** Calls back when the holder of a lock releases it. The request is shared, so that a frozen tab blocks no other one. */
function watchLock(locks: LockManager, name: string, signal: AbortSignal, free: () => void): void {
  requestLock(locks, name, { mode: 'shared', signal }, () => {
    if (!signal.aborted) free();
  }).catch(() => undefined);
}
