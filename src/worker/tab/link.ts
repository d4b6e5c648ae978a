import { transfer, wrap, type Remote } from 'comlink';
import { holdLock, type Lock } from '../lock.ts';
import { BUILD, type Control, type WorkerMessage, type TabMessage } from '../wire.ts';
import { startWorker } from './start-worker.ts';
import type { WorkerScript } from './trusted-worker.ts';

/** How long a worker may take to answer `hello`, ms; then the session runs in the page. */
const HELLO_TIMEOUT = 2_000;

/** How long any other call may take; then the worker counts as dead. */
export const CALL_TIMEOUT = 5_000;

/** A tab's end of a session, wherever it runs. */
export interface Link {
  readonly transport: 'shared-worker' | 'page';
  /** In the page only for now: there may be a worker later. */
  readonly provisional: boolean;
  readonly control: Remote<Control>;
  /** Rejects when the link is closed: calls that are under way are never answered then. */
  readonly gone: Promise<never>;
  post(message: TabMessage): void;
}

export interface LinkOptions {
  readonly endpoint: string;
  /** The worker's script, where it is not beside this module. */
  readonly script: WorkerScript | undefined;
  readonly visible: boolean;
  readonly online: boolean;
  receive(message: WorkerMessage): void;
  /** The worker died: nothing will come any more. */
  died(): void;
  /** Ends the link, however far it is: no port is left open, no lock held. */
  readonly signal: AbortSignal;
}

/** `promise`, or a rejection when it takes too long: calls to a worker that died stay pending for ever. */
export async function within<T>(promise: Promise<T>, ms: number, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`The log-stream worker did not answer ${what} within ${ms} ms.`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * A link to the SharedWorker, or where there is none, it is blocked or does not answer, to a session in this page.
 * Rejects when it was aborted, or there can be none at all.
 */
export async function openLink(options: LinkOptions): Promise<Link> {
  try {
    return await linkToWorker(options);
  } catch (error) {
    options.signal.throwIfAborted();
    return linkInPage(options, !(error instanceof NoWorker));
  }
}

/** There is no worker for this page, now or later. */
class NoWorker extends Error {}

/** Rejects where there is no SharedWorker, it does not start, or does not answer. */
export async function linkToWorker(options: LinkOptions): Promise<Link> {
  const worker = constructWorker(options);
  const failed = new Promise<never>((_resolve, reject) => {
    worker.addEventListener('error', () => reject(new Error('The log-stream worker could not be started.')), { once: true });
  });
  // It may also fail when nobody waits for it any more.
  failed.catch(() => undefined);
  const { signal } = options;
  // A page that is left is not kept with a port, or while it waits for a lock.
  signal.addEventListener('abort', () => worker.port.close(), { once: true });
  const lock = await holdLock(locks(), signal);
  if (signal.aborted) lock?.release();
  signal.throwIfAborted();
  return link(options, { transport: 'shared-worker', provisional: false }, worker.port, lock, failed);
}

function constructWorker({ script }: LinkOptions): SharedWorker {
  try {
    return startWorker(script, `log-stream:${BUILD}`);
  } catch (error) {
    throw new NoWorker('This browser or page has no SharedWorker.', { cause: error });
  }
}

async function linkInPage(options: LinkOptions, provisional: boolean): Promise<Link> {
  const { pageHost } = await import('./page-host.ts');
  const { port1, port2 } = new MessageChannel();
  const dismiss = pageHost().accept(port1);
  // A message would arrive too late for a page that is parked: with an open socket it is not kept.
  options.signal.addEventListener('abort', dismiss);
  return link(options, { transport: 'page', provisional }, port2, undefined, new Promise<never>(() => undefined));
}

async function link(
  { endpoint, visible, online, receive, died, signal }: LinkOptions,
  kind: Pick<Link, 'transport' | 'provisional'>,
  port: MessagePort,
  lock: Lock | undefined,
  failed: Promise<never>,
): Promise<Link> {
  const control = wrap<Control>(port);
  const { port1: data, port2 } = new MessageChannel();
  data.onmessage = ({ data: message }: { readonly data: unknown }) => receive(message as WorkerMessage);
  let left: (reason: Error) => void = () => undefined;
  const gone = new Promise<never>((_resolve, reject) => {
    left = reject;
  });
  gone.catch(() => undefined);
  const watch = new AbortController();
  const close = (): void => {
    left(new Error('The link to the log-stream worker was closed.'));
    data.onmessage = null;
    data.postMessage({ t: 'bye' } satisfies TabMessage);
    data.close();
    // comlink's own release leaves the port open.
    port.close();
    lock?.release();
    watch.abort();
    signal.removeEventListener('abort', close);
  };
  signal.addEventListener('abort', close);
  try {
    const hello = { build: BUILD, endpoint, lock: lock?.name, visible, online };
    const reply = await within(Promise.race([control.hello(hello, transfer(port2, [port2])), failed, gone]), HELLO_TIMEOUT, 'hello');
    if (!reply.ok) throw new NoWorker(`The log-stream worker refused this tab: ${reply.code ?? 'unknown'}.`);
    if (reply.lock !== undefined) watchLock(reply.lock, watch.signal, died);
  } catch (error) {
    close();
    throw error;
  }
  return { ...kind, control, gone, post: (message) => data.postMessage(message) };
}

/** Calls back when whoever holds a lock lets go of it. Shared, so that a tab which is frozen keeps no other one waiting. */
function watchLock(name: string, signal: AbortSignal, free: () => void): void {
  locks()
    ?.request(name, { mode: 'shared', signal }, () => {
      if (!signal.aborted) free();
    })
    .catch(() => undefined);
}

function locks(): LockManager | undefined {
  return (navigator as { readonly locks?: LockManager }).locks;
}
