import { readTopic } from '../protocol/topic.ts';
import { LogStreamRefreshEvent } from './events.ts';
import { STRINGS } from './strings.ts';

/** Asks for a fresh signed topic: from `url` if there is one, else from whoever answers the event. Rejects when nobody does. */
export async function freshTopic(host: EventTarget, url: string, topic: string): Promise<string> {
  if (url !== '') {
    const response = await fetch(url, { headers: { accept: 'text/plain' }, cache: 'no-store' });
    if (!response.ok) throw new Error(STRINGS.refreshRefused(response.status));
    return (await response.text()).trim();
  }
  const event = new LogStreamRefreshEvent(topic, readTopic(topic)?.channel ?? '');
  host.dispatchEvent(event);
  if (event.answer === undefined) throw new Error(STRINGS.noRefresh);
  return (await event.answer).trim();
}
