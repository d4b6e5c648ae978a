import { setImmediate } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { AppendConflictError } from '../../append/append-conflict-error.ts';
import { openWriter } from '../../append/writer.ts';
import { failureAnswer, successAnswer } from '../../otlp/export-answer.ts';
import { ProtobufMissingError } from '../../otlp/load-protobuf.ts';
import { ExportTooLargeError } from '../../otlp/otlp-record.ts';
import { readExport, type ExportEncoding, type LogExport } from '../../otlp/read-export.ts';
import { Problem } from '../../problem.ts';
import { authenticate, requireWrite } from '../core/auth.ts';
import { readBody } from '../core/body.ts';
import { BODY_BYTES, BoundedBody, tooLarge } from '../core/bounded-body.ts';
import type { Exchange, TopicExchange } from '../core/exchange.ts';
import { NO_STORE } from '../core/headers.ts';
import { notAllowed, sendOptions } from '../core/methods.ts';
import { refuse } from '../core/refuse.ts';

const METHODS = 'POST, OPTIONS';

/** Chunks that are written before other requests have their turn. */
const SLICE = 500;

const ENCODINGS: Readonly<Record<string, ExportEncoding>> = { 'application/json': 'json', 'application/x-protobuf': 'protobuf' };

/**
 * Answers an export of OpenTelemetry: its records become lines of the channel. Failures are told as OTLP wants them, in the encoding of
 * the request.
 *
 * @param channel undefined if the path names no valid channel.
 * @param signal what is exported; only `logs` can be taken.
 */
export async function answerExport(exchange: Exchange, channel: string | undefined, signal: string): Promise<void> {
  const { req, res } = exchange;
  if (req.method === 'OPTIONS') return sendOptions(exchange, METHODS);
  const [type = ''] = (req.headers['content-type'] ?? '').toLowerCase().split(';', 1);
  const encoding = ENCODINGS[type.trim()];
  try {
    if (req.method !== 'POST') throw notAllowed(METHODS);
    if (channel === undefined) throw new Problem('malformed', 'The path names no valid channel: it is /otlp/CHANNEL/v1/logs.');
    const received = await receive({ ...exchange, channel }, signal, encoding);
    if (received === undefined) return;
    const answer = await successAnswer(received, encoding ?? 'json');
    res.writeHead(200, { 'Content-Type': answer.type, 'Content-Length': answer.body.length, ...NO_STORE });
    res.end(answer.body);
  } catch (error) {
    await refuse(exchange, error, ({ status, message }) => failureAnswer(status, message, encoding ?? 'json'));
  }
}

/** Resolves once the records are durable; to undefined if their sender has disconnected before it had sent them all. */
async function receive(exchange: TopicExchange, signal: string, encoding: ExportEncoding | undefined): Promise<LogExport | undefined> {
  requireWrite(exchange.context, authenticate(exchange));
  if (signal !== 'logs') throw logsOnly(signal);
  if (encoding === undefined) throw new Problem('media-type', `Content-Type must be ${Object.keys(ENCODINGS).join(' or ')}.`);
  const body = new BoundedBody(exchange.context.exportBytes, exchange.channel);
  try {
    const bytes = await readExportBody(exchange, body);
    if (bytes === undefined) return undefined;
    const received = await readExport(bytes, encoding).catch((error: unknown) => Promise.reject(unreadable(error)));
    await append(exchange, received);
    return received;
  } finally {
    body.release();
  }
}

function logsOnly(signal: string): Problem {
  return new Problem(
    'not-found',
    `Only logs are received here, not ${signal}: set OTEL_EXPORTER_OTLP_LOGS_ENDPOINT, with /v1/logs at its end, instead of OTEL_EXPORTER_OTLP_ENDPOINT.`,
  );
}

/** The body, inflated; undefined if its sender has disconnected. */
async function readExportBody({ context, req, channel }: TopicExchange, body: BoundedBody): Promise<Buffer | undefined> {
  const coding = (req.headers['content-encoding'] ?? 'identity').toLowerCase();
  if (coding !== 'identity' && coding !== 'gzip')
    throw new Problem('encoding', 'Content-Encoding must be gzip, or left out.', { 'Accept-Encoding': 'gzip' });
  if (Number(req.headers['content-length'] ?? 0) > BODY_BYTES) throw tooLarge();
  const end = await readBody(req, [context.closing], async (chunk) => body.add(chunk));
  if (end === 'broken') return undefined;
  if (end === 'stopped') throw new Problem('unavailable', 'The server is shutting down: send it again.', { 'Retry-After': 1 });
  if (coding === 'identity') return body.bytes;
  const inflated = new BoundedBody(context.exportBytes, channel);
  try {
    const chunks: AsyncIterable<Buffer> = createGunzip().end(body.bytes);
    for await (const chunk of chunks) inflated.add(chunk);
    return inflated.bytes;
  } catch (error) {
    throw error instanceof Problem ? error : new Problem('malformed', 'The body is not gzip, or it was cut off.');
  } finally {
    inflated.release();
  }
}

function unreadable(error: unknown): Problem {
  if (error instanceof ExportTooLargeError) return new Problem('too-large', error.message);
  if (error instanceof ProtobufMissingError) return new Problem('media-type', error.message);
  const reason = error instanceof Error ? error.message : String(error);
  return new Problem('malformed', `The body is no ExportLogsServiceRequest: ${reason}.`);
}

async function append({ context, channel }: TopicExchange, { chunks }: LogExport): Promise<void> {
  const tail = await context.store.tail(channel);
  if (tail.end !== undefined) throw new AppendConflictError('ended', tail);
  const writer = openWriter(context, channel, { tail });
  for (const [at, { texts, level, isEntry }] of chunks.entries()) {
    await writer.write(`${texts.join('\n')}\n`, { level, entry: isEntry });
    // A writer that has room resolves at once: others have their turn here.
    if (at % SLICE === SLICE - 1) await setImmediate();
  }
  await writer.finish();
}
