import type { FollowedLog } from '../../live/followed-log.ts';
import type { TopicExchange } from './exchange.ts';
import { Signal } from './signal.ts';

/** How long a connection is silent before the kernel checks whether the peer is still there, ms. */
const KEEP_ALIVE = 60_000;

/**
 * Runs `follow` while the log of an exchange is followed. `changed` is raised when the log changes, the reader disconnects
 * or the server closes.
 */
export async function followLog(exchange: TopicExchange, follow: (log: FollowedLog, changed: Signal) => Promise<void>): Promise<void> {
  const { context, req, channel } = exchange;
  disableTimeouts(exchange);
  const log = await context.hub.acquire(channel);
  const changed = new Signal();
  const unsubscribe = log.subscribe(changed.raise);
  req.socket.on('close', changed.raise);
  context.closing.addEventListener('abort', changed.raise);
  try {
    await follow(log, changed);
  } finally {
    context.closing.removeEventListener('abort', changed.raise);
    req.socket.off('close', changed.raise);
    unsubscribe();
    context.hub.release(log);
  }
}

/** A request may stay open for days; TCP keep-alive still detects a peer that has vanished. */
export function disableTimeouts({ req }: Pick<TopicExchange, 'req'>): void {
  req.socket.setTimeout(0);
  req.socket.setKeepAlive(true, KEEP_ALIVE);
}
