import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { NO_STORE } from './headers.ts';
import type { Problem } from '../../problem.ts';

/** Sends a short answer, for requests outside `/topics/` and `/assets/`. */
export function answer(res: ServerResponse, status: number, type: string, body: string, headers: OutgoingHttpHeaders = {}): void {
  res.writeHead(status, {
    'Content-Type': `${type}; charset=utf-8`,
    'Content-Length': Buffer.byteLength(body),
    'X-Content-Type-Options': 'nosniff',
    ...NO_STORE,
    ...headers,
  });
  // Node leaves the body out of the answer to HEAD.
  res.end(body);
}

export function answerProblem(res: ServerResponse, problem: Problem): void {
  answer(res, problem.status, 'application/problem+json', problem.body, problem.headers);
}
