import { messageOf } from '../../protocol/message-of.ts';
import { codeOf, CommandError } from '../util/errors.ts';
import type { EndpointResponse, Endpoint } from './endpoint.ts';

/** What listens at an address. `silent`: something that did not answer, or not yet, and why one knows no more. */
export type ProbeResult = { readonly kind: 'log-stream' | 'other' | 'nobody' } | { readonly kind: 'silent'; readonly why: string };

/** What a proxy says while the server that it stands for does not answer. */
const GATEWAY = new Set([502, 503, 504]);

/** Asks what listens; waits `timeout` ms for an answer. Only another program's answer makes it `other`. Throws CommandError for a host that does not exist. */
export async function probe(endpoint: Endpoint, timeout: number): Promise<ProbeResult> {
  let answer: EndpointResponse;
  try {
    answer = await endpoint.ask(`${endpoint.basePath}/health`, { timeout });
  } catch (error) {
    const code = codeOf(error) ?? '';
    if (code === 'ECONNREFUSED') return { kind: 'nobody' };
    if (code === 'ENOTFOUND') throw new CommandError(`There is no host ${endpoint.host}: check --host.`);
    // It answered, but neither in HTTP nor within bounds.
    if (code.startsWith('HPE_') || code === 'ERR_TOO_LARGE') return { kind: 'other' };
    return { kind: 'silent', why: messageOf(error) };
  }
  if (isHealth(answer.body)) return { kind: 'log-stream' };
  return GATEWAY.has(answer.status) ? { kind: 'silent', why: `a proxy answers ${answer.status}` } : { kind: 'other' };
}

function isHealth(body: string): boolean {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && 'ok' in value && typeof value.ok === 'boolean';
  } catch {
    return false;
  }
}
