import type { TopicClaims } from '../../../protocol/topic.ts';
import type { IncomingMessage } from 'node:http';
import type { ServerContext } from '../../context.ts';
import type { TopicExchange } from './exchange.ts';
import { Problem } from '../../problem.ts';

const CHALLENGE = 'Bearer realm="log-stream"';

/** Verifies the signed topic of a request, and that it was signed for the channel in the path. */
export function authenticate({ context, req, query, channel }: TopicExchange): TopicClaims {
  return verifyRequest(context, req, query, channel);
}

/** Like {@link authenticate}, for requests that concern no log. */
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

/** Throws if a topic does not allow appending. */
export function requireWrite({ metrics }: Pick<ServerContext, 'metrics'>, claims: TopicClaims): void {
  if (claims.write) return;
  metrics.refused('read-only');
  throw new Problem('forbidden', 'This topic is read-only: sign one with "w": 1 to append.');
}

/** Throws if a topic does not allow removing. Until 1.0 a topic for appending is accepted too, with a warning in the log. */
export function requireRemove({ context, channel }: Pick<TopicExchange, 'context' | 'channel'>, claims: TopicClaims): void {
  if (claims.remove) return;
  if (!claims.write) {
    context.metrics.refused('read-only');
    throw new Problem('forbidden', 'This topic does not allow removing the log: sign one with "d": 1.');
  }
  if (!context.removedByWriters.isFirst(channel)) return;
  context.logger.warn(
    { event: 'removed-by-writer', channel },
    'A log was removed with a topic that has "w" but no "d". Version 1.0 will refuse this: sign with "d": 1 to remove.',
  );
}

/** The token of a Bearer header; undefined for another scheme, which may be meant for a proxy. */
function bearer(header: string | undefined): string | undefined {
  return header === undefined ? undefined : /^bearer +(.+)$/iu.exec(header)?.[1]?.trim();
}

/** A `+` that was not percent-encoded arrives as a space. */
function fromQuery(query: URLSearchParams): string | undefined {
  return query.get('topic')?.replaceAll(' ', '+');
}
