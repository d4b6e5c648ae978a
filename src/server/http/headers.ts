import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { OriginPolicy } from '../origins.ts';
import type { LogTail } from '../store.ts';

export const NO_STORE = { 'Cache-Control': 'no-store' } as const;

/** For answers that are read while they are written. */
export const UNBUFFERED = { 'X-Accel-Buffering': 'no', ...NO_STORE } as const;

const EXPOSED = 'Log-Epoch, Log-First, Log-Head, Log-End';
const ALLOWED = 'Authorization, Content-Type, Log-Append-At, Last-Event-ID';
/** Seconds a browser may remember the answer to a preflight; no engine takes more than a day. */
const PREFLIGHT_AGE = 86_400;

/** What a log is like, for every answer about it. */
export function logHeaders({ epoch, first, head, end }: LogTail): OutgoingHttpHeaders {
  return { 'Log-Epoch': epoch, 'Log-First': first, 'Log-Head': head, ...(end === undefined ? {} : { 'Log-End': end }) };
}

/** What every answer about a log carries, errors included. */
export function setCommonHeaders(origins: OriginPolicy, req: IncomingMessage, res: ServerResponse): void {
  res.setHeader('X-Content-Type-Options', 'nosniff');
  res.setHeader('Vary', 'Accept, Origin, Accept-Encoding');
  const { origin, host } = req.headers;
  if (origin === undefined || !origins.allows(origin, host)) return;
  res.setHeader('Access-Control-Allow-Origin', origin);
  res.setHeader('Access-Control-Expose-Headers', EXPOSED);
}

/** What a preflight is told; nothing where the origin is not let in. */
export function preflightHeaders(origins: OriginPolicy, req: IncomingMessage, methods: string): OutgoingHttpHeaders {
  const { origin, host } = req.headers;
  if (origin === undefined || !origins.allows(origin, host)) return {};
  return {
    'Access-Control-Allow-Methods': methods,
    'Access-Control-Allow-Headers': ALLOWED,
    'Access-Control-Max-Age': PREFLIGHT_AGE,
  };
}
