import { isSame, PROOF_PATH, proofOf, randomToken } from '../access/console-token.ts';
import { isLocalName } from '../util/hosts.ts';
import type { EndpointResponse, Endpoint } from './endpoint.ts';

/**
 * Whether the server at an endpoint knows a console token. Checked before the token is sent: another user's program may listen at
 * the port, and could run commands on our server with it.
 */
export async function knowsToken(endpoint: Endpoint, token: string): Promise<boolean> {
  // The token works only on this machine.
  if (!isLocalName(endpoint.host)) return false;
  const nonce = randomToken();
  const answer = await endpoint.ask(`${PROOF_PATH}?nonce=${nonce}`, { timeout: 10_000 });
  return answer.status === 200 && isSame(proofIn(answer), proofOf(token, new URL(endpoint.origin).host, nonce));
}

function proofIn({ body }: EndpointResponse): string {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && 'proof' in value && typeof value.proof === 'string' ? value.proof : '';
  } catch {
    return '';
  }
}
