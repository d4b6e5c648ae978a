import { discardBody } from './body.ts';
import { isOpen, type Exchange } from './exchange.ts';
import { problemOf } from './failure.ts';
import { NO_STORE } from './headers.ts';
import type { Problem } from '../../problem.ts';

/** An unread body of at most this size is read to its end, to keep the connection, bytes. */
const SMALL_BODY = 64 * 1_024;

/** How a problem is told. */
export interface ProblemBody {
  readonly type: string;
  readonly body: string | Uint8Array;
}

/** Answers a request that failed, if it can still be answered. */
export async function refuse(
  exchange: Exchange,
  error: unknown,
  tell: (problem: Problem) => ProblemBody | Promise<ProblemBody> = asProblem,
): Promise<void> {
  const { req, res } = exchange;
  if (!isOpen(exchange)) return;
  const problem = problemOf(exchange, error);
  // An answer that has begun cannot become an error: only breaking it off tells the client.
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const { type, body } = await tell(problem);
  const isSmall = Number(req.headers['content-length'] ?? Number.NaN) <= SMALL_BODY;
  res.writeHead(problem.status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
    ...NO_STORE,
    ...problem.headers,
    ...(req.complete || isSmall ? {} : { Connection: 'close' }),
  });
  res.write(body);
  // The answer is written, complete by its length. Closing the connection with unread bytes could lose it.
  const isRead = await discardBody(req);
  res.end();
  if (!isRead) req.socket.destroySoon();
}

function asProblem({ body }: Problem): ProblemBody {
  return { type: 'application/problem+json; charset=utf-8', body };
}
