import type { Body } from './body.ts';
import { absent, anything, line, position, type Pattern } from './pattern.ts';
import type {
  AnswerSpec,
  Case,
  FrameStep,
  HttpStep,
  OtherStep,
  RequestSpec,
  SocketStep,
  CaseStep,
  StreamStep,
  Untestable,
} from './steps.ts';
import type { TopicSpec } from './topics.ts';

/* Short forms of the steps, so that a case reads like a sentence. */

/** A case of a rule. */
export const rule = (id: string, title: string, ...steps: readonly CaseStep[]): Case => ({ rule: id, title, steps });

/** A case that waits for `beats` heartbeats. */
export const slowRule = (id: string, title: string, beats: number, ...steps: readonly CaseStep[]): Case => ({
  rule: id,
  title,
  steps,
  beats,
});

/** A case that only a server with a feature has to pass. */
export const featureRule = (feature: string, id: string, title: string, ...steps: readonly CaseStep[]): Case => ({
  rule: id,
  title,
  steps,
  feature,
});

export const untestable = (id: string, title: string, why: string): Untestable => ({ rule: id, title, why });

export const request = (spec: RequestSpec, expect: AnswerSpec): HttpStep => ({ do: 'request', request: spec, expect });
export const until = (spec: RequestSpec, expect: AnswerSpec): HttpStep => ({ do: 'request', request: spec, expect, retry: true });
/** Reads history as JSON. */
export const get = (log: string, query: string, expect: AnswerSpec): HttpStep => request({ log, query }, expect);
/** Appends, which must succeed; saves the epoch. */
export const append = (log: string, body: Body, query = '', epoch = 'epoch'): HttpStep =>
  request({ method: 'POST', log, body, query }, { status: 200, json: { position: position(epoch) } });
export const remove = (log: string): HttpStep => request({ method: 'DELETE', log }, { status: 204 });

export const open = (as: string, spec: RequestSpec): StreamStep => ({ do: 'open', as, request: spec, whole: false });
export const follow = (as: string, spec: RequestSpec): StreamStep => ({ do: 'open', as, request: spec, whole: true });
export const write = (to: string, body: Body): StreamStep => ({ do: 'write', to, body });
export const finish = (of: string): StreamStep => ({ do: 'finish', of });
export const breakOff = (of: string): StreamStep => ({ do: 'break', of });
export const answer = (of: string, expect: AnswerSpec): StreamStep => ({ do: 'answer', of, expect });
export const head = (of: string, expect: Pick<AnswerSpec, 'status' | 'headers'>): StreamStep => ({ do: 'head', of, expect });
export const text = (of: string, its: string): StreamStep => ({ do: 'text', of, text: its });
export const event = (of: string, data: Pattern, id: Pattern = absent): StreamStep => ({ do: 'event', of, id, data });
/** An event with only an id. */
export const idEvent = (of: string, id: Pattern, beats: number): StreamStep => ({ do: 'id', of, id, beats });
export const over = (of: string, how: 'complete' | 'broken'): StreamStep => ({ do: 'over', of, how });

export const connect = (socket = 's', more: Omit<Extract<SocketStep, { do: 'connect' }>, 'do' | 'socket'> = {}): SocketStep => ({
  do: 'connect',
  socket,
  ...more,
});
export const send = (frame: Pattern, socket = 's'): SocketStep => ({ do: 'send', socket, frame });
export const sendRaw = (body: Body, socket = 's'): SocketStep => ({ do: 'send raw', socket, body, binary: false });
export const sendBinary = (body: Body, socket = 's'): SocketStep => ({ do: 'send raw', socket, body, binary: true });
/** Subscribes one log. */
export const subscribe = (log: string, at: string | number, topic: TopicSpec = {}, socket = 's'): SocketStep => ({
  do: 'subscribe',
  socket,
  entries: [{ topic: { log, ...topic }, at }],
});
export const subscribeAll = (entries: readonly (readonly [TopicSpec, string | number])[], socket = 's'): SocketStep => ({
  do: 'subscribe',
  socket,
  entries: entries.map(([topic, at]) => ({ topic, at })),
});
/** Subscribes the tail of one log, so many lines. */
export const subscribeTail = (log: string, at: string | number, tail: number, socket = 's'): SocketStep => ({
  do: 'subscribe',
  socket,
  entries: [{ topic: { log }, at }],
  tail,
});
export const closed = (code: number, socket = 's'): SocketStep => ({ do: 'closed', socket, code });

export const frame = (pattern: Pattern, socket = 's'): FrameStep => ({ do: 'frame', socket, frame: pattern });
export const frames = (patterns: readonly Pattern[], socket = 's'): FrameStep => ({ do: 'frames', socket, frames: patterns });
export const probe = (heads: Readonly<Record<string, Pattern>> = {}, socket = 's'): FrameStep => ({ do: 'probe', socket, heads });
/** Like `probe`, but no other log may be named. */
export const probeOnly = (heads: Readonly<Record<string, Pattern>> = {}, socket = 's'): FrameStep => ({
  do: 'probe',
  socket,
  heads,
  only: true,
});
/** Lines on the socket, from number `from` on; a number for `its` stands for the numbered lines up to it. */
export const lines = (log: string, from: number, its: readonly Pattern[] | number, socket = 's', epoch = 'epoch'): FrameStep => ({
  do: 'lines',
  socket,
  log,
  epoch,
  from,
  lines: its,
});
/** Lines of a tail of `tail` lines up to the head, after skipping others. */
export const catchUp = (log: string, from: number, its: number, tail: number, socket = 's', epoch = 'epoch'): FrameStep => ({
  do: 'catch up',
  socket,
  log,
  epoch,
  from,
  head: its,
  skips: true,
  tail,
});
/** The same as server-sent events. */
export const eventLines = (of: string, log: string, from: number, its: readonly Pattern[] | number, epoch = 'epoch'): StreamStep => ({
  do: 'event lines',
  of,
  log,
  epoch,
  from,
  lines: its,
});

export const sign = (as: string, topic: TopicSpec): OtherStep => ({ do: 'sign', topic: { ...topic, as } });
export const wait = (ms: number): OtherStep => ({ do: 'wait', ms });
/** The server found this in a line, or was told it by its producer; else the case cannot be tested. */
export const marked = (log: string, at: number, extra: Pattern): OtherStep => ({ do: 'marked', log, line: at, extra });
/** The server has this resource; else the case cannot be tested. */
export const offered = (spec: RequestSpec): OtherStep => ({ do: 'offered', request: spec });
export const differ = (one: string, another: string): OtherStep => ({ do: 'differ', names: [one, another] });

/** An `ack`; a number as position is one in the epoch saved as `epoch`. */
export const ack = (log: string, off: number | string, st: string, first: Pattern = anything): Pattern => ({
  e: 'ack',
  ch: `<${log}>`,
  off: typeof off === 'number' ? `<epoch>-${off}` : off,
  first,
  st,
});
export const part = (log: string, off: number | string, its: Pattern): Pattern => ({
  e: 'part',
  ch: `<${log}>`,
  off: typeof off === 'number' ? `<epoch>-${off}` : off,
  data: { line: typeof its === 'string' ? line(its) : its },
});
export const end = (log: string, off: number | string, code: number): Pattern => ({
  e: 'end',
  ch: `<${log}>`,
  off: typeof off === 'number' ? `<epoch>-${off}` : off,
  data: { code },
});
/** An `err` for the topic saved by a name; undefined for one without topic. */
export const err = (topic: string | undefined, code: string): Pattern => ({
  e: 'err',
  topic: topic === undefined ? absent : `<${topic}>`,
  code,
});
