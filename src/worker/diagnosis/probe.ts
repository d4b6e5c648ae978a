import { classify, type ProbeAnswer } from './classify.ts';
import type { Diagnosis } from './diagnosis.ts';

/** Longest text of an answer that is passed on, characters. */
const LONGEST = 500;

/** Finds out why no WebSocket opens at an endpoint; undefined where nothing answers, or the failure may soon be over. Never rejects. */
export async function diagnose(endpoint: string, fetcher: typeof fetch, signal: AbortSignal): Promise<Diagnosis | undefined> {
  return classify({ endpoint, page: pageOrigin() }, await probe(endpoint, fetcher, signal));
}

async function probe(endpoint: string, fetcher: typeof fetch, signal: AbortSignal): Promise<ProbeAnswer> {
  try {
    const response = await fetcher(endpoint, { headers: { Accept: 'application/problem+json' }, signal, cache: 'no-store' });
    const { status, url } = response;
    const type = /^[^;\s]*/u.exec(response.headers.get('Content-Type') ?? '')?.[0].toLowerCase() ?? '';
    if (type === 'application/problem+json')
      return { kind: 'answer', status, type, url: url || endpoint, problem: problemIn(await response.json()) };
    // The body does not matter and may be long.
    response.body?.cancel().catch(() => undefined);
    return { kind: 'answer', status, type, url: url || endpoint, problem: undefined };
  } catch {
    return reach(endpoint, fetcher, signal);
  }
}

/** Whether anything answers, even if this page may not read it. */
async function reach(endpoint: string, fetcher: typeof fetch, signal: AbortSignal): Promise<ProbeAnswer> {
  if (pageOrigin() === undefined || new URL(endpoint).origin === pageOrigin()) return { kind: 'none' };
  try {
    const { body } = await fetcher(endpoint, { mode: 'no-cors', signal, cache: 'no-store' });
    body?.cancel().catch(() => undefined);
    return { kind: 'unreadable' };
  } catch {
    return { kind: 'none' };
  }
}

function problemIn(body: unknown): Extract<ProbeAnswer, { kind: 'answer' }>['problem'] {
  const { code, origin, host, detail } = Object(body) as Record<string, unknown>;
  return { code: text(code), origin: text(origin), host: text(host), detail: text(detail) };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, LONGEST) : '';
}

/** The Origin that browsers send for this page or worker. */
function pageOrigin(): string | undefined {
  const { origin } = globalThis as { readonly origin?: unknown };
  return typeof origin === 'string' ? origin : undefined;
}
