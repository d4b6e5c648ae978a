import type { Exchange } from './exchange.ts';
import { NO_STORE, preflightHeaders } from './headers.ts';
import { Problem } from '../../problem.ts';

/** Answers OPTIONS with the methods of a resource, which browsers ask before they send certain requests. */
export function sendOptions({ context, req, res }: Exchange, methods: string): void {
  res.writeHead(204, { Allow: methods, ...NO_STORE, ...preflightHeaders(context.origins, req, methods) });
  res.end();
}

export function notAllowed(methods: string): Problem {
  return new Problem('method-not-allowed', `Use one of ${methods}.`, { Allow: methods });
}
