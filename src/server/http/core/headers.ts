import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { OriginGate } from '../../access/origin-gate.ts';
import type { LogTail } from '../../store.ts';

export const NO_STORE = { 'Cache-Control': 'no-store' } as const;

/** For streamed answers: no proxy or middleware may buffer or compress them. */
export const UNBUFFERED = { 'X-Accel-Buffering': 'no', 'Cache-Control': 'no-store, no-transform' } as const;

/** For answers that only say what is wrong with the request: any page may read them. */
export const READABLE = { 'Access-Control-Allow-Origin': '*' } as const;

const EXPOSED = 'Log-Epoch, Log-First, Log-Head, Log-End, Log-Has';
const ALLOWED = 'Authorization, Content-Type, Content-Encoding, Log-Append-At, Last-Event-ID';
/** Seconds a browser may cache the answer to a preflight; engines cap it at a day or less. */
const PREFLIGHT_AGE = 86_400;

/** The state of a log, sent with every answer about it. */
export function logHeaders({ epoch, first, head, end }: LogTail): OutgoingHttpHeaders {
  return { 'Log-Epoch': epoch, 'Log-First': first, 'Log-Head': head, ...(end === undefined ? {} : { 'Log-End': end }) };
}

/** Sets the headers of every answer, errors included. */
export function setCommonHeaders(res: ServerResponse): void {
  res.setHeader('X-Content-Type-Options', 'nosniff');
  res.setHeader('Vary', 'Accept, Origin, Accept-Encoding');
}

/** Lets the requesting page read the answer, if its origin is allowed. */
export function setCorsHeaders(origins: OriginGate, req: IncomingMessage, res: ServerResponse): void {
  const { origin } = req.headers;
  if (origin === undefined || !origins.admits(req.headers)) return;
  res.setHeader('Access-Control-Allow-Origin', origin);
  res.setHeader('Access-Control-Expose-Headers', EXPOSED);
}

/** The headers of the answer to a preflight; none if the origin is not allowed. */
export function preflightHeaders(origins: OriginGate, req: IncomingMessage, methods: string): OutgoingHttpHeaders {
  if (req.headers.origin === undefined || !origins.admits(req.headers)) return {};
  return {
    'Access-Control-Allow-Methods': methods,
    'Access-Control-Allow-Headers': ALLOWED,
    'Access-Control-Max-Age': PREFLIGHT_AGE,
  };
}
