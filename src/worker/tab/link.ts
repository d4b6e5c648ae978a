import { transfer, wrap, type Remote } from 'comlink';
import { BUILD, type Control, type WorkerMessage, type TabMessage } from '../wire.ts';
import { startWorker } from './start-worker.ts';

/** How long a worker may take to answer `hello`, ms; then the session runs in the page. */
const HELLO_TIMEOUT = 2_000;

/** How long any other call may take; then the worker counts as dead. */
export const CALL_TIMEOUT = 5_000;

/** A tab's end of a session, wherever it runs. */
export interface Link {
  readonly transport: 'shared-worker' | 'page';
  readonly control: Remote<Control>;
  /** Rejects when the link is closed: calls that are under way are never answered then. */
  readonly gone: Promise<never>;
  post(message: TabMessage): void;
  /** Lets go of everything: no port is left open, no lock held. */
  close(): void;
}

export interface LinkOptions {
  readonly endpoint: string;
  readonly workerUrl: string | undefined;
  readonly visible: boolean;
  readonly online: boolean;
  receive(message: WorkerMessage): void;
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

/** A link to the SharedWorker, or where there is none, it is blocked or does not answer, to a session in this page. */
export async function openLink(options: LinkOptions): Promise<Link> {
  try {
    return await linkToWorker(options);
  } catch {
    return linkInPage(options);
  }
}

async function linkToWorker(options: LinkOptions): Promise<Link> {
  const worker = startWorker(options.workerUrl, `log-stream:${BUILD}`);
  const failed = new Promise<never>((_resolve, reject) => {
    worker.addEventListener('error', () => reject(new Error('The log-stream worker could not be started.')), { once: true });
  });
  // It may also fail when nobody waits for it any more.
  failed.catch(() => undefined);
  const lock = await holdLock();
  return link(options, 'shared-worker', worker.port, lock, failed);
}

async function linkInPage(options: LinkOptions): Promise<Link> {
  const { pageHost } = await import('./page-host.ts');
  const { port1, port2 } = new MessageChannel();
  pageHost().accept(port1);
  return link(options, 'page', port2, undefined, new Promise<never>(() => undefined));
}

async function link(
  { endpoint, visible, online, receive }: LinkOptions,
  transport: Link['transport'],
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
  const close = (): void => {
    left(new Error('The link to the log-stream worker was closed.'));
    data.onmessage = null;
    data.close();
    // comlink's own release leaves the port open.
    port.close();
    lock?.release();
  };
  try {
    const hello = { build: BUILD, endpoint, lock: lock?.name, visible, online };
    const reply = await within(Promise.race([control.hello(hello, transfer(port2, [port2])), failed]), HELLO_TIMEOUT, 'hello');
    if (!reply.ok) throw new Error(`The log-stream worker refused this tab: ${reply.code ?? 'unknown'}.`);
  } catch (error) {
    close();
    throw error;
  }
  return { transport, control, gone, post: (message) => data.postMessage(message), close };
}

interface Lock {
  readonly name: string;
  release(): void;
}

/**
 * Holds a Web Lock of a fresh name as long as this tab lives: that it is let go of is the only word of a tab's death
 * that browsers give. Undefined in insecure contexts, where there are none.
 */
async function holdLock(): Promise<Lock | undefined> {
  const { locks } = navigator as { readonly locks?: LockManager };
  if (locks === undefined) return undefined;
  const name = `log-stream:${crypto.randomUUID()}`;
  return new Promise((resolve) => {
    const held = new Promise<void>((release) => {
      locks
        .request(name, () => {
          resolve({ name, release });
          return held;
        })
        .catch(() => resolve(undefined));
    });
  });
}
