import type { TokenRefusal } from '../session/events.ts';

/**
 * Why a log server does not accept the topic of a request; undefined if the answer is not from a log server: a proxy may
 * answer with any status.
 */
export function refusalOf({ status, headers }: Response, body: unknown): TokenRefusal | undefined {
  if ((status !== 401 && status !== 403) || !isProblem(headers)) return undefined;
  const { code, detail } = Object(body) as Record<string, unknown>;
  if (status === 401 && code !== 'unauthorized') return { kind: 'expired' };
  return {
    kind: 'denied',
    problem: typeof detail === 'string' ? detail.slice(0, 300) : "The server doesn't accept this topic. Sign it again.",
  };
}

/** Whether an answer describes a problem as log servers do. */
export function isProblem(headers: Headers): boolean {
  return /^application\/problem\+json\b/iu.test(headers.get('Content-Type') ?? '');
}
