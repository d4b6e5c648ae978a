import { describe, expect, it } from 'vitest';
import { encodeServerFrame, encodeSubscribe, encodeUnsubscribe, PROBE, type ServerFrame } from '../../../src/protocol/messages.ts';
import { describeEffect, describeEvent, describeTopic } from '../../../src/worker/debug/describe.ts';
import type { Effect, SessionEvent } from '../../../src/worker/session/events.ts';
import { emptyView } from '../../../src/worker/session/view-state.ts';
import { at, linesOf } from '../support/bench.ts';
import { topicOf } from '../support/topics.ts';

const TOPIC = topicOf('run:1');
const SHOWN = describeTopic(TOPIC);
const PROBLEM = `The topic ${TOPIC} is expired.`;
const frame = (of: ServerFrame): SessionEvent => ({ type: 'frame', generation: 2, text: encodeServerFrame(of) });

const EVENTS: readonly (readonly [SessionEvent, string])[] = [
  [{ type: 'open', log: 1, topic: TOPIC, refreshable: true }, `open log=1 ${SHOWN} refreshable`],
  [{ type: 'open', log: 1, topic: 'secret--00', refreshable: false }, `open log=1 ${describeTopic('secret--00')}`],
  [{ type: 'renew', log: 1, topic: TOPIC }, `renew log=1 ${SHOWN}`],
  [{ type: 'refreshed', log: 1, topic: TOPIC }, `refreshed log=1 ${SHOWN}`],
  [{ type: 'refreshed', log: 1, topic: undefined, failure: 'transient' }, 'refreshed log=1 none (transient)'],
  [{ type: 'close', log: 1 }, 'close log=1'],
  [{ type: 'retry', log: 1 }, 'retry log=1'],
  [
    { type: 'request', log: 1, view: 2, request: { ...emptyView('e'), want: [{ from: 1, to: 9 }], tail: 5, pull: true } },
    'request log=1 view=2 tail=5 want=1-9 epoch=e pull',
  ],
  [{ type: 'closeView', log: 1, view: 2 }, 'closeView log=1 view=2'],
  [{ type: 'show', log: 1, visible: false }, 'show log=1 hidden'],
  [{ type: 'opened', generation: 2 }, 'opened socket=2'],
  [{ type: 'closed', generation: 2, code: 1006, unsupported: false }, 'closed socket=2 code=1006'],
  [{ type: 'diagnosing' }, 'diagnosing'],
  [{ type: 'diagnosed', diagnosis: undefined }, 'diagnosed unknown'],
  [{ type: 'diagnosed', diagnosis: { cause: 'origin', problem: PROBLEM, advice: PROBLEM } }, 'diagnosed origin'],
  [
    { type: 'fetched', id: 3, result: { kind: 'lines', lines: linesOf('e', 1, 4), first: 1, head: 9, end: 0 } },
    'fetched id=3 lines count=4 first=1 head=9 end=0',
  ],
  [{ type: 'fetched', id: 3, result: { kind: 'truncated', first: 7 } }, 'fetched id=3 truncated first=7'],
  [{ type: 'fetched', id: 3, result: { kind: 'denied', problem: PROBLEM } }, 'fetched id=3 denied'],
  [
    { type: 'polled', id: 3, result: { kind: 'log', epoch: 'e', first: 1, head: 9, end: undefined, lines: [] } },
    'polled id=3 log epoch=e count=0 first=1 head=9',
  ],
  [{ type: 'streamed', id: 3, frames: [encodeServerFrame({ e: 'hb', heads: new Map() })] }, 'streamed id=3 hb'],
  [{ type: 'streamEnded', id: 3, busy: true }, 'streamEnded id=3 busy'],
  [{ type: 'network', online: false }, 'network offline'],
  [{ type: 'wake' }, 'wake'],
  [{ type: 'noTabs' }, 'noTabs'],
  [{ type: 'tick' }, 'tick'],
  [frame({ e: 'hello', v: 1, hb: 15_000, has: [] }), 'frame socket=2 hello v=1 hb=15000'],
  [frame({ e: 'ack', ch: 'run:1', off: at('e-9'), first: 1, st: 'live' }), 'frame socket=2 ack run:1 e-9 first=1 live'],
  [frame({ e: 'msg', ch: 'run:1', off: at('e-9'), lines: linesOf('e', 8, 2) }), 'frame socket=2 msg run:1 e-9 lines=2'],
  [frame({ e: 'part', ch: 'run:1', off: at('e-9'), line: [0, 'half'] }), 'frame socket=2 part run:1 e-9'],
  [frame({ e: 'end', ch: 'run:1', off: at('e-9'), code: 3 }), 'frame socket=2 end run:1 e-9 code=3'],
  [frame({ e: 'err', topic: TOPIC, code: 'expired', message: PROBLEM }), `frame socket=2 err expired ${SHOWN}`],
  [frame({ e: 'hb', heads: new Map([['run:1', at('e-9')]]) }), 'frame socket=2 hb run:1:e-9'],
  [frame({ e: 'bye', reason: 'deploy', retry: [0, 500], again: undefined }), 'frame socket=2 bye retry=0-500'],
  [
    { type: 'frame', generation: 2, text: `{"e":"news","topic":"${TOPIC}"}` },
    `frame socket=2 (unreadable, ${23 + TOPIC.length} characters)`,
  ],
];

const request = { id: 3, channel: 'run:1', topic: TOPIC };
const EFFECTS: readonly (readonly [Effect, string])[] = [
  [{ do: 'connect', generation: 2 }, 'connect socket=2'],
  [{ do: 'abandon', generation: 2 }, 'abandon socket=2'],
  [{ do: 'send', generation: 2, text: encodeSubscribe(new Map([[TOPIC, 'e-9']]))[0]! }, `send socket=2 subscribe ${SHOWN}`],
  [{ do: 'send', generation: 2, text: encodeSubscribe(new Map([[TOPIC, 'e-9']]), 200)[0]! }, `send socket=2 subscribe ${SHOWN} tail=200`],
  [{ do: 'send', generation: 2, text: encodeUnsubscribe([TOPIC])[0]! }, `send socket=2 unsubscribe ${SHOWN}`],
  [{ do: 'send', generation: 2, text: PROBE }, 'send socket=2 probe'],
  [{ do: 'fetch', request: { ...request, epoch: 'e', after: 1_000, limit: 500 } }, `fetch id=3 ${SHOWN} epoch=e lines=1001-1500`],
  [{ do: 'poll', request: { ...request, position: undefined } }, `poll id=3 ${SHOWN}`],
  [{ do: 'stream', request: { ...request, position: at('e-9') } }, `stream id=3 ${SHOWN} after=e-9`],
  [{ do: 'abort', id: 3 }, 'abort id=3'],
  [{ do: 'refresh', log: 1 }, 'refresh log=1'],
  [{ do: 'granted', log: 1, topic: TOPIC }, `granted log=1 ${SHOWN}`],
  [{ do: 'dirty', log: 1 }, 'dirty log=1'],
];

describe('the description of what a session does', () => {
  it.each(EVENTS)('names an event and its details: %o', (event, line) => {
    expect(describeEvent(event)).toBe(`event ${line}`);
  });

  it.each(EFFECTS)('names an effect and its details: %o', (effect, line) => {
    expect(describeEffect(effect)).toBe(`effect ${line}`);
  });

  it('never holds a signed topic, any part of one, or text of a log', () => {
    const lines = [...EVENTS.map(([event]) => describeEvent(event)), ...EFFECTS.map(([effect]) => describeEffect(effect))].join('\n');
    const [payload = '', signature = ''] = TOPIC.split('--');
    for (const secret of [TOPIC, payload, signature, 'secret', 'half', 'e:8', PROBLEM]) expect(lines).not.toContain(secret);
  });

  it('tells two topics of one channel apart', () => {
    const other = topicOf('run:1', { t: 1 });
    expect(describeTopic(TOPIC)).toMatch(/^run:1#[0-9a-f]{8}$/u);
    expect(describeTopic(other)).toMatch(/^run:1#[0-9a-f]{8}$/u);
    expect(describeTopic(other)).not.toBe(describeTopic(TOPIC));
  });

  it('shortens long lists', () => {
    const topics = Array.from({ length: 20 }, (_, at) => topicOf(`run:${at}`));
    const [text = ''] = encodeUnsubscribe(topics);
    expect(describeEffect({ do: 'send', generation: 1, text })).toBe(
      `effect send socket=1 unsubscribe ${topics.slice(0, 5).map(describeTopic).join(', ')} and 15 more`,
    );
  });
});
