import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServerContext } from '../context.ts';
import { append } from './routes/append.ts';
import { sendAsset } from './routes/assets.ts';
import { authenticate } from './core/auth.ts';
import { sendEvents } from './routes/events.ts';
import type { Exchange, TopicExchange } from './core/exchange.ts';
import { followText } from './routes/follow-text.ts';
import { setCommonHeaders, setCorsHeaders } from './core/headers.ts';
import { notAllowed, sendOptions } from './core/methods.ts';
import { sendGroups } from './routes/groups.ts';
import { sendHistory } from './routes/history.ts';
import { sendLevels } from './routes/levels.ts';
import { negotiate } from './core/negotiate.ts';
import { checkForm, readParams } from './core/read-params.ts';
import { Problem } from '../problem.ts';
import { answerExport } from './routes/otlp.ts';
import { sendText } from './routes/raw-text.ts';
import { refuse } from './core/refuse.ts';
import { remove } from './routes/remove.ts';
import { sendSearch } from './routes/search.ts';
import { sendSeek } from './routes/seek.ts';
import { queryOf, routeOf, type LogResource, type Route } from './core/route.ts';

const TOPIC_METHODS = 'GET, HEAD, POST, PUT, DELETE, OPTIONS';
const READ_METHODS = 'GET, HEAD, OPTIONS';

/**
 * Answers a request for a log (`/topics/…`, `/levels/…` and others), an export of OpenTelemetry (`/otlp/…`) or a file of the browser build (`/assets/…`) below the base
 * path. Returns false, and does nothing, for any other.
 *
 * @param target Path and query as sent.
 */
export function handleHttp(context: ServerContext, req: IncomingMessage, res: ServerResponse, target: string): boolean {
  const route = routeOf(target, context.basePath);
  if (route === undefined) return false;
  const exchange: Exchange = { context, req, res, query: queryOf(target) };
  setCommonHeaders(res);
  // Every page may load the browser build.
  if (route.kind !== 'asset') setCorsHeaders(context.origins, req, res);
  answer(exchange, route)
    .catch((error: unknown) => refuse(exchange, error))
    .catch(() => res.destroy());
  return true;
}

async function answer(exchange: Exchange, route: Route): Promise<void> {
  switch (route.kind) {
    case 'asset':
      return answerAsset(exchange, route.name);
    case 'otlp':
      return answerExport(exchange, route.channel, route.signal);
    case 'no-channel':
      throw noChannel(route.resource);
    case 'log':
      return answerLog(route.resource, { ...exchange, channel: route.channel });
  }
}

async function answerAsset(exchange: Exchange, name: string): Promise<void> {
  switch (exchange.req.method) {
    case 'GET':
    case 'HEAD':
      return sendAsset(exchange, name);
    case 'OPTIONS':
      return sendOptions(exchange, READ_METHODS);
    default:
      throw notAllowed(READ_METHODS);
  }
}

async function answerLog(resource: LogResource, exchange: TopicExchange): Promise<void> {
  const { method } = exchange.req;
  if (method === 'GET' || method === 'HEAD') exchange.res.setHeader('Log-Has', exchange.context.features.join(', '));
  switch (resource) {
    case 'topics':
      return answerTopic(exchange);
    case 'levels':
      return answerRead(exchange, sendLevels);
    case 'groups':
      return answerRead(exchange, sendGroups);
    case 'seek':
      return answerRead(exchange, sendSeek);
    case 'search':
      return answerRead(exchange, sendSearch);
  }
}

/** Answers requests for a resource that can only be read. */
async function answerRead(exchange: TopicExchange, send: (exchange: TopicExchange) => Promise<void>): Promise<void> {
  switch (exchange.req.method) {
    case 'GET':
    case 'HEAD':
      authenticate(exchange);
      return send(exchange);
    case 'OPTIONS':
      return sendOptions(exchange, READ_METHODS);
    default:
      throw notAllowed(READ_METHODS);
  }
}

async function answerTopic(exchange: TopicExchange): Promise<void> {
  switch (exchange.req.method) {
    case 'GET':
    case 'HEAD':
      return read(exchange);
    case 'POST':
    case 'PUT':
      return append(exchange);
    case 'DELETE':
      return remove(exchange);
    case 'OPTIONS':
      return sendOptions(exchange, TOPIC_METHODS);
    default:
      throw notAllowed(TOPIC_METHODS);
  }
}

async function read(exchange: TopicExchange): Promise<void> {
  authenticate(exchange);
  const params = readParams(exchange.query, exchange.context.features);
  const form = negotiate(exchange.req.headers.accept, params.follow);
  checkForm(form, params);
  switch (form) {
    case 'json':
      return sendHistory(exchange, params);
    case 'text':
      return params.follow ? followText(exchange, params) : sendText(exchange, params);
    case 'events':
      return sendEvents(exchange, params);
  }
}

function noChannel(resource: LogResource): Problem {
  return new Problem(
    'malformed',
    `Not a valid channel: use 1 to 256 characters of A-Z a-z 0-9 : . _ / @ - after /${resource}/; no part between slashes may be empty, "." or "..".`,
  );
}
