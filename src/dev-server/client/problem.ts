import type { EndpointResponse } from './endpoint.ts';

/** Whether the same request may succeed in a moment. */
export function isTransient(status: number): boolean {
  return status >= 500 || status === 408 || status === 425 || status === 429;
}

/** The reason that an error response gives. */
export function problemOf({ status, body }: Pick<EndpointResponse, 'status' | 'body'>): string {
  const problem = parse(body);
  if (typeof problem === 'object' && problem !== null) {
    if ('detail' in problem && typeof problem.detail === 'string') return `${problem.detail} (${status})`;
    if ('title' in problem && typeof problem.title === 'string') return `${problem.title} (${status})`;
  }
  const text = body.trim().split('\n')[0] ?? '';
  return text === '' ? `the server answered ${status}` : `${text.slice(0, 300)} (${status})`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
