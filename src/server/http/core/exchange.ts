import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServerContext } from '../../context.ts';

/** One request and its answer. */
export interface Exchange {
  readonly context: ServerContext;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly query: URLSearchParams;
}

/** One that is about a log. */
export interface TopicExchange extends Exchange {
  readonly channel: string;
}

/** Whether somebody still listens. */
export function isOpen({ req, res }: Exchange): boolean {
  return !req.socket.destroyed && !res.destroyed && !res.writableEnded;
}
