import type { FollowedLog } from '../../live/followed-log.ts';
import type { TopicExchange } from './exchange.ts';
import { Signal } from './signal.ts';

/** How often the kernel asks a silent peer whether it is still there, ms. */
const KEEP_ALIVE = 60_000;

/**
 * Runs `follow` while the log of an exchange is followed. `wake` is raised when the log changes, the reader goes or the
 * server closes.
 */
export async function followLog(exchange: TopicExchange, follow: (topic: FollowedLog, wake: Signal) => Promise<void>): Promise<void> {
  const { context, req, channel } = exchange;
  disableTimeouts(exchange);
  const topic = await context.hub.acquire(channel);
  const wake = new Signal();
  const unsubscribe = topic.subscribe(wake.raise);
  req.socket.on('close', wake.raise);
  context.closing.addEventListener('abort', wake.raise);
  try {
    await follow(topic, wake);
  } finally {
    context.closing.removeEventListener('abort', wake.raise);
    req.socket.off('close', wake.raise);
    unsubscribe();
    context.hub.release(topic);
  }
}

/** A request may stay open for days; a peer that is gone without a word is still found out. */
export function disableTimeouts({ req }: Pick<TopicExchange, 'req'>): void {
  req.socket.setTimeout(0);
  req.socket.setKeepAlive(true, KEEP_ALIVE);
}
