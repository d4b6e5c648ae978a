import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer, answerProblem } from '../core/answer.ts';
import { verifyRequest } from '../core/auth.ts';
import { Problem } from '../../problem.ts';
import { queryOf } from '../core/route.ts';
import { METRICS_CHANNEL, type Signer } from '../../access/signer.ts';
import type { ServerMetrics } from '../../metrics/server-metrics.ts';

export interface MetricsOptions {
  readonly metrics: ServerMetrics;
  readonly signer: Signer;
  /** Whether no topic is required. */
  readonly isPublic: boolean;
}

/** Answers `GET` and `HEAD` of `/metrics`; requires a topic for {@link METRICS_CHANNEL} unless metrics are public. */
export function answerMetrics({ metrics, signer, isPublic }: MetricsOptions, req: IncomingMessage, res: ServerResponse): void {
  try {
    if (req.method !== 'GET' && req.method !== 'HEAD') throw new Problem('method-not-allowed', 'Use GET or HEAD.', { Allow: 'GET, HEAD' });
    if (!isPublic) verifyRequest({ signer, metrics }, req, queryOf(req.url ?? ''), METRICS_CHANNEL);
    answer(res, 200, 'text/plain; version=0.0.4', metrics.text());
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    answerProblem(res, error);
  }
}
