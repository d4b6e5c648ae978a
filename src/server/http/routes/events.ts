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

/** How long a part that came too early waits before it is tried again, ms. */
const PART_TICK = LIMITS.partInterval / 2;
/** A heartbeat. */
const COMMENT = ': hb\n\n';

/** Answers with server-sent events, the frames of the WebSocket, from where the reader left off until the log ends. */
export function sendEvents(exchange: TopicExchange, params: ReadParams): Promise<void> {
  const resumed = lastEvent(exchange.req.headers['last-event-id']);
  const asked = resumed ?? { epoch: params.epoch, offset: params.after };
  return followLog(exchange, async (log, changed) => {
    const { req, res } = exchange;
    // The position may have been written through another process, whose events have not arrived here yet.
    const tail = resumePointOf(asked, log.tail).lost === 'reset' ? await log.refresh() : log.tail;
    const isDone =
      resumed !== undefined && tail.end !== undefined && resumePointOf(asked, tail).lost === undefined && asked.offset === tail.head;
    if (isDone) {
      // Stops an EventSource, which would reconnect after every end.
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
    await new EventStream(exchange, log, changed).run(asked, tail);
  });
}

/** One reader of server-sent events. */
class EventStream {
  readonly #exchange: TopicExchange;
  readonly #log: FollowedLog;
  readonly #signal: Signal;
  readonly #writer: ResponseWriter;
  readonly #follower: Follower;
  readonly #part = new PartThrottle();
  /** Whether the reader has been at the head: from then on it is moved ahead when it falls far behind. */
  #isLive = false;
  #isHeartbeatDue = false;

  constructor(exchange: TopicExchange, log: FollowedLog, changed: Signal) {
    this.#exchange = exchange;
    this.#log = log;
    this.#signal = changed;
    this.#writer = new ResponseWriter(exchange);
    this.#follower = new Follower(exchange.context.store, log, '', 0);
  }

  async run(asked: Asked, tail: LogTail): Promise<void> {
    const heartbeat = setInterval(() => {
      this.#isHeartbeatDue = true;
      this.#signal.raise();
    }, this.#exchange.context.heartbeat).unref();
    try {
      // At once, however long the first line takes: some proxies forward the head of an answer only with its first byte.
      await this.#writer.write(COMMENT);
      const { lost, start } = resumePointOf(asked, tail);
      if (lost === undefined) this.#follower.moveTo(tail.epoch, start);
      else await this.#moveTo(lost, tail, start);
      while (this.#writer.isOpen && !this.#writer.isClosing) {
        const step = await this.#follower.next({ live: this.#isLive });
        if (step.kind === 'ended') {
          await this.#send({ e: 'end', code: step.code });
          this.#writer.end();
          return;
        }
        await this.#deliver(step);
      }
    } finally {
      clearInterval(heartbeat);
    }
    // A reader that has read everything sees a proper end; one that has not would keep the server from closing.
    if (this.#writer.isBlocked) this.#writer.destroy();
    else this.#writer.end();
  }

  #deliver(step: Exclude<FollowStep, { readonly kind: 'ended' }>): Promise<void> {
    switch (step.kind) {
      case 'lines':
        return this.#sendLines(step);
      case 'idle':
        return this.#idle();
      case 'replaced':
        return this.#skip('reset');
      case 'truncated':
        return this.#skip('truncated');
      case 'lagging':
        return this.#skip('skipped');
    }
  }

  #skip(state: AckState): Promise<void> {
    const { tail } = this.#log;
    if (state === 'skipped') this.#exchange.context.metrics.skipped('events', Math.max(0, tail.head - this.#follower.after));
    if (tail.epoch !== this.#follower.epoch) return this.#moveTo('reset', tail, tail.first - 1);
    return this.#moveTo(state, tail, state === 'skipped' ? tail.head : tail.first - 1);
  }

  async #sendLines({ from, lines, encoded }: Extract<FollowStep, { readonly kind: 'lines' }>): Promise<void> {
    const { channel, context } = this.#exchange;
    this.#part.messageSent();
    const batches = encoded === undefined ? encodeBatches(channel, this.#follower.epoch, from, lines) : [encoded];
    for (const { epoch, from: first, to, frame } of batches) {
      context.metrics.delivered('events', to - first + 1, frame.length);
      await this.#writer.write(`id: ${epoch}-${to}\ndata: `, frame, '\n\n');
    }
  }

  /** At the head: sends the unfinished line or a heartbeat if due, else waits for a change. */
  async #idle(): Promise<void> {
    this.#isLive = true;
    const { part, partVersion } = this.#log;
    const now = Date.now();
    const turn = this.#part.next(part === null, partVersion, now);
    if (turn === 'send') {
      this.#part.sent(part === null, partVersion, now);
      return this.#send({ e: 'part', line: part });
    }
    if (this.#isHeartbeatDue) {
      this.#isHeartbeatDue = false;
      return this.#writer.write(COMMENT);
    }
    const timer = turn === 'wait' ? setTimeout(this.#signal.raise, PART_TICK).unref() : undefined;
    await this.#signal.wait();
    clearTimeout(timer);
  }

  /** Moves the cursor to another position, with an `ack` that tells the reader. */
  async #moveTo(state: AckState, tail: LogTail, after: number): Promise<void> {
    const { channel } = this.#exchange;
    this.#follower.moveTo(tail.epoch, after);
    // After a replacement the whole new log is sent: the reader has not been at its head yet.
    this.#isLive = state === 'skipped';
    this.#part.reset();
    const ack = encodeServerFrame({ e: 'ack', ch: channel, off: positionIn(tail, after), first: tail.first, st: state });
    await this.#writer.write(`data: ${ack}\n\n`);
  }

  #send(frame: { readonly e: 'part'; readonly line: Line | null } | { readonly e: 'end'; readonly code: number }): Promise<void> {
    const at = { ch: this.#exchange.channel, off: positionIn(this.#log.tail, this.#follower.after) };
    return this.#writer.write(`data: ${encodeServerFrame({ ...frame, ...at })}\n\n`);
  }
}
