import type { OutgoingHttpHeaders } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Exchange } from './exchange.ts';
import { acceptsGzip } from './negotiate.ts';

/** A smaller body is sent as it is, bytes. */
const WORTH_COMPRESSING = 1_024;

/** Favours throughput: logs are repetitive, and the next levels cost twice the time for a tenth of the size. */
export const GZIP_LEVEL = 3;

const compress = promisify(gzip);

/** Answers with a value as JSON, like {@link sendJsonBytes}. */
export function sendJson(exchange: Exchange, value: unknown, headers: OutgoingHttpHeaders): Promise<number> {
  return sendJsonBytes(exchange, [Buffer.from(JSON.stringify(value))], headers);
}

/** Answers with a JSON text in pieces, compressed if the client accepts that; resolves to the bytes sent. */
export async function sendJsonBytes({ req, res }: Exchange, json: readonly Buffer[], headers: OutgoingHttpHeaders): Promise<number> {
  const isCompressed = lengthOf(json) >= WORTH_COMPRESSING && acceptsGzip(req.headers['accept-encoding']);
  const pieces = isCompressed ? [await compress(Buffer.concat(json), { level: GZIP_LEVEL })] : json;
  const length = lengthOf(pieces);
  res.writeHead(200, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': length,
    ...(isCompressed ? { 'Content-Encoding': 'gzip' } : {}),
    ...headers,
  });
  // Corked, the pieces reach the system in one call, without being copied together.
  res.cork();
  for (const piece of pieces) res.write(piece);
  res.end();
  return length;
}

function lengthOf(pieces: readonly Buffer[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}
