import { formatPosition, type Position } from '../../../protocol/position.ts';
import { AppendConflictError } from '../../append/append-conflict-error.ts';
import { openWriter, type Writer } from '../../append/writer.ts';
import { positionIn } from '../../live/resume.ts';
import type { Batch, LogTail } from '../../store.ts';
import { authenticate, requireWrite } from '../core/auth.ts';
import { readBody } from '../core/body.ts';
import type { TopicExchange } from '../core/exchange.ts';
import { disableTimeouts } from '../core/follow-log.ts';
import { logHeaders, NO_STORE } from '../core/headers.ts';
import { appendParams, type AppendParams } from '../core/params.ts';
import { Problem } from '../../problem.ts';
import { exemptFromRequestTimeout } from '../core/request-timeout.ts';
import { sendJson } from '../core/respond.ts';
import { problemOf } from '../core/failure.ts';

const BODY_ALREADY_READ = 'The body was already read by other code in this server: call handle() before any body parser, or use attach().';

/** Appends the body of a request as it arrives; answers when all of it is durable. */
export async function append(exchange: TopicExchange): Promise<void> {
  const claims = authenticate(exchange);
  let tail: LogTail | undefined;
  let writer: Writer | undefined;
  try {
    tail = await exchange.context.store.tail(exchange.channel);
    requireWrite(exchange.context, claims);
    const params = readHead(exchange, tail);
    // Authorized: from here on the body may take as long as its producer likes.
    disableTimeouts(exchange);
    exemptFromRequestTimeout(exchange.req);
    writer = openWriter(exchange.context, exchange.channel, { ...params, tail, ownsChunks: true });
    if (!(await writeBody(exchange, writer, params))) return;
    const position = formatPosition(writer.position ?? positionIn(writer.tail, writer.tail.head));
    await sendJson(exchange, { position }, { ...logHeaders(writer.tail), ...NO_STORE });
  } catch (error) {
    const known = error instanceof AppendConflictError ? error.tail : (writer?.tail ?? tail);
    throw withFacts(problemOf(exchange, error), known, writer?.position);
  }
}

/** Checks everything that can be checked before the body is read. */
function readHead({ context, req, query }: TopicExchange, tail: LogTail): AppendParams {
  if (req.readableDidRead) {
    context.logger.error({ event: 'body-taken' }, BODY_ALREADY_READ);
    throw new Problem('internal', BODY_ALREADY_READ);
  }
  const appendAt = req.headers['log-append-at'];
  const params = appendParams(query, typeof appendAt === 'string' ? appendAt : appendAt?.join());
  const encoding = req.headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new Problem('encoding', 'Compressed bodies are not supported: send the body uncompressed.', { 'Accept-Encoding': 'identity' });
  }
  if (context.closing.aborted) throw closing();
  if (tail.end !== undefined) throw new AppendConflictError('ended', tail);
  return { ...params, at: pin(params.at, tail) };
}

/** Pins a line number without an epoch to the current epoch. */
function pin(at: Batch['at'], tail: LogTail): Batch['at'] {
  if (at === undefined) return undefined;
  if (at.offset !== tail.head || (at.epoch ?? tail.epoch) !== tail.epoch) throw new AppendConflictError('moved', tail);
  return { epoch: tail.epoch, offset: at.offset };
}

/** Writes the body; resolves to whether the producer is still there to be answered. */
async function writeBody({ context, req }: TopicExchange, writer: Writer, { end, level }: AppendParams): Promise<boolean> {
  const outcome = await readBody(req, [context.closing, writer.failed], (chunk) => writer.write(chunk, { level }));
  if (outcome === 'stopped') {
    // Rejects if the writer has failed; else the server is closing.
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
  return new Problem('unavailable', 'The server is shutting down. Every complete line up to Log-Head is durable: send the rest again.', {
    'Retry-After': 1,
  });
}

/** Adds what the producer needs to continue: the state of the log, and the last line this request wrote. */
function withFacts(problem: Problem, tail: LogTail | undefined, position: Position | undefined): Problem {
  return problem.with(tail === undefined ? {} : logHeaders(tail), position === undefined ? {} : { position: formatPosition(position) });
}
