import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServerContext } from '../../context.ts';

/** One request and its answer. */
export interface Exchange {
  readonly context: ServerContext;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly query: URLSearchParams;
}

/** A request that concerns a log. */
export interface TopicExchange extends Exchange {
  readonly channel: string;
}

/** Whether the client is still connected and the answer not complete. */
export function isOpen({ req, res }: Exchange): boolean {
  return !req.socket.destroyed && !res.destroyed && !res.writableEnded;
}
