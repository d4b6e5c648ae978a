import { messageOf } from '../../protocol/message-of.ts';
import { codeOf, CommandError } from '../util/errors.ts';
import type { EndpointResponse, Endpoint } from './endpoint.ts';

/** What listens at an address. `silent`: something that has not answered, and why. */
export type ProbeResult = { readonly kind: 'log-stream' | 'other' | 'nothing' } | { readonly kind: 'silent'; readonly why: string };

/** Statuses of a proxy whose server does not answer. */
const GATEWAY_ERRORS = new Set([502, 503, 504]);

/** Finds out what listens at an address within `timeout` ms. Only the answer of another program makes it `other`. Throws CommandError for an unknown host. */
export async function probe(endpoint: Endpoint, timeout: number): Promise<ProbeResult> {
  let answer: EndpointResponse;
  try {
    answer = await endpoint.ask(`${endpoint.basePath}/health`, { timeout });
  } catch (error) {
    const code = codeOf(error) ?? '';
    if (code === 'ECONNREFUSED') return { kind: 'nothing' };
    if (code === 'ENOTFOUND') throw new CommandError(`Unknown host ${endpoint.host}: check --host.`);
    // It answered, but not in HTTP, or too much.
    if (code.startsWith('HPE_') || code === 'ERR_TOO_LARGE') return { kind: 'other' };
    return { kind: 'silent', why: messageOf(error) };
  }
  if (isHealth(answer.body)) return { kind: 'log-stream' };
  return GATEWAY_ERRORS.has(answer.status) ? { kind: 'silent', why: `a proxy answers ${answer.status}` } : { kind: 'other' };
}

function isHealth(body: string): boolean {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && 'ok' in value && typeof value.ok === 'boolean';
  } catch {
    return false;
  }
}
