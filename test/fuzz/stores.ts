import fc from 'fast-check';
import { openServer } from '../support/server.ts';
import { FAILURES, STORE_METHODS, WildStore, type Mood } from '../support/wild-store.ts';
import { WireClient } from '../support/wire-client.ts';
import { CHANNELS } from './arbitraries.ts';
import { batches, type Target } from './target.ts';
import type { World } from './world.ts';

const SIZE = 20;

/** A store that gets into a mood, what is asked for while it is in it, and with what failure. */
const turns = fc.record({
  method: fc.constantFrom(...STORE_METHODS),
  mood: fc.constantFrom<Mood>('throws', 'rejects', 'hangs', 'well'),
  failure: fc.nat(FAILURES.length - 1),
  channel: fc.constantFrom(...CHANNELS),
  ask: fc.constantFrom('subscribe', 'unsubscribe', 'append', 'part', 'history', 'text', 'follow', 'events', 'remove', 'health'),
});

/** A server whose store fails in every way there is, in the middle of everything: it goes on, and so does the one beside it. */
export function stores(world: () => World): Target {
  return batches('moods of a store', 5, SIZE, turns, async (all) => {
    const store = new WildStore();
    const server = await openServer({ store, retain: { lines: 3 } });
    const client = await WireClient.connect(server.endpoint);
    const leave = new AbortController();
    const ask = (channel: string, init: RequestInit, query = '', accept = '*/*'): void => {
      const url = `${server.url}/topics/${channel}?topic=${encodeURIComponent(server.sign(channel, { write: true }))}${query}`;
      const answer = fetch(url, { ...init, headers: { accept }, signal: leave.signal });
      answer.then((response) => response.arrayBuffer()).catch(() => undefined);
    };
    for (const { method, mood, failure, channel, ask: what } of all) {
      store.failure = FAILURES[failure];
      store.moods.set(method, mood);
      if (what === 'subscribe') client.subscribe(server.sign(channel), 0);
      else if (what === 'unsubscribe') client.unsubscribe(server.sign(channel));
      else if (what === 'append') ask(channel, { method: 'POST', body: 'one\ntwo\n' });
      else if (what === 'part')
        server.logs
          .writer(channel)
          .write('an unfinished li')
          .catch(() => undefined);
      else if (what === 'history') ask(channel, {});
      else if (what === 'text') ask(channel, {}, '', 'text/plain');
      else if (what === 'follow') ask(channel, {}, '&follow=1');
      else if (what === 'events') ask(channel, {}, '', 'text/event-stream');
      else if (what === 'remove') ask(channel, { method: 'DELETE' });
      else fetch(`${server.url}/health`, { signal: leave.signal }).catch(() => undefined);
      await new Promise(setImmediate);
    }
    client.probe();
    await client.next('hb');
    leave.abort();
    store.moods.clear();
    client.socket.terminate();
    await server.close();
    await world().witness();
  });
}
