import type { IncomingMessage, ServerResponse } from 'node:http';
import { isChannel, RESERVED_PREFIX } from '../../protocol/topic.ts';
import type { LogServer } from '../../server/create-log-server.ts';
import { DEFAULT_TTL, parseTtl, signsFor } from '../util/units.ts';
import { allowMethods, HttpProblem, sendText } from './respond.ts';

/**
 * Answers `GET …/sign?channel=C[&write=1][&delete=1][&ttl=TIME]` with a signed topic; TIME is as the command takes it, such as 3600, 1h or
 * never. The caller has made sure that the request may have one.
 */
export function answerSign(
  logs: Pick<LogServer, 'sign'>,
  request: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
): void {
  allowMethods(request, 'GET');
  const channel = query.get('channel') ?? '';
  if (!isChannel(channel)) throw new HttpProblem(400, 'Name the log: ?channel=NAME, 1 to 256 characters of A-Z a-z 0-9 : . _ / @ -');
  if (channel.startsWith(RESERVED_PREFIX))
    throw new HttpProblem(400, `Channels that begin with ${RESERVED_PREFIX} are reserved: name the log otherwise.`);
  const text = query.get('ttl');
  const ttl = text === null ? DEFAULT_TTL : parseTtl(text);
  if (ttl === undefined) throw new HttpProblem(400, 'ttl is a number of seconds, a time such as 1h or 7d, or never.');
  sendText(response, logs.sign(channel, { write: isSet(query, 'write'), delete: isSet(query, 'delete'), ...signsFor(ttl) }));
}

function isSet(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  if (value !== null && value !== '1') throw new HttpProblem(400, `${name} is 1 or left out.`);
  return value === '1';
}
