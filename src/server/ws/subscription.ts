import { LIMITS } from '../../protocol/limits.ts';
import { NOWHERE, type Asked, type Position } from '../../protocol/position.ts';
import { linesAfter } from '../live/encoded-lines.ts';
import type { ServerMetrics } from '../metrics/server-metrics.ts';
import { UNKNOWN_EPOCH, resumePointOf, positionIn, resume } from '../live/resume.ts';
import type { LogTail } from '../store.ts';
import type { EncodedLines, FollowedLog } from '../live/followed-log.ts';
import type { SocketWriter } from './socket-writer.ts';
import { PartThrottle } from '../live/part-throttle.ts';
import { partFrame } from '../live/part-frame.ts';
import type { Queued } from './ready-queue.ts';

/**
 * The outcome of a step: `idle` nothing to send until the log changes, `more` call `step` again, `load` call `load`,
 * `later` the part has to wait.
 */
export type DeliveryStep = 'idle' | 'more' | 'load' | 'later';

/** The socket session that a subscription belongs to. */
export interface SubscriptionHost {
  readonly metrics: ServerMetrics;
  /** The subscription may have something to send. */
  changed(subscription: Subscription): void;
}

type State =
  | { readonly kind: 'following' }
  /** `pendingAck` is the signed topic of the subscribe to answer; undefined when the server moves the cursor by itself. */
  | { readonly kind: 'placing'; readonly asked: Asked; readonly pendingAck: string | undefined }
  | { readonly kind: 'ended' };

const FOLLOWING: State = { kind: 'following' };
const ENDED: State = { kind: 'ended' };

/**
 * One log on one socket: a cursor into the log, and what its viewer was sent.
 *
 *     place()                    acknowledged, or giveUp()
 *    ─────────▶ placing ─────────────────────────────────────▶ following
 *                  ▲                                               │
 *                  └── place(), the log was replaced, or the ring ─┘
 *                      no longer holds the next line
 *
 *    end() leads from any state to ended.
 */
export class Subscription implements Queued<Subscription> {
  readonly log: FollowedLog;
  next: Subscription | null | undefined;
  readonly #host: SubscriptionHost;
  readonly #listener = (): void => this.wake();
  #state: State = FOLLOWING;
  #cursor: Position = NOWHERE;
  /** Created with the first unfinished line. */
  #part: PartThrottle | undefined;
  #wasPlaced = false;
  #hasSentEnd = false;
  /** Whether the viewer was sent anything since the last heartbeat. */
  #wasActive = false;

  /** The host is notified of changes until `end`. */
  constructor(log: FollowedLog, host: SubscriptionHost) {
    this.log = log;
    this.#host = host;
    log.listen(this.#listener);
  }

  /** Asks the host to serve this subscription again. */
  wake(): void {
    this.#host.changed(this);
  }

  /** The signed topic of a subscribe that has not been answered yet. */
  get pendingAck(): string | undefined {
    return this.#state.kind === 'placing' ? this.#state.pendingAck : undefined;
  }

  /** Whether any subscribe was answered. */
  get wasPlaced(): boolean {
    return this.#wasPlaced;
  }

  get isEnded(): boolean {
    return this.#state.kind === 'ended';
  }

  /** Moves the cursor to where a subscribe asks for; the next steps answer it with an ack. */
  place(signed: string, asked: Asked): void {
    this.#enter({ kind: 'placing', asked, pendingAck: signed });
  }

  /** Drops a subscribe that cannot be answered: delivery continues as before. */
  giveUp(): void {
    this.#enter(FOLLOWING);
  }

  /** Unsubscribed, or the socket is gone. A load under way will have no effect. */
  end(): void {
    this.#enter(ENDED);
    this.log.unlisten(this.#listener);
  }

  #enter(state: State): void {
    this.#state = state;
  }

  /** Lines that the viewer was not sent yet; 0 before the first ack, and while the log has been replaced. */
  get lagLines(): number {
    const { tail } = this.log;
    const isSame = this.#cursor.epoch === tail.epoch || this.#cursor.epoch === '';
    return this.#wasPlaced && isSame ? Math.max(0, tail.head - this.#cursor.offset) : 0;
  }

  /** The head, for a heartbeat, if the viewer has all lines and was sent nothing since the last call. */
  pollQuietHead(): Position | undefined {
    const { tail } = this.log;
    const isAtHead = this.#state.kind === 'following' && this.#cursor.epoch === tail.epoch && this.#cursor.offset === tail.head;
    const isQuiet = isAtHead && !this.#wasActive;
    this.#wasActive = false;
    return isQuiet ? this.#cursor : undefined;
  }

  /** Sends the next thing there is: one frame of lines at most. */
  step(writer: SocketWriter): DeliveryStep {
    const { tail } = this.log;
    if (this.#state.kind === 'ended') return 'idle';
    if (this.#state.kind === 'placing') return this.#placeOrLoad(writer, this.#state.asked);
    if (this.#isReplacedBy(tail)) return this.#move(writer, this.#cursor.epoch === '' ? UNKNOWN_EPOCH : this.#cursor);
    if (this.#cursor.offset === tail.head) return this.#atHead(writer);
    const lines = this.log.linesAfter(this.#cursor.offset);
    // The ring has moved past the cursor. The viewer gets an ack only if lines are left out.
    if (lines === undefined) return this.#move(writer, this.#cursor.epoch === '' ? { epoch: undefined, offset: 0 } : this.#cursor);
    this.#sendLines(writer, lines);
    return lines.to === tail.head ? this.#atHead(writer) : 'more';
  }

  #move(writer: SocketWriter, asked: Asked): DeliveryStep {
    this.#enter({ kind: 'placing', asked, pendingAck: undefined });
    return this.#placeOrLoad(writer, asked);
  }

  #placeOrLoad(writer: SocketWriter, asked: Asked): DeliveryStep {
    const { tail } = this.log;
    const distance = tail.head - resumePointOf(asked, tail).start;
    if (distance > 0 && distance <= LIMITS.replayLines) return 'load';
    this.#acknowledge(writer, asked, distance === 0);
    return 'more';
  }

  /**
   * Gets the lines of a short distance, answers and sends them. Does nothing when the log was replaced meanwhile: the next
   * step deals with that. Rejects with StoreUnavailableError.
   */
  async load(writer: SocketWriter): Promise<void> {
    const state = this.#state;
    if (state.kind !== 'placing') return;
    const { asked } = state;
    const { epoch } = this.log.tail;
    const { start } = resumePointOf(asked, this.log.tail);
    const backlog = await this.log.backlog(start);
    const { tail } = this.log;
    if (this.#state !== state || tail.epoch !== epoch || resumePointOf(asked, tail).start !== start) return;
    this.#acknowledge(writer, asked, backlog !== undefined);
    for (const lines of backlog ?? []) this.#sendLines(writer, lines);
  }

  /** Continues after the head, since the lines before it cannot be read now. */
  skip(writer: SocketWriter): void {
    if (this.#state.kind === 'placing') this.#acknowledge(writer, this.#state.asked, false);
  }

  #acknowledge(writer: SocketWriter, asked: Asked, replayed: boolean): void {
    const { channel, tail } = this.log;
    const { state, off } = resume(asked, tail, replayed);
    const isAnswer = this.pendingAck !== undefined;
    const needsAck = isAnswer || (state !== 'live' && state !== 'ended');
    if (isAnswer) this.#host.metrics.subscribed(state, asked !== 'now' && asked.epoch !== undefined);
    else if (state === 'skipped') this.#host.metrics.skipped('websocket', off.offset - resumePointOf(asked, tail).start);
    this.#cursor = off;
    this.#wasPlaced = true;
    this.#enter(FOLLOWING);
    if (!needsAck) return;
    writer.send({ e: 'ack', ch: channel, off, first: tail.first, st: state });
    this.#hasSentEnd = false;
    this.#part?.reset();
    this.#wasActive = true;
  }

  #sendLines(writer: SocketWriter, lines: EncodedLines): void {
    const { from, to, wire } = linesAfter(this.log.channel, lines, this.#cursor.offset);
    writer.write(wire);
    this.#host.metrics.delivered('websocket', to - from + 1, wire.length);
    this.#cursor = { epoch: lines.epoch, offset: lines.to };
    this.#part?.messageSent();
    this.#wasActive = true;
  }

  #atHead(writer: SocketWriter): DeliveryStep {
    const { channel, tail, part, partVersion } = this.log;
    if (tail.end !== undefined && !this.#hasSentEnd) {
      writer.send({ e: 'end', ch: channel, off: positionIn(tail, tail.head), code: tail.end });
      this.#hasSentEnd = true;
      this.#wasActive = true;
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
        writer.write(partFrame(this.log));
        this.#part.sent(part === null, partVersion, now);
        return 'idle';
    }
  }

  /** Whether a tail belongs to another log than the one the cursor is in. */
  #isReplacedBy(tail: LogTail): boolean {
    const { epoch, offset } = this.#cursor;
    // A log that ended without a line has no epoch: only its end tells it apart.
    if (epoch === '') return this.#hasSentEnd && (tail.epoch !== '' || tail.end === undefined);
    return epoch !== tail.epoch || offset > tail.head || (this.#hasSentEnd && tail.end === undefined);
  }
}
