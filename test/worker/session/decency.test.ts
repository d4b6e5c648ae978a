import { describe, expect, it } from 'vitest';
import { readTopic } from '../../../src/protocol/topic.ts';
import type { Effect } from '../../../src/worker/session/events.ts';
import { Client, Clockwork, type Reaction } from '../support/clockwork.ts';
import { topicOf } from '../support/topics.ts';

const HELLO = { e: 'hello', v: 1, hb: 15_000, has: [] } as const;
const HOUR = 3_600_000;

type Way = (client: Client, generation: number) => void;

/** A socket that opens, says hello and is closed a while later. */
const closing =
  (code: number, after: number): Way =>
  (client, generation) => {
    client.later(20, { type: 'opened', generation });
    client.frame(20, generation, HELLO);
    client.later(20 + after, { type: 'closed', generation, code });
  };

/** How servers treat sockets. */
const SOCKETS = new Map<string, Way>([
  ['refuses every handshake', (client, generation) => client.later(5, { type: 'closed', generation, code: 1006 })],
  ['never answers a handshake', () => undefined],
  ['opens sockets and says nothing', (client, generation) => client.later(20, { type: 'opened', generation })],
  ...[1000, 1001, 1002, 1005, 1006, 1008, 1009, 1011, 1012, 1013, 3000, 4400, 4401, 4403, 4408, 4426, 4999].map((code): [string, Way] => [
    `opens sockets and closes them at once with ${code}`,
    closing(code, 1),
  ]),
  ['closes every socket after nine seconds', closing(1006, 9_000)],
  ['closes every socket after ten seconds', closing(1006, 10_000)],
  [
    'says goodbye to everybody at once, and that there is no need to wait',
    (client, generation) => {
      client.later(20, { type: 'opened', generation });
      client.frame(20, generation, HELLO);
      client.frame(21, generation, { e: 'bye', reason: 'deploy', retry: [0, 0], again: [0, 0] });
      client.later(22, { type: 'closed', generation, code: 1012 });
    },
  ],
  [
    'says hello and nothing else',
    (client, generation) => {
      client.later(20, { type: 'opened', generation });
      client.frame(20, generation, { ...HELLO, hb: 1 });
    },
  ],
  [
    'says hello in another version',
    (client, generation) => {
      client.later(20, { type: 'opened', generation });
      client.frame(20, generation, { ...HELLO, v: 2 });
    },
  ],
]);

/** How servers treat requests. */
const REQUESTS = new Map<string, Reaction>([
  ['answers no request', () => undefined],
  [
    'fails every request',
    (client, effect) => {
      if (effect.do === 'poll') client.later(5, { type: 'polled', id: effect.request.id, result: { kind: 'failed' } });
      if (effect.do === 'fetch') client.later(5, { type: 'fetched', id: effect.request.id, result: { kind: 'failed' } });
    },
  ],
  [
    'answers requests and ends every stream at once',
    (client, effect) => {
      const log = { kind: 'log', epoch: 'e', first: 1, head: 0, end: undefined, lines: [] } as const;
      if (effect.do === 'poll') client.later(5, { type: 'polled', id: effect.request.id, result: log });
      if (effect.do === 'stream') client.later(5, { type: 'streamEnded', id: effect.request.id });
    },
  ],
  [
    'answers every other request',
    (client, effect) => {
      const log = { kind: 'log', epoch: 'e', first: 1, head: 0, end: undefined, lines: [] } as const;
      if (effect.do === 'poll')
        client.later(5, { type: 'polled', id: effect.request.id, result: effect.request.id % 2 === 0 ? log : { kind: 'failed' } });
      if (effect.do === 'stream') client.later(5, { type: 'streamEnded', id: effect.request.id });
    },
  ],
  [
    'says that every topic has expired',
    (client, effect) => {
      if (effect.do === 'poll') client.later(5, { type: 'polled', id: effect.request.id, result: { kind: 'expired' } });
    },
  ],
]);

/** Topics are renewed as soon as the session asks for it. */
function renew(client: Client, log: number): void {
  const seconds = Math.floor(client.clock.now / 1_000);
  client.later(5, { type: 'refreshed', log, topic: topicOf('run:1', { t: 2_000 + seconds }, `a${client.clock.now}`) });
}

function follow(react: Reaction, seed: number): Client {
  const client = new Client(new Clockwork(), seed, react);
  client.dispatch({ type: 'open', log: 1, topic: topicOf('run:1'), refreshable: true });
  client.dispatch({ type: 'request', log: 1, view: 1, request: { want: [], tail: 100, pull: false, epoch: '', delivered: [] } });
  return client;
}

describe('a session never runs hot', () => {
  const cases = [...SOCKETS.keys()].flatMap((socket) => [...REQUESTS.keys()].map((request) => [socket, request] as const));

  it.each(cases)('with a server that %s and %s', (socket, request) => {
    for (let seed = 1; seed <= 5; seed += 1) {
      const client = follow((who, effect) => {
        if (effect.do === 'connect') SOCKETS.get(socket)?.(who, effect.generation);
        else if (effect.do === 'refresh') renew(who, effect.log);
        else REQUESTS.get(request)?.(who, effect);
      }, seed);
      client.clock.run(HOUR);
      // Dice may roll low some times in a row.
      expect(client.busiest('connect')).toBeLessThanOrEqual(20);
      expect(client.busiest('stream')).toBeLessThanOrEqual(20);
      expect(client.busiest('refresh')).toBeLessThanOrEqual(20);
      expect(client.busiest('send')).toBeLessThanOrEqual(20);
      // Every five seconds, again after a failure, and before a stream.
      expect(client.busiest('poll')).toBeLessThanOrEqual(12 + 20);
      // Over an hour pauses are as long as they get: 15 seconds and a little on the average.
      const often = (what: Effect['do']): number => (client.did.get(what)?.length ?? 0) / 60;
      expect(often('connect')).toBeLessThanOrEqual(6);
      expect(often('stream')).toBeLessThanOrEqual(6);
      expect(often('refresh')).toBeLessThanOrEqual(6);
      expect(often('poll')).toBeLessThanOrEqual(24);
    }
  });

  it('with a server that refuses every subscription for now', () => {
    const subscribes: number[] = [];
    const client = follow((who, effect) => {
      if (effect.do === 'connect') {
        who.later(20, { type: 'opened', generation: effect.generation });
        who.frame(20, effect.generation, HELLO);
        for (let beat = 1; beat < 240; beat += 1) who.frame(beat * 15_000, effect.generation, { e: 'hb', heads: new Map() });
      }
      if (effect.do !== 'send') return;
      subscribes.push(who.clock.now);
      for (const topic of Object.keys((JSON.parse(effect.text) as { subscribe: Record<string, string> }).subscribe)) {
        expect(readTopic(topic)?.channel).toBe('run:1');
        who.frame(5, effect.generation, { e: 'err', topic, code: 'unavailable', message: '' });
      }
    }, 1);
    client.clock.run(HOUR - 60_000);
    expect(client.did.get('connect')).toHaveLength(1);
    expect(subscribes.length).toBeGreaterThan(60);
    expect(client.busiest('send')).toBeLessThanOrEqual(12);
  });

  it('with a server whose frames contradict each other', () => {
    const client = follow((who, effect) => {
      if (effect.do === 'connect') {
        who.later(20, { type: 'opened', generation: effect.generation });
        who.frame(20, effect.generation, HELLO);
        for (let beat = 1; beat < 240; beat += 1) who.frame(beat * 15_000, effect.generation, { e: 'hb', heads: new Map() });
      }
      if (effect.do !== 'send') return;
      who.frame(5, effect.generation, { e: 'ack', ch: 'run:1', off: { epoch: 'e', offset: 3 }, first: 1, st: 'live' });
      who.frame(6, effect.generation, { e: 'msg', ch: 'run:1', off: { epoch: 'f', offset: 9 }, lines: [[1, 'x']] });
    }, 1);
    client.clock.run(HOUR - 60_000);
    expect(client.busiest('send')).toBeLessThanOrEqual(12);
  });
});
