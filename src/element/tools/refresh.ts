import { readTopic } from '../../protocol/topic.ts';
import { absolute } from '../../worker/tab/page.ts';
import { LogStreamRefreshEvent } from '../events.ts';
import { TOOL_STRINGS } from './strings.ts';

/** How long `refresh-url` may take, ms. */
export const REFRESH_TIMEOUT = 10_000;

/** Statuses of a server, or something before it, that has no time for now. */
const BUSY: ReadonlySet<number> = new Set([408, 425, 429, 502, 503, 504]);

/** The most of an answer that is read, bytes: a signed topic is a few hundred. */
const LONGEST = 8_192;

/**
 * Asks for a fresh signed topic of the channel of `topic`: from `url` if there is one, else from whoever answers the
 * event; undefined, with a warning that says what to do, when nobody does. Rejects when it is of something else, and with a
 * NetworkError where that may pass.
 */
export async function freshTopic(host: EventTarget, url: string, topic: string): Promise<string | undefined> {
  const channel = readTopic(topic)?.channel ?? '';
  const supplied = await (url === '' ? fromEvent(host, topic, channel) : fromUrl(url));
  if (supplied === undefined) {
    console.warn(`log-stream: ${TOOL_STRINGS.noRefresh}`);
    return undefined;
  }
  const fresh = supplied.trim();
  if (readTopic(fresh)?.channel !== channel)
    throw new Error(TOOL_STRINGS.refreshOther(url === '' ? 'log-stream-refresh' : 'refresh-url', channel));
  return fresh;
}

async function fromUrl(url: string): Promise<string> {
  const signal = AbortSignal.timeout(REFRESH_TIMEOUT);
  const response = await fetch(absolute(url), { headers: { accept: 'text/plain' }, cache: 'no-store', signal });
  if (!response.ok) {
    const words = TOOL_STRINGS.refreshRefused(response.status);
    throw BUSY.has(response.status) ? new DOMException(words, 'NetworkError') : new Error(words);
  }
  return (await response.text()).slice(0, LONGEST);
}

async function fromEvent(host: EventTarget, topic: string, channel: string): Promise<string | undefined> {
  const event = new LogStreamRefreshEvent(topic, channel);
  host.dispatchEvent(event);
  if (event.answer === undefined) return undefined;
  // Code of the page may answer anything.
  return String(await event.answer);
}
