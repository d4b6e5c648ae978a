import type { IncomingMessage, ServerResponse } from 'node:http';
import { isChannel, RESERVED_PREFIX } from '../../protocol/topic.ts';
import type { LogServer } from '../../server/create-log-server.ts';
import { DEFAULT_TTL, parseTtl, ttlOption } from '../util/units.ts';
import { allowMethods, HttpProblem, sendText } from './respond.ts';

/**
 * Answers `GET …/sign?channel=C[&write=1][&delete=1][&ttl=TIME]` with a signed topic. TIME has the syntax of `log-stream sign --ttl`:
 * 3600, 1h or never. The caller has checked that the request is allowed.
 */
export function handleSign(
  logs: Pick<LogServer, 'sign'>,
  request: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
): void {
  allowMethods(request, 'GET');
  const channel = query.get('channel') ?? '';
  if (!isChannel(channel))
    throw new HttpProblem(400, 'Missing or invalid channel: use ?channel=NAME, 1 to 256 characters of A-Z a-z 0-9 : . _ / @ -');
  if (channel.startsWith(RESERVED_PREFIX))
    throw new HttpProblem(400, `Channels that begin with ${RESERVED_PREFIX} are reserved. Use another name.`);
  const text = query.get('ttl');
  const ttl = text === null ? DEFAULT_TTL : parseTtl(text);
  if (ttl === undefined) throw new HttpProblem(400, 'ttl must be a number of seconds, a time such as 1h or 7d, or never.');
  sendText(response, logs.sign(channel, { write: isSet(query, 'write'), delete: isSet(query, 'delete'), ...ttlOption(ttl) }));
}

function isSet(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  if (value !== null && value !== '1') throw new HttpProblem(400, `${name} must be 1 or left out.`);
  return value === '1';
}
