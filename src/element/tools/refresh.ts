import { readTopic } from '../../protocol/topic.ts';
import { absolute } from '../../worker/tab/page.ts';
import { LogStreamRefreshEvent } from '../events.ts';
import { WORDS } from './strings.ts';

/** How long `refresh-url` may take, ms. */
export const REFRESH_TIMEOUT = 10_000;

/** The most of an answer that is read, bytes: a signed topic is a few hundred. */
const LONGEST = 8_192;

/**
 * Asks for a fresh signed topic of the channel of `topic`: from `url` if there is one, else from whoever answers the
 * event. Rejects, saying what to do, when there is none or it is of something else.
 */
export async function freshTopic(host: EventTarget, url: string, topic: string): Promise<string> {
  const channel = readTopic(topic)?.channel ?? '';
  const fresh = (await (url === '' ? fromEvent(host, topic, channel) : fromUrl(url))).trim();
  if (readTopic(fresh)?.channel !== channel)
    throw new Error(WORDS.refreshOther(url === '' ? 'log-stream-refresh' : 'refresh-url', channel));
  return fresh;
}

async function fromUrl(url: string): Promise<string> {
  const signal = AbortSignal.timeout(REFRESH_TIMEOUT);
  const response = await fetch(absolute(url), { headers: { accept: 'text/plain' }, cache: 'no-store', signal });
  if (!response.ok) throw new Error(WORDS.refreshRefused(response.status));
  return (await response.text()).slice(0, LONGEST);
}

async function fromEvent(host: EventTarget, topic: string, channel: string): Promise<string> {
  const event = new LogStreamRefreshEvent(topic, channel);
  host.dispatchEvent(event);
  if (event.answer === undefined) throw new Error(WORDS.noRefresh);
  // Code of the page may answer anything.
  return String(await event.answer);
}
