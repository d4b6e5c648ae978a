import { LIMITS } from '../../../protocol/limits.ts';
import type { Line } from '../../../protocol/line.ts';
import { encodeServerFrame, type AckState } from '../../../protocol/messages.ts';
import type { Asked } from '../../../protocol/position.ts';
import { encodeBatches } from '../../live/encoded-lines.ts';
import { resumePointOf, positionIn } from '../../live/resume.ts';
import type { LogTail } from '../../store.ts';
import type { FollowedLog } from '../../live/followed-log.ts';
import { PartThrottle } from '../../live/part-throttle.ts';
import type { TopicExchange } from '../core/exchange.ts';
import { Follower, type FollowStep } from '../core/follower.ts';
import { followLog } from '../core/follow-log.ts';
import { logHeaders, UNBUFFERED } from '../core/headers.ts';
import { ResponseWriter } from '../core/response-writer.ts';
import { lastEvent, type ReadParams } from '../core/params.ts';
import type { Signal } from '../core/signal.ts';

/** ms between two looks at an unfinished line that may not be told yet. */
const PART_TICK = LIMITS.partInterval / 2;
/** Says that the stream lives, and nothing else. */
const COMMENT = ': hb\n\n';

/** Answers with server-sent events: the frames of the wire, from where the reader left off until the log ends. */
export function sendEvents(exchange: TopicExchange, params: ReadParams): Promise<void> {
  const resumed = lastEvent(exchange.req.headers['last-event-id']);
  const asked = resumed ?? { epoch: params.epoch, offset: params.after };
  return followLog(exchange, async (topic, wake) => {
    const { req, res } = exchange;
    // What was asked for may have been written through another process: this one may not have heard of it yet.
    const tail = resumePointOf(asked, topic.tail).lost === 'reset' ? await topic.refresh() : topic.tail;
    const isDone =
      resumed !== undefined && tail.end !== undefined && resumePointOf(asked, tail).lost === undefined && asked.offset === tail.head;
    if (isDone) {
      // Tells an EventSource, which comes back after every end, that there is nothing more.
      res.writeHead(204, { ...UNBUFFERED, ...logHeaders(tail) });
      res.end();
      return;
    }
    res.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', ...UNBUFFERED, ...logHeaders(tail) });
    if (req.method === 'HEAD') {
      res.end();
      return;
    }
    res.flushHeaders();
    await new EventStream(exchange, topic, wake).run(asked, tail);
  });
}

/** One reader of server-sent events. */
class EventStream {
  readonly #exchange: TopicExchange;
  readonly #topic: FollowedLog;
  readonly #wake: Signal;
  readonly #outlet: ResponseWriter;
  readonly #follower: Follower;
  readonly #part = new PartThrottle();
  /** Whether the reader was at the head: from then on it is skipped ahead when it falls far behind. */
  #isLive = false;
  #beatDue = false;

  constructor(exchange: TopicExchange, topic: FollowedLog, wake: Signal) {
    this.#exchange = exchange;
    this.#topic = topic;
    this.#wake = wake;
    this.#outlet = new ResponseWriter(exchange);
    this.#follower = new Follower(exchange.context.store, topic, '', 0);
  }

  async run(asked: Asked, tail: LogTail): Promise<void> {
    const beat = setInterval(() => {
      this.#beatDue = true;
      this.#wake.raise();
    }, this.#exchange.context.heartbeat).unref();
    try {
      // At once, however long the first line takes: some proxies pass the head of an answer on with its first byte.
      await this.#outlet.write(COMMENT);
      const { lost, start } = resumePointOf(asked, tail);
      if (lost === undefined) this.#follower.moveTo(tail.epoch, start);
      else await this.#moveTo(lost, tail, start);
      while (this.#outlet.isOpen && !this.#outlet.isClosing) {
        const step = await this.#follower.next({ live: this.#isLive });
        if (step.kind === 'ended') {
          await this.#send({ e: 'end', code: step.code });
          this.#outlet.end();
          return;
        }
        await this.#take(step);
      }
    } finally {
      clearInterval(beat);
    }
    // Whoever took all it was given sees a proper close; the other one would keep the server from closing.
    if (this.#outlet.isBlocked) this.#outlet.destroy();
    else this.#outlet.end();
  }

  #take(step: Exclude<FollowStep, { readonly kind: 'ended' }>): Promise<void> {
    switch (step.kind) {
      case 'lines':
        return this.#sendLines(step);
      case 'idle':
        return this.#rest();
      case 'replaced':
        return this.#lose('reset');
      case 'truncated':
        return this.#lose('truncated');
      case 'behind':
        return this.#lose('skipped');
    }
  }

  #lose(state: AckState): Promise<void> {
    const { tail } = this.#topic;
    if (state === 'skipped') this.#exchange.context.metrics.skipped('events', Math.max(0, tail.head - this.#follower.after));
    if (tail.epoch !== this.#follower.epoch) return this.#moveTo('reset', tail, tail.first - 1);
    return this.#moveTo(state, tail, state === 'skipped' ? tail.head : tail.first - 1);
  }

  async #sendLines({ from, lines, chunk }: Extract<FollowStep, { readonly kind: 'lines' }>): Promise<void> {
    const { channel, context } = this.#exchange;
    this.#part.passedMessage();
    for (const { epoch, from: first, to, frame } of chunk === undefined
      ? encodeBatches(channel, this.#follower.epoch, from, lines)
      : [chunk]) {
      context.metrics.delivered('events', to - first + 1, frame.length);
      await this.#outlet.write(`id: ${epoch}-${to}\ndata: `, frame, '\n\n');
    }
  }

  /** At the head: the unfinished line, a sign of life, then nothing until something happens. */
  async #rest(): Promise<void> {
    this.#isLive = true;
    const { part, partVersion } = this.#topic;
    const now = Date.now();
    const turn = this.#part.next(part === null, partVersion, now);
    if (turn === 'send') {
      this.#part.sent(part === null, partVersion, now);
      return this.#send({ e: 'part', line: part });
    }
    if (this.#beatDue) {
      this.#beatDue = false;
      return this.#outlet.write(COMMENT);
    }
    const timer = turn === 'wait' ? setTimeout(this.#wake.raise, PART_TICK).unref() : undefined;
    await this.#wake.wait();
    clearTimeout(timer);
  }

  /** Goes on elsewhere than where the reader is, and says so. */
  async #moveTo(state: AckState, tail: LogTail, after: number): Promise<void> {
    const { channel } = this.#exchange;
    this.#follower.moveTo(tail.epoch, after);
    // All of another log is sent, however much: only who was at its head is skipped ahead in it.
    this.#isLive = state === 'skipped';
    this.#part.reset();
    const ack = encodeServerFrame({ e: 'ack', ch: channel, off: positionIn(tail, after), first: tail.first, st: state });
    await this.#outlet.write(`data: ${ack}\n\n`);
  }

  #send(frame: { readonly e: 'part'; readonly line: Line | null } | { readonly e: 'end'; readonly code: number }): Promise<void> {
    const at = { ch: this.#exchange.channel, off: positionIn(this.#topic.tail, this.#follower.after) };
    return this.#outlet.write(`data: ${encodeServerFrame({ ...frame, ...at })}\n\n`);
  }
}
