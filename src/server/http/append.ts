import type { OutgoingHttpHeaders } from 'node:http';
import { formatPosition, type Position } from '../../protocol/position.ts';
import { AppendConflict } from '../append/errors.ts';
import { openWriter, type Writer } from '../append/writer.ts';
import { positionIn } from '../resolve.ts';
import type { Batch, LogTail } from '../store.ts';
import { authenticate, requireWrite } from './auth.ts';
import { discardBody, readBody } from './body.ts';
import { isOpen, type TopicExchange } from './exchange.ts';
import { setTimeoutsAside } from './following.ts';
import { logHeaders, NO_STORE } from './headers.ts';
import { appendParams, type AppendParams } from './params.ts';
import { Problem } from './problem.ts';
import { sendJson, writeProblem } from './respond.ts';
import { problemOf } from './failure.ts';

/** A body of this size that is still on its way is read to its end after a refusal, to keep the connection, bytes. */
const SMALL_BODY = 64 * 1_024;

/** Appends the body of a request as it arrives, and answers when all of it is durable. */
export async function append(exchange: TopicExchange): Promise<void> {
  const claims = authenticate(exchange);
  setTimeoutsAside(exchange);
  let tail: LogTail | undefined;
  let writer: Writer | undefined;
  try {
    tail = await exchange.context.store.tail(exchange.channel);
    requireWrite(claims);
    const params = readHead(exchange, tail);
    writer = openWriter(exchange.context, exchange.channel, { stderr: params.stderr, at: params.at, tail });
    if (!(await takeBody(exchange, writer, params))) return;
    const position = formatPosition(writer.position ?? positionIn(writer.tail, writer.tail.head));
    await sendJson(exchange, { position }, { ...logHeaders(writer.tail), ...NO_STORE });
  } catch (error) {
    const known = error instanceof AppendConflict ? error.tail : (writer?.tail ?? tail);
    await refuse(exchange, conflictOf(error) ?? problemOf(exchange, error), known, writer?.position);
  }
}

/** Checks everything that can be checked before the body is read. */
function readHead({ context, req, query }: TopicExchange, tail: LogTail): AppendParams {
  const appendAt = req.headers['log-append-at'];
  const params = appendParams(query, typeof appendAt === 'string' ? appendAt : appendAt?.join());
  const encoding = req.headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new Problem('encoding', 'Lines are appended as they arrive: send the body uncompressed.', { 'Accept-Encoding': 'identity' });
  }
  if (context.closing.aborted) throw closing();
  if (tail.end !== undefined) throw new AppendConflict('ended', tail);
  return { ...params, at: pin(params.at, tail) };
}

/** A number means a line of the log as it is now, and of no later one. */
function pin(at: Batch['at'], tail: LogTail): Batch['at'] {
  if (at === undefined) return undefined;
  if (at.offset !== tail.head || (at.epoch ?? tail.epoch) !== tail.epoch) throw new AppendConflict('moved', tail);
  return { epoch: tail.epoch, offset: at.offset };
}

/** Returns whether there is anybody left to answer. */
async function takeBody({ context, req }: TopicExchange, writer: Writer, { end }: AppendParams): Promise<boolean> {
  const outcome = await readBody(req, context.closing, (chunk) => writer.write(chunk));
  if (outcome === 'stopped') {
    await writer.stop();
    throw closing();
  }
  if (outcome === 'broken') {
    await writer.abort();
    return false;
  }
  await (end === undefined ? writer.finish() : writer.end(end));
  return true;
}

function closing(): Problem {
  return new Problem('unavailable', 'The server closes. Every complete line it took is durable: send what follows Log-Head again.', {
    'Retry-After': 1,
  });
}

function conflictOf(error: unknown): Problem | undefined {
  return error instanceof AppendConflict ? new Problem(error.reason, error.message) : undefined;
}

/** Says no, with what the producer needs to go on: the log as it is, and how far this request came. */
async function refuse(exchange: TopicExchange, problem: Problem, tail: LogTail | undefined, position: Position | undefined): Promise<void> {
  const { req, res } = exchange;
  if (!isOpen(exchange)) return;
  const headers: OutgoingHttpHeaders = tail === undefined ? {} : logHeaders(tail);
  const facts = position === undefined ? {} : { position: formatPosition(position) };
  const small = Number(req.headers['content-length'] ?? Number.NaN) <= SMALL_BODY;
  const keep = req.complete || small;
  writeProblem(exchange, problem.with(headers, facts), keep ? {} : { Connection: 'close' });
  // The answer is out and complete by its length. A connection that is cut with bytes unread would take it along.
  await discardBody(req);
  res.end();
}
