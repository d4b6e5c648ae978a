import type { IncomingMessage } from 'node:http';
import { Signal } from './signal.ts';

/** How reading a body ended: `complete`, `broken` because its sender disconnected, or `stopped` by a signal. */
export type BodyEnd = 'complete' | 'broken' | 'stopped';

/** How much and how long a refused request may still send before the connection is cut, so that its sender can read the answer. */
const DISCARD_BYTES = 16 * 1_024 * 1_024;
const DISCARD_TIMEOUT = 2_000;

/** Passes the body of a request to `consume` as it arrives, and reads no faster than that. Rejects if `consume` does. */
export async function readBody(
  req: IncomingMessage,
  signals: readonly AbortSignal[],
  consume: (chunk: Buffer) => Promise<void>,
): Promise<BodyEnd> {
  const changed = new Signal();
  const release = listen(req, changed.raise);
  for (const signal of signals) signal.addEventListener('abort', changed.raise);
  try {
    for (;;) {
      if (signals.some((signal) => signal.aborted)) return 'stopped';
      const chunk: unknown = req.read();
      if (Buffer.isBuffer(chunk)) await consume(chunk);
      else if (req.readableEnded) return 'complete';
      else if (req.destroyed) return 'broken';
      else await changed.wait();
    }
  } finally {
    for (const signal of signals) signal.removeEventListener('abort', changed.raise);
    release();
  }
}

/** Reads and discards the rest of a body, within limits. Resolves to whether that was all of it. */
export async function discardBody(req: IncomingMessage): Promise<boolean> {
  const timeout = AbortSignal.timeout(DISCARD_TIMEOUT);
  let room = DISCARD_BYTES;
  const enough = new AbortController();
  const end = await readBody(req, [timeout, enough.signal], (chunk) => {
    room -= chunk.length;
    if (room < 0) enough.abort();
    return Promise.resolve();
  });
  return end === 'complete';
}

/** Listens to `error` as well: without a listener it would end the process. */
function listen(req: IncomingMessage, listener: () => void): () => void {
  const events = ['readable', 'end', 'close', 'error'];
  for (const event of events) req.on(event, listener);
  return () => {
    for (const event of events) req.off(event, listener);
  };
}
