import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { OriginGate } from '../../access/origin-gate.ts';
import type { LogTail } from '../../store.ts';

export const NO_STORE = { 'Cache-Control': 'no-store' } as const;

/** For answers that are read while they are written: nothing in between, in this process or another, is to hold them back or compress them. */
export const UNBUFFERED = { 'X-Accel-Buffering': 'no', 'Cache-Control': 'no-store, no-transform' } as const;

/** For answers that say nothing but what is wrong with the request: whichever page asks may read them. */
export const READABLE = { 'Access-Control-Allow-Origin': '*' } as const;

const EXPOSED = 'Log-Epoch, Log-First, Log-Head, Log-End';
const ALLOWED = 'Authorization, Content-Type, Log-Append-At, Last-Event-ID';
/** Seconds a browser may remember the answer to a preflight; no engine takes more than a day. */
const PREFLIGHT_AGE = 86_400;

/** What a log is like, for every answer about it. */
export function logHeaders({ epoch, first, head, end }: LogTail): OutgoingHttpHeaders {
  return { 'Log-Epoch': epoch, 'Log-First': first, 'Log-Head': head, ...(end === undefined ? {} : { 'Log-End': end }) };
}

/** What every answer carries, errors included. */
export function setCommonHeaders(res: ServerResponse): void {
  res.setHeader('X-Content-Type-Options', 'nosniff');
  res.setHeader('Vary', 'Accept, Origin, Accept-Encoding');
}

/** Lets the page that asks read the answer, where it is let in. */
export function setCorsHeaders(origins: OriginGate, req: IncomingMessage, res: ServerResponse): void {
  const { origin } = req.headers;
  if (origin === undefined || !origins.admits(req.headers)) return;
  res.setHeader('Access-Control-Allow-Origin', origin);
  res.setHeader('Access-Control-Expose-Headers', EXPOSED);
}

/** What a preflight is told; nothing where the origin is not let in. */
export function preflightHeaders(origins: OriginGate, req: IncomingMessage, methods: string): OutgoingHttpHeaders {
  if (req.headers.origin === undefined || !origins.admits(req.headers)) return {};
  return {
    'Access-Control-Allow-Methods': methods,
    'Access-Control-Allow-Headers': ALLOWED,
    'Access-Control-Max-Age': PREFLIGHT_AGE,
  };
}
