import { parseClientFrame, parseServerFrame, type ServerFrame } from '../../protocol/messages.ts';
import { formatPosition } from '../../protocol/position.ts';
import { readTopic } from '../../protocol/topic.ts';
import type { Effect, HistoryResult, PollResult, SessionEvent, ViewRequest } from '../session/events.ts';

/** Most topics, heads or ranges that one description names. */
const LONGEST_LIST = 5;

/** One line about an event. No signed topic is ever in it, and no text of a log. */
export function describeEvent(event: SessionEvent): string {
  return join('event', event.type, ...eventDetails(event));
}

/** One line about an effect. No signed topic is ever in it. */
export function describeEffect(effect: Effect): string {
  return join('effect', effect.do, ...effectDetails(effect));
}

function eventDetails(event: SessionEvent): (string | undefined)[] {
  switch (event.type) {
    case 'open':
      return [
        log(event),
        describeTopic(event.topic),
        flag('refreshable', event.refreshable),
        ...(event.requests ?? []).flatMap(({ view, request }) => [`view=${view}`, ...describeRequest(request)]),
      ];
    case 'renew':
      return [log(event), describeTopic(event.topic)];
    case 'refreshed':
      return [log(event), event.topic === undefined ? `none (${event.failure ?? 'rejected'})` : describeTopic(event.topic)];
    case 'request':
      return [log(event), `view=${event.view}`, ...describeRequest(event.request)];
    case 'closeView':
      return [log(event), `view=${event.view}`];
    case 'show':
      return [log(event), event.visible ? 'visible' : 'hidden'];
    case 'close':
    case 'retry':
      return [log(event)];
    case 'opened':
      return [`socket=${event.generation}`];
    case 'frame':
      return [`socket=${event.generation}`, describeFrame(event.text)];
    case 'closed':
      return [`socket=${event.generation}`, `code=${event.code}`, flag('unsupported', event.unsupported)];
    case 'diagnosed':
      return [event.diagnosis?.cause ?? 'unknown'];
    case 'fetched':
    case 'polled':
      return [`id=${event.id}`, describeResult(event.result)];
    case 'streamed':
      return [`id=${event.id}`, list(event.frames.map(describeFrame))];
    case 'streamEnded':
      return [`id=${event.id}`, flag('busy', event.busy)];
    case 'network':
      return [event.online ? 'online' : 'offline'];
    case 'diagnosing':
    case 'wake':
    case 'noTabs':
    case 'tick':
      return [];
  }
}

function effectDetails(effect: Effect): (string | undefined)[] {
  switch (effect.do) {
    case 'connect':
    case 'abandon':
      return [`socket=${effect.generation}`];
    case 'send':
      return [`socket=${effect.generation}`, describeSent(effect.text)];
    case 'fetch': {
      const { id, topic, epoch, after, limit } = effect.request;
      return [`id=${id}`, describeTopic(topic), `epoch=${epoch}`, `lines=${after + 1}-${after + limit}`];
    }
    case 'poll':
    case 'stream': {
      const { id, topic, position } = effect.request;
      return [`id=${id}`, describeTopic(topic), position && `after=${formatPosition(position)}`];
    }
    case 'abort':
      return [`id=${effect.id}`];
    case 'granted':
      return [log(effect), describeTopic(effect.topic)];
    case 'refresh':
    case 'dirty':
      return [log(effect)];
  }
}

/** The channel of a signed topic and a short hash, which tells two topics of one channel apart and opens nothing. */
export function describeTopic(topic: string): string {
  return `${readTopic(topic)?.channel ?? '(unreadable topic)'}#${hash(topic)}`;
}

function describeRequest({ want, tail, pull, epoch }: ViewRequest): (string | undefined)[] {
  const ranges = want.map(({ from, to }) => `${from}-${to}`);
  return [`tail=${tail}`, want.length === 0 ? undefined : `want=${list(ranges)}`, epoch && `epoch=${epoch}`, flag('pull', pull)];
}

function describeFrame(text: string): string {
  const frame = parseServerFrame(text);
  return frame === undefined ? `(unreadable, ${text.length} characters)` : join(frame.e, ...frameDetails(frame));
}

function frameDetails(frame: ServerFrame): (string | undefined)[] {
  switch (frame.e) {
    case 'hello':
      return [`v=${frame.v}`, `hb=${frame.hb}`, frame.has.length === 0 ? undefined : `has=${list(frame.has)}`];
    case 'ack':
      return [frame.ch, formatPosition(frame.off), `first=${frame.first}`, frame.st];
    case 'msg':
      return [frame.ch, formatPosition(frame.off), `lines=${frame.lines.length}`];
    case 'part':
      return [frame.ch, formatPosition(frame.off)];
    case 'end':
      return [frame.ch, formatPosition(frame.off), `code=${frame.code}`];
    case 'err':
      return [frame.code, frame.topic === undefined ? undefined : describeTopic(frame.topic)];
    case 'hb':
      return [list([...frame.heads].map(([channel, off]) => `${channel}:${formatPosition(off)}`))];
    case 'bye':
      return [`retry=${frame.retry.join('-')}`, frame.again && `again=${frame.again.join('-')}`];
  }
}

function describeSent(text: string): string {
  const frame = parseClientFrame(text);
  if (frame === undefined) return `(${text.length} characters)`;
  const subscribe = frame.subscribe.map(({ signed }) => describeTopic(signed));
  return join(
    subscribe.length === 0 ? undefined : `subscribe ${list(subscribe)}`,
    frame.tail === undefined ? undefined : `tail=${frame.tail}`,
    frame.unsubscribe.length === 0 ? undefined : `unsubscribe ${list(frame.unsubscribe.map(describeTopic))}`,
    flag('probe', frame.probe),
  );
}

function describeResult(result: HistoryResult | PollResult): string {
  switch (result.kind) {
    case 'lines':
      return join('lines', `count=${result.lines.length}`, `first=${result.first}`, `head=${result.head}`, end(result));
    case 'log':
      return join(
        'log',
        `epoch=${result.epoch}`,
        `count=${result.lines.length}`,
        `first=${result.first}`,
        `head=${result.head}`,
        end(result),
      );
    case 'truncated':
      return `truncated first=${result.first}`;
    default:
      return result.kind;
  }
}

function end({ end: code }: { readonly end: number | undefined }): string | undefined {
  return code === undefined ? undefined : `end=${code}`;
}

function log({ log: number }: { readonly log: number }): string {
  return `log=${number}`;
}

function flag(name: string, on: boolean | undefined): string | undefined {
  return on === true ? name : undefined;
}

function list(items: readonly string[]): string {
  const more = items.length > LONGEST_LIST ? ` and ${items.length - LONGEST_LIST} more` : '';
  return items.slice(0, LONGEST_LIST).join(', ') + more;
}

function join(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' ');
}

/** FNV-1a, 32 bits. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return (value >>> 0).toString(16).padStart(8, '0');
}
