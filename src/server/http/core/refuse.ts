import { discardBody } from './body.ts';
import { isOpen, type Exchange } from './exchange.ts';
import { problemOf } from './failure.ts';
import { NO_STORE } from './headers.ts';

/** A body of this size that is still on its way is read to its end, to keep the connection, bytes. */
const SMALL_BODY = 64 * 1_024;

/** Answers a request that went wrong, as far as it can still be answered. */
export async function refuse(exchange: Exchange, error: unknown): Promise<void> {
  const { req, res } = exchange;
  if (!isOpen(exchange)) return;
  const problem = problemOf(exchange, error);
  // An answer under way cannot become another one: breaking it off is the only way to say so.
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const { body } = problem;
  const isSmall = Number(req.headers['content-length'] ?? Number.NaN) <= SMALL_BODY;
  res.writeHead(problem.status, {
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    ...NO_STORE,
    ...problem.headers,
    ...(req.complete || isSmall ? {} : { Connection: 'close' }),
  });
  res.write(body);
  // The answer is out, and complete by its length. Cutting a connection with bytes unread would take it along.
  const isRead = await discardBody(req);
  res.end();
  if (!isRead) req.socket.destroySoon();
}
