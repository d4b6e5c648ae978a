import { LIMITS } from '../../protocol/limits.ts';
import { NOWHERE, type Asked, type Position } from '../../protocol/position.ts';
import { trimBefore } from '../live/encoded-lines.ts';
import type { ServerMetrics } from '../metrics/server-metrics.ts';
import { UNKNOWN_EPOCH, resumePointOf, positionIn, resume } from '../live/resume.ts';
import type { LogTail } from '../store.ts';
import type { EncodedLines, FollowedLog } from '../live/followed-log.ts';
import type { SocketWriter } from './socket-writer.ts';
import { PartThrottle } from '../live/part-throttle.ts';
import { partFrame } from '../live/part-frame.ts';
import type { Queued } from './ready-queue.ts';

/**
 * What a step came to: `idle` nothing to do until the topic changes, `more` call again, `load` call `load`,
 * `later` the part has to wait.
 */
export type DeliveryStep = 'idle' | 'more' | 'load' | 'later';

/** Whom a subscription belongs to. */
export interface SubscriptionHost {
  readonly metrics: ServerMetrics;
  /** There may be something to send. */
  changed(subscription: Subscription): void;
}

/** One log on one socket: a cursor into the topic, and what the viewer was told. */
export class Subscription implements Queued<Subscription> {
  readonly topic: FollowedLog;
  next: Subscription | null | undefined;
  readonly #host: SubscriptionHost;
  readonly #listener = (): void => this.wake();
  /** Made with the first unfinished line. */
  #part: PartThrottle | undefined;
  #cursor: Position = NOWHERE;
  /** Where it is to be placed; undefined while it simply goes on. */
  #asked: Asked | undefined;
  /** The signed topic of a request that waits for its answer. */
  #owed: string | undefined;
  #wasPlaced = false;
  #toldEnd = false;
  #spoke = false;
  #isOver = false;

  /** The host is told of changes until `end`. */
  constructor(topic: FollowedLog, host: SubscriptionHost) {
    this.topic = topic;
    this.#host = host;
    topic.listen(this.#listener);
  }

  /** Has the host look at it again. */
  wake(): void {
    this.#host.changed(this);
  }

  /** The signed topic of a subscribe that has not been answered yet. */
  get owed(): string | undefined {
    return this.#owed;
  }

  /** Whether an answer was ever given. */
  get wasPlaced(): boolean {
    return this.#wasPlaced;
  }

  /** Places the subscription, at first or anew; the next steps answer with an ack. */
  place(signed: string, asked: Asked): void {
    this.#owed = signed;
    this.#asked = asked;
  }

  /** The request cannot be answered; what went on before goes on. */
  giveUp(): void {
    this.#owed = undefined;
    this.#asked = undefined;
  }

  /** Unsubscribed, or the socket is gone: a load under way comes to nothing. */
  end(): void {
    this.giveUp();
    this.topic.unlisten(this.#listener);
    this.#isOver = true;
  }

  /** Lines that the viewer was not given yet; 0 before it was answered, and when the log became another one. */
  get behindBy(): number {
    const { tail } = this.topic;
    const isSame = this.#cursor.epoch === tail.epoch || this.#cursor.epoch === '';
    return this.#wasPlaced && isSame ? Math.max(0, tail.head - this.#cursor.offset) : 0;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The head, for a heartbeat, if the viewer has been told all lines and heard nothing since the last call. */
  takeQuietHead(): Position | undefined {
    const { tail } = this.topic;
    const isQuiet = !this.#spoke && this.#asked === undefined && this.#cursor.epoch === tail.epoch && this.#cursor.offset === tail.head;
    this.#spoke = false;
    return isQuiet ? this.#cursor : undefined;
  }

  /** Sends the next thing there is, one chunk at most. */
  step(outlet: SocketWriter): DeliveryStep {
    const { tail } = this.topic;
    if (this.#asked === undefined) {
      if (this.#isOfAnother(tail)) this.#asked = this.#cursor.epoch === '' ? UNKNOWN_EPOCH : this.#cursor;
      else if (this.#cursor.offset === tail.head) return this.#atHead(outlet);
      else {
        const chunk = this.topic.linesAfter(this.#cursor.offset);
        if (chunk !== undefined) {
          this.#sendChunk(outlet, chunk);
          return chunk.to === tail.head ? this.#atHead(outlet) : 'more';
        }
        // The ring has moved past: placed anew, which is told only if lines are left out.
        this.#asked = this.#cursor.epoch === '' ? { epoch: undefined, offset: 0 } : this.#cursor;
      }
    }
    const distance = tail.head - resumePointOf(this.#asked, tail).start;
    if (distance > 0 && distance <= LIMITS.replayLines) return 'load';
    this.#settle(outlet, this.#asked, distance === 0);
    return 'more';
  }

  /**
   * Gets the lines of a short distance, answers and sends them. Nothing happens when the log became another one
   * meanwhile: the next step sees to it. Rejects with StoreUnavailableError.
   */
  async load(outlet: SocketWriter): Promise<void> {
    const asked = this.#asked;
    if (asked === undefined) return;
    const { epoch } = this.topic.tail;
    const { start } = resumePointOf(asked, this.topic.tail);
    const chunks = await this.topic.backlog(start);
    const { tail } = this.topic;
    if (this.#asked !== asked || tail.epoch !== epoch || resumePointOf(asked, tail).start !== start) return;
    this.#settle(outlet, asked, chunks !== undefined);
    for (const chunk of chunks ?? []) this.#sendChunk(outlet, chunk);
  }

  /** Goes on behind the head, since what lies before cannot be had now. */
  skip(outlet: SocketWriter): void {
    if (this.#asked !== undefined) this.#settle(outlet, this.#asked, false);
  }

  #settle(outlet: SocketWriter, asked: Asked, replayed: boolean): void {
    const { channel, tail } = this.topic;
    const { state, off } = resume(asked, tail, replayed);
    const isAnswer = this.#owed !== undefined;
    const isTold = isAnswer || (state !== 'live' && state !== 'ended');
    if (isAnswer) this.#host.metrics.subscribed(state, asked !== 'now' && asked.epoch !== undefined);
    else if (state === 'skipped') this.#host.metrics.skipped('websocket', off.offset - resumePointOf(asked, tail).start);
    this.#cursor = off;
    this.#asked = undefined;
    this.#owed = undefined;
    this.#wasPlaced = true;
    if (!isTold) return;
    outlet.send({ e: 'ack', ch: channel, off, first: tail.first, st: state });
    this.#toldEnd = false;
    this.#part?.reset();
    this.#spoke = true;
  }

  #sendChunk(outlet: SocketWriter, chunk: EncodedLines): void {
    const { channel } = this.topic;
    const { from, to, wire } = trimBefore(channel, chunk, this.#cursor.offset);
    outlet.write(wire);
    this.#host.metrics.delivered('websocket', to - from + 1, wire.length);
    this.#cursor = { epoch: chunk.epoch, offset: chunk.to };
    this.#part?.passedMessage();
    this.#spoke = true;
  }

  #atHead(outlet: SocketWriter): DeliveryStep {
    const { channel, tail, part, partVersion } = this.topic;
    if (tail.end !== undefined && !this.#toldEnd) {
      outlet.send({ e: 'end', ch: channel, off: positionIn(tail, tail.head), code: tail.end });
      this.#toldEnd = true;
      this.#spoke = true;
    }
    if (part === null && this.#part?.isShown !== true) return 'idle';
    this.#part ??= new PartThrottle();
    const now = Date.now();
    switch (this.#part.next(part === null, partVersion, now)) {
      case 'nothing':
        return 'idle';
      case 'wait':
        return 'later';
      case 'send':
        outlet.write(partFrame(this.topic));
        this.#part.sent(part === null, partVersion, now);
        return 'idle';
    }
  }

  /** Whether this is not a later state of the log that the cursor is in. */
  #isOfAnother(tail: LogTail): boolean {
    const { epoch, offset } = this.#cursor;
    // One that had ended without a line can only be told by its end.
    if (epoch === '') return this.#toldEnd && (tail.epoch !== '' || tail.end === undefined);
    return epoch !== tail.epoch || offset > tail.head || (this.#toldEnd && tail.end === undefined);
  }
}
