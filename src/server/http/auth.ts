import type { TopicClaims } from '../../protocol/topic.ts';
import type { IncomingMessage } from 'node:http';
import type { ServerContext } from '../context.ts';
import type { TopicExchange } from './exchange.ts';
import { Problem } from './problem.ts';

const CHALLENGE = 'Bearer realm="log-stream"';

/** Verifies the signed topic of a request and that it is one of this very channel. */
export function authenticate({ context, req, query, channel }: TopicExchange): TopicClaims {
  return verifyRequest(context, req, query, channel);
}

/** As {@link authenticate}, for what is no log. */
export function verifyRequest(
  { signer, metrics }: Pick<ServerContext, 'signer' | 'metrics'>,
  req: IncomingMessage,
  query: URLSearchParams,
  channel: string,
): TopicClaims {
  const signed = bearer(req.headers.authorization) ?? fromQuery(query);
  if (signed === undefined) {
    metrics.refused('missing');
    throw new Problem('unauthorized', 'Send a signed topic as "Authorization: Bearer SIGNED", or as ?topic=SIGNED.', {
      'WWW-Authenticate': CHALLENGE,
    });
  }
  const verdict = signer.verify(signed);
  if (!verdict.ok) {
    metrics.refused(verdict.code);
    throw new Problem(verdict.code === 'expired' ? 'expired' : 'unauthorized', verdict.message, {
      'WWW-Authenticate': `${CHALLENGE}, error="invalid_token", error_description="${verdict.code}"`,
    });
  }
  if (verdict.claims.channel !== channel) {
    metrics.refused('channel');
    throw new Problem('forbidden', 'This topic was signed for another channel: sign one for the channel in the path.');
  }
  return verdict.claims;
}

/** Refuses a topic that may only read. */
export function requireWrite({ metrics }: Pick<ServerContext, 'metrics'>, claims: TopicClaims): void {
  if (claims.write) return;
  metrics.refused('read-only');
  throw new Problem('forbidden', 'This topic allows to read only: sign one with "w": 1 to append or remove.');
}

/** Undefined for another scheme, which may be meant for a proxy in between. */
function bearer(header: string | undefined): string | undefined {
  return header === undefined ? undefined : /^bearer +(.+)$/iu.exec(header)?.[1]?.trim();
}

/** A `+` that was not percent-encoded arrives as a space. */
function fromQuery(query: URLSearchParams): string | undefined {
  return query.get('topic')?.replaceAll(' ', '+');
}
