import type { OutgoingHttpHeaders } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, gunzipSync, gzip } from 'node:zlib';
import type { Exchange } from './exchange.ts';
import { inflatedLength } from '../../util/inflated-length.ts';
import { acceptsGzip } from './negotiate.ts';

/** A smaller body is sent as it is, bytes. */
const WORTH_COMPRESSING = 1_024;

/** Favours throughput: logs are repetitive, and the next levels cost twice the time for a tenth of the size. */
export const GZIP_LEVEL = 3;

/** Bytes that are inflated without a thread: for these the way there and back costs more than the work, half a millisecond at most. */
const INFLATED_AT_ONCE = 256 * 1_024;

const compress = promisify(gzip);
const inflate = promisify(gunzip);

/** Answers with a value as JSON, like {@link sendJsonBytes}. */
export function sendJson(exchange: Exchange, value: unknown, headers: OutgoingHttpHeaders): Promise<number> {
  return sendJsonBytes(exchange, [Buffer.from(JSON.stringify(value))], headers);
}

/** Answers with a JSON text in pieces, compressed if the client accepts that; resolves to the bytes sent. */
export async function sendJsonBytes(exchange: Exchange, json: readonly Buffer[], headers: OutgoingHttpHeaders): Promise<number> {
  return isCompressible(exchange, json)
    ? sendPieces(exchange, [await compressJson(json)], GZIPPED, headers)
    : sendPieces(exchange, json, {}, headers);
}

/** Whether a JSON text is worth compressing, and the client accepts that. */
export function isCompressible({ req }: Exchange, json: readonly Buffer[]): boolean {
  return lengthOf(json) >= WORTH_COMPRESSING && acceptsGzip(req.headers['accept-encoding']);
}

/** Answers with a JSON text that is compressed already, or with what it inflates to if the client does not accept it. */
export async function sendGzippedJson(exchange: Exchange, gzipped: Buffer, headers: OutgoingHttpHeaders): Promise<number> {
  if (acceptsGzip(exchange.req.headers['accept-encoding'])) return sendPieces(exchange, [gzipped], GZIPPED, headers);
  const chunkSize = inflatedLength(gzipped);
  const json = chunkSize <= INFLATED_AT_ONCE ? gunzipSync(gzipped, { chunkSize }) : await inflate(gzipped, { chunkSize });
  return sendPieces(exchange, [json], {}, headers);
}

export function compressJson(json: readonly Buffer[]): Promise<Buffer> {
  return compress(Buffer.concat(json), { level: GZIP_LEVEL });
}

const GZIPPED = { 'Content-Encoding': 'gzip' } as const;

function sendPieces({ res }: Exchange, pieces: readonly Buffer[], coding: OutgoingHttpHeaders, headers: OutgoingHttpHeaders): number {
  const length = lengthOf(pieces);
  res.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': length, ...coding, ...headers });
  // Corked, the pieces reach the system in one call, without being copied together.
  res.cork();
  for (const piece of pieces) res.write(piece);
  res.end();
  return length;
}

function lengthOf(pieces: readonly Buffer[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}
