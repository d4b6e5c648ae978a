import type { IncomingMessage, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { Logger } from '../log/logger.ts';
import type { ServerMetrics } from './server-metrics.ts';

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']);
const ROUTES: ReadonlySet<string> = new Set(['topics', 'levels', 'groups', 'seek', 'search', 'otlp', 'assets', 'health', 'metrics']);

/** Counts and logs an answer when it has ended. `path` is relative to the base path; the query is never logged. */
export function observeAnswer(
  { metrics, logger }: { readonly metrics: ServerMetrics; readonly logger: Logger },
  path: string,
  req: IncomingMessage,
  res: ServerResponse,
): void {
  const from = performance.now();
  const first = path.split('/', 2)[1] ?? '';
  // Values chosen by clients are not used as labels: each would become another series.
  const route = ROUTES.has(first) ? first : 'other';
  const method = METHODS.has(req.method ?? '') ? (req.method ?? '') : 'other';
  res.once('close', () => {
    const status = res.headersSent ? String(res.statusCode) : 'none';
    metrics.answered(route, method, status);
    const facts = { event: 'request', method, path: readable(path), status: res.statusCode, ms: Math.round(performance.now() - from) };
    logger.debug({ ...facts, complete: res.writableFinished }, 'A request was answered.');
  });
}

/** Hides a path that may contain a signed topic, put there by mistake. */
function readable(path: string): string {
  return path.length > MAX_PATH || /--|%2d/iu.test(path) ? '(not shown)' : path;
}

const MAX_PATH = 400;
