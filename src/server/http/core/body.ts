import type { IncomingMessage } from 'node:http';
import { Signal } from './signal.ts';

/** How reading a body ended: it was complete, its sender broke off, or a signal stopped it. */
export type BodyEnd = 'complete' | 'broken' | 'stopped';

/** What a refused request may still send before the connection is cut, so that its sender gets to read the answer. */
const LINGER_BYTES = 16 * 1_024 * 1_024;
const LINGER_TIME = 2_000;

/** Hands the body of a request to `take` as it arrives, and reads no faster than that. Rejects with what `take` does. */
export async function readBody(
  req: IncomingMessage,
  signals: readonly AbortSignal[],
  take: (chunk: Buffer) => Promise<void>,
): Promise<BodyEnd> {
  const wake = new Signal();
  const release = listen(req, wake.raise);
  for (const signal of signals) signal.addEventListener('abort', wake.raise);
  try {
    for (;;) {
      if (signals.some((signal) => signal.aborted)) return 'stopped';
      const chunk: unknown = req.read();
      if (Buffer.isBuffer(chunk)) await take(chunk);
      else if (req.readableEnded) return 'complete';
      else if (req.destroyed) return 'broken';
      else await wake.wait();
    }
  } finally {
    for (const signal of signals) signal.removeEventListener('abort', wake.raise);
    release();
  }
}

/** Reads what is left of a body and forgets it, for a while. Resolves to whether that was all of it. */
export async function discardBody(req: IncomingMessage): Promise<boolean> {
  const timeout = AbortSignal.timeout(LINGER_TIME);
  let room = LINGER_BYTES;
  const enough = new AbortController();
  const end = await readBody(req, [timeout, enough.signal], (chunk) => {
    room -= chunk.length;
    if (room < 0) enough.abort();
    return Promise.resolve();
  });
  return end === 'complete';
}

/** An `error` without a listener would end the process; that the request is destroyed tells the rest. */
function listen(req: IncomingMessage, listener: () => void): () => void {
  const events = ['readable', 'end', 'close', 'error'];
  for (const event of events) req.on(event, listener);
  return () => {
    for (const event of events) req.off(event, listener);
  };
}
