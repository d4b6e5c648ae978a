import { readTopic } from '../../../protocol/topic.ts';
import { absolute, isVouchedEndpoint } from '../../../worker/tab/page.ts';
import { isSetByCode, type LogStreamAttributes } from '../../attributes.ts';
import { LogStreamRefreshEvent } from '../../events.ts';
import type { LogBinding } from '../../log-binding.ts';
import { TOPIC_ADVICE } from '../strings.ts';

/** How long `refresh-url` may take, ms. */
export const REFRESH_TIMEOUT = 10_000;

/** Statuses of a server or proxy that is busy for the moment. */
const BUSY: ReadonlySet<number> = new Set([408, 425, 429, 502, 503, 504]);

/** Characters of an answer that are read at most: a signed topic has a few hundred. */
const LONGEST = 8_192;

/**
 * Asks the page for a fresh signed topic of the log that an element shows. Resolves with undefined, after a warning in the
 * console, where the page supplies none, or where the topic would go to another origin that only markup names.
 */
export async function freshTopicFor(element: LogStreamAttributes, { endpoint = '', topic }: LogBinding): Promise<string | undefined> {
  if (isSetByCode(element, 'endpoint') || isVouchedEndpoint(endpoint)) return freshTopic(element, element.refreshUrl, topic);
  console.warn(`log-stream: ${TOPIC_ADVICE.refreshElsewhere(endpoint)}`);
  return undefined;
}

/**
 * Asks for a fresh signed topic of the channel of `topic`: from `url` if there is one, else by the event. Resolves with
 * undefined, after a warning in the console, when no listener answers. Rejects when the answer is not a topic of that
 * channel, and with a NetworkError when it is worth trying again.
 */
export async function freshTopic(host: EventTarget, url: string, topic: string): Promise<string | undefined> {
  const channel = readTopic(topic)?.channel ?? '';
  const supplied = await (url === '' ? fromEvent(host, topic, channel) : fromUrl(url));
  if (supplied === undefined) {
    console.warn(`log-stream: ${TOPIC_ADVICE.noRefresh}`);
    return undefined;
  }
  const fresh = supplied.trim();
  if (readTopic(fresh)?.channel !== channel)
    throw new Error(TOPIC_ADVICE.refreshOther(url === '' ? 'log-stream-refresh' : 'refresh-url', channel));
  return fresh;
}

async function fromUrl(url: string): Promise<string> {
  const signal = AbortSignal.timeout(REFRESH_TIMEOUT);
  const response = await fetch(absolute(url), { headers: { accept: 'text/plain' }, cache: 'no-store', signal });
  if (!response.ok) {
    const message = TOPIC_ADVICE.refreshRefused(response.status);
    throw BUSY.has(response.status) ? new DOMException(message, 'NetworkError') : new Error(message);
  }
  return (await response.text()).slice(0, LONGEST);
}

async function fromEvent(host: EventTarget, topic: string, channel: string): Promise<string | undefined> {
  const event = new LogStreamRefreshEvent(topic, channel);
  host.dispatchEvent(event);
  if (event.answer === undefined) return undefined;
  // The page's code may answer with anything.
  return String(await event.answer);
}
