import { LIMITS } from '../../../protocol/limits.ts';
import type { Line } from '../../../protocol/line.ts';
import { encodeServerFrame, type AckState } from '../../../protocol/messages.ts';
import type { RequestedPosition } from '../../../protocol/position.ts';
import { encodeBatches } from '../../live/encoded-lines.ts';
import { resumePointOf, positionIn, type ResumePoint } from '../../live/resume.ts';
import type { LogTail } from '../../store.ts';
import type { EncodedLines, FollowedLog } from '../../live/followed-log.ts';
import { PartThrottle } from '../../live/part-throttle.ts';
import type { TopicExchange } from '../core/exchange.ts';
import { Follower, type FollowStep } from '../core/follower.ts';
import { followLog } from '../core/follow-log.ts';
import { logHeaders, UNBUFFERED } from '../core/headers.ts';
import type { LineFilter } from '../core/line-filter.ts';
import { filterOf, findFollowerStart } from '../core/locate.ts';
import { lastEvent, type ReadParams } from '../core/read-params.ts';
import { ResponseWriter } from '../core/response-writer.ts';
import type { Signal } from '../core/signal.ts';

/** How long a part that came too early waits before it is tried again, ms. */
const PART_TICK = LIMITS.partInterval / 2;
/** A heartbeat. */
const COMMENT = ': hb\n\n';

/** Answers with server-sent events, the frames of the WebSocket, from where the reader left off until the log ends. */
export function sendEvents(exchange: TopicExchange, params: ReadParams): Promise<void> {
  const resumed = lastEvent(exchange.req.headers['last-event-id']);
  return followLog(exchange, async (log, changed) => {
    const { req, res } = exchange;
    const { tail, point } = await beginningOf(exchange, log, params, resumed);
    if (resumed !== undefined && tail.end !== undefined && point.lost === undefined && point.start === tail.head) {
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
    // A reader that resumes has passed the time it once began at.
    const filter = filterOf(exchange, resumed === undefined ? params : { ...params, start: { kind: 'after', line: 0 } });
    await new EventStream({ exchange, log, changed, filter, limit: params.limit }).run(tail, point);
  });
}

interface Beginning {
  readonly tail: LogTail;
  readonly point: ResumePoint;
}

async function beginningOf(
  exchange: TopicExchange,
  log: FollowedLog,
  { epoch, start }: ReadParams,
  resumed: RequestedPosition | undefined,
): Promise<Beginning> {
  if (resumed === undefined && start.kind !== 'after') {
    const { tail, after } = await findFollowerStart(exchange, log, start);
    return { tail, point: { lost: epoch === undefined || epoch === tail.epoch ? undefined : 'reset', start: after } };
  }
  const asked = resumed ?? { epoch, offset: start.kind === 'after' ? start.line : 0 };
  // The position may have been written through another process, whose events have not arrived here yet.
  const tail = resumePointOf(asked, log.tail).lost === 'reset' ? await log.refresh() : log.tail;
  return { tail, point: resumePointOf(asked, tail) };
}

interface EventStreamOptions {
  readonly exchange: TopicExchange;
  readonly log: FollowedLog;
  /** Raised when there may be something to do. */
  readonly changed: Signal;
  /** Undefined: every line is sent. */
  readonly filter: LineFilter | undefined;
  /** The most lines to send. */
  readonly limit: number | undefined;
}

/** One reader of server-sent events. */
class EventStream {
  readonly #exchange: TopicExchange;
  readonly #log: FollowedLog;
  readonly #signal: Signal;
  readonly #filter: LineFilter | undefined;
  readonly #writer: ResponseWriter;
  readonly #follower: Follower;
  readonly #part = new PartThrottle();
  /** How many lines may still be sent. */
  #left: number;
  /** The line after which the reader expects the next one. */
  #told = 0;
  /** Whether the reader has been at the head: from then on it is moved ahead when it falls far behind. */
  #isLive = false;
  #isHeartbeatDue = false;

  constructor({ exchange, log, changed, filter, limit = Number.POSITIVE_INFINITY }: EventStreamOptions) {
    this.#exchange = exchange;
    this.#log = log;
    this.#signal = changed;
    this.#filter = filter;
    this.#left = limit;
    this.#writer = new ResponseWriter(exchange);
    this.#follower = new Follower(exchange.context.store, log, '', 0);
  }

  async run(tail: LogTail, { lost, start }: ResumePoint): Promise<void> {
    const heartbeat = setInterval(() => {
      this.#isHeartbeatDue = true;
      this.#signal.raise();
    }, this.#exchange.context.heartbeat).unref();
    try {
      // At once, however long the first line takes: some proxies forward the head of an answer only with its first byte.
      await this.#writer.write(COMMENT);
      if (lost === undefined) this.#begin(tail.epoch, start);
      else await this.#moveTo(lost, tail, start);
      while (this.#writer.isOpen && !this.#writer.isClosing && this.#left > 0) {
        if (this.#isHeartbeatDue) await this.#beat();
        const step = await this.#next();
        if (step.kind === 'ended') {
          await this.#report();
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

  async #next(): Promise<FollowStep> {
    if (this.#filter === undefined) {
      return this.#follower.next({ limit: Math.min(this.#left, LIMITS.pageLines), live: this.#isLive });
    }
    // Never moved ahead: its reader could not tell lines that it missed from lines that did not pass.
    await this.#follower.skip(this.#filter);
    return this.#follower.next({ limit: this.#filter.readLines });
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
    const { channel } = this.#exchange;
    const { epoch } = this.#follower;
    if (this.#filter === undefined) {
      this.#part.messageSent();
      return this.#sendBatches(encoded === undefined ? encodeBatches(channel, epoch, from, lines) : [encoded]);
    }
    for (const run of this.#filter.pick(from, lines, this.#left)) {
      if (run.from !== this.#told + 1) await this.#acknowledge('skipped', run.from - 1);
      await this.#sendBatches(encodeBatches(channel, epoch, run.from, run.lines));
    }
  }

  async #sendBatches(batches: readonly EncodedLines[]): Promise<void> {
    for (const { epoch, from, to, frame } of batches) {
      this.#exchange.context.metrics.delivered('events', to - from + 1, frame.length);
      this.#left -= to - from + 1;
      this.#told = to;
      await this.#writer.write(`id: ${epoch}-${to}\ndata: `, frame, '\n\n');
    }
  }

  async #beat(): Promise<void> {
    this.#isHeartbeatDue = false;
    await this.#writer.write(COMMENT);
    await this.#report();
  }

  /** Tells the reader of a filter up to which line it was looked at, so that it resumes from there. */
  async #report(): Promise<void> {
    const { epoch, after } = this.#follower;
    if (this.#filter !== undefined && epoch !== '') await this.#writer.write(`id: ${epoch}-${after}\n\n`);
  }

  /** At the head: sends the unfinished line if due, else waits for a change. A filter has no unfinished line: that has no marks. */
  async #idle(): Promise<void> {
    this.#isLive = true;
    if (this.#filter !== undefined) return this.#signal.wait();
    const { part, partVersion } = this.#log;
    const now = Date.now();
    const turn = this.#part.next(part === null, partVersion, now);
    if (turn === 'send') {
      this.#part.sent(part === null, partVersion, now);
      return this.#send({ e: 'part', line: part });
    }
    const timer = turn === 'wait' ? setTimeout(this.#signal.raise, PART_TICK).unref() : undefined;
    await this.#signal.wait();
    clearTimeout(timer);
  }

  /** Moves the cursor to another position, with an `ack` that tells the reader. */
  async #moveTo(state: AckState, tail: LogTail, after: number): Promise<void> {
    this.#begin(tail.epoch, after);
    // After a replacement the whole new log is sent: the reader has not been at its head yet.
    this.#isLive = state === 'skipped';
    this.#part.reset();
    await this.#acknowledge(state, after);
  }

  #begin(epoch: string, after: number): void {
    this.#follower.moveTo(epoch, after);
    this.#told = after;
  }

  async #acknowledge(state: AckState, after: number): Promise<void> {
    const { tail } = this.#log;
    const off = { epoch: this.#follower.epoch, offset: after };
    const ack = encodeServerFrame({ e: 'ack', ch: this.#exchange.channel, off, first: tail.first, st: state });
    await this.#writer.write(`data: ${ack}\n\n`);
  }

  #send(frame: { readonly e: 'part'; readonly line: Line | null } | { readonly e: 'end'; readonly code: number }): Promise<void> {
    const at = { ch: this.#exchange.channel, off: positionIn(this.#log.tail, this.#follower.after) };
    return this.#writer.write(`data: ${encodeServerFrame({ ...frame, ...at })}\n\n`);
  }
}
