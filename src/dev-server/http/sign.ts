import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseOffset } from '../../protocol/position.ts';
import { isChannel } from '../../protocol/topic.ts';
import type { LogServer } from '../../server/create-log-server.ts';
import { allowMethods, HttpProblem, sendText } from './answer.ts';

/** Seconds until a topic expires when nothing else is asked for: a working day. Elements get a new one by themselves. */
const TTL = 12 * 3_600;
const LONGEST_TTL = 365 * 86_400;

/** Answers `GET …/sign?channel=C[&write=1][&ttl=SECONDS]` with a signed topic. The caller has made sure that the request may have one. */
export function answerSign(
  logs: Pick<LogServer, 'sign'>,
  request: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
): void {
  allowMethods(request, 'GET');
  const channel = query.get('channel') ?? '';
  if (!isChannel(channel)) throw new HttpProblem(400, 'Name the log: ?channel=NAME, 1 to 256 characters of A-Z a-z 0-9 : . _ / @ -');
  const write = query.get('write');
  if (write !== null && write !== '1') throw new HttpProblem(400, 'write is 1 or left out.');
  const ttl = query.get('ttl') === null ? TTL : parseOffset(query.get('ttl') ?? '');
  if (ttl === undefined || ttl < 1 || ttl > LONGEST_TTL) throw new HttpProblem(400, `ttl is a number of seconds from 1 to ${LONGEST_TTL}.`);
  sendText(response, logs.sign(channel, { write: write === '1', ttl }));
}
