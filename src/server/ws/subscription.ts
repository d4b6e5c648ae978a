import { LIMITS } from '../../protocol/limits.ts';
import { NOWHERE, type RequestedPosition, type Position } from '../../protocol/position.ts';
import { linesAfter } from '../live/encoded-lines.ts';
import type { ServerMetrics } from '../metrics/server-metrics.ts';
import { UNKNOWN_EPOCH, resumePointOf, positionIn, resume } from '../live/resume.ts';
import type { LogTail } from '../store.ts';
import type { EncodedLines, FollowedLog, LinesFrame, LogListener } from '../live/followed-log.ts';
import type { Request } from './parse-requests.ts';
import type { SocketWriter } from './socket-writer.ts';
import { TailPace } from './tail-pace.ts';
import type { TurnMember } from './turn-timer.ts';
import { PartThrottle } from '../live/part-throttle.ts';
import { partFrame } from '../live/part-frame.ts';
import type { Queued } from './ready-queue.ts';

/**
 * The outcome of a step: `idle` nothing to send until the log changes, `more` call `step` again, `load` call `load`,
 * `later` the part has to wait, `turn` the lines have to wait for the next turn.
 */
export type DeliveryStep = 'idle' | 'more' | 'load' | 'later' | 'turn';

/** The socket session that a subscription belongs to. */
export interface SubscriptionHost {
  readonly metrics: ServerMetrics;
  /** The number of the present turn of tail subscriptions. */
  readonly turn: number;
  /** The subscription may have something to send. */
  changed(subscription: SocketSubscription): void;
}

interface Placing {
  readonly kind: 'placing';
  readonly asked: RequestedPosition;
  /** The signed topic of the subscribe to answer; undefined when the server moves the cursor by itself. */
  readonly pendingAck: string | undefined;
  /** The pace from then on; undefined to send every line. */
  readonly pace: TailPace | undefined;
}

type State = { readonly kind: 'following' } | Placing | { readonly kind: 'ended' };

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
 *
 * With a {@link TailPace} it is sent the newest lines only, at that pace; else every line.
 */
export class SocketSubscription implements Queued<SocketSubscription>, LogListener, TurnMember {
  readonly log: FollowedLog;
  next: SocketSubscription | null | undefined;
  readonly #host: SubscriptionHost;
  #state: State = FOLLOWING;
  #cursor: Position = NOWHERE;
  /** Undefined to send every line. */
  #pace: TailPace | undefined;
  /** Lines wait for the next turn: until then there is nothing to do. */
  #awaitsTurn = false;
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
    log.listen(this);
  }

  /** Asks the host to serve this subscription again. */
  wake(): void {
    this.#awaitsTurn = false;
    this.#host.changed(this);
  }

  logChanged(): void {
    if (!this.#awaitsTurn) this.#host.changed(this);
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
  place({ signed, asked, tail }: Extract<Request, { kind: 'subscribe' }>): void {
    const pace = tail === undefined ? undefined : new TailPace(tail);
    this.#awaitsTurn = false;
    this.#enter({ kind: 'placing', asked, pendingAck: signed, pace });
  }

  /** Drops a subscribe that cannot be answered: delivery continues as before. */
  giveUp(): void {
    this.#enter(FOLLOWING);
  }

  /** Unsubscribed, or the socket is gone. A load under way will have no effect. */
  end(): void {
    this.#enter(ENDED);
    this.log.unlisten(this);
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

  /** The head as the viewer may know of it: not beyond the lines it was sent, if others wait for their turn. */
  get head(): Position {
    const { tail } = this.log;
    const isBehind = this.#pace !== undefined && this.#cursor.epoch === tail.epoch && this.#cursor.offset < tail.head;
    return isBehind ? this.#cursor : positionIn(tail, tail.head);
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
    if (this.#state.kind === 'placing') return this.#placeOrLoad(writer, this.#state);
    if (this.#isReplacedBy(tail)) return this.#move(writer, this.#cursor.epoch === '' ? UNKNOWN_EPOCH : this.#cursor);
    if (this.#cursor.offset === tail.head) return this.#atHead(writer);
    // The viewer gets an ack only if lines are left out.
    const asked = this.#cursor.epoch === '' ? { epoch: undefined, offset: 0 } : this.#cursor;
    if (this.#pace !== undefined) return this.#sendTail(writer, asked, this.#pace);
    const lines = this.log.linesAfter(this.#cursor.offset);
    // The ring has moved past the cursor.
    if (lines === undefined) return this.#move(writer, asked);
    this.#sendLines(writer, lines);
    return lines.to === tail.head ? this.#atHead(writer) : 'more';
  }

  #move(writer: SocketWriter, asked: RequestedPosition): DeliveryStep {
    const placing = { kind: 'placing', asked, pendingAck: undefined, pace: this.#pace } as const;
    this.#enter(placing);
    return this.#placeOrLoad(writer, placing);
  }

  #placeOrLoad(writer: SocketWriter, { asked, pace }: Placing): DeliveryStep {
    const { head } = this.log.tail;
    const { start } = resumePointOf(asked, this.log.tail);
    const offset = pace !== undefined ? this.log.newestAfter(start, pace.lines) : isShort(head - start) ? undefined : head;
    if (offset === undefined) return 'load';
    this.#acknowledge(writer, asked, offset);
    return 'more';
  }

  /**
   * Gets the lines of a short distance, or the newest ones, answers and sends them. Does nothing when the log was replaced
   * meanwhile: the next step deals with that. Rejects with StoreUnavailableError.
   */
  async load(writer: SocketWriter): Promise<void> {
    const state = this.#state;
    if (state.kind !== 'placing') return;
    const { asked, pace } = state;
    const { epoch } = this.log.tail;
    const { start } = resumePointOf(asked, this.log.tail);
    const backlog = pace === undefined ? await this.log.backlog(start) : undefined;
    const newest = pace === undefined ? undefined : await this.log.newest(start, pace.lines);
    const { tail } = this.log;
    if (this.#state !== state || tail.epoch !== epoch || resumePointOf(asked, tail).start !== start) return;
    this.#acknowledge(writer, asked, newest?.after ?? (backlog === undefined ? tail.head : start));
    for (const lines of backlog ?? []) this.#sendLines(writer, lines);
    if (newest?.frame === undefined) return;
    this.#sendFrame(writer, newest.frame);
    pace?.sent(this.#host.turn, newest.after > start);
  }

  /** Continues after the head, since the lines before it cannot be read now. */
  skip(writer: SocketWriter): void {
    if (this.#state.kind === 'placing') this.#acknowledge(writer, this.#state.asked, this.log.tail.head);
  }

  /** Continues after line `offset`. */
  #acknowledge(writer: SocketWriter, asked: RequestedPosition, offset: number): void {
    const { channel, tail } = this.log;
    const { state, off } = resume(asked, tail, offset);
    const isAnswer = this.pendingAck !== undefined;
    const needsAck = isAnswer || (state !== 'live' && state !== 'ended');
    if (isAnswer) this.#host.metrics.subscribed(state, asked !== 'now' && asked.epoch !== undefined);
    // A subscription to the tail skips because the log is fast, not because its reader is slow.
    else if (state === 'skipped' && this.#pace === undefined)
      this.#host.metrics.skipped('websocket', off.offset - resumePointOf(asked, tail).start);
    this.#cursor = off;
    this.#wasPlaced = true;
    if (this.#state.kind === 'placing') this.#pace = this.#state.pace;
    this.#enter(FOLLOWING);
    if (!needsAck) return;
    writer.send({ e: 'ack', ch: channel, off, first: tail.first, st: state });
    this.#hasSentEnd = false;
    this.#part?.reset();
    this.#wasActive = true;
  }

  /** Sends the newest lines, all up to the head, if it is their turn; `asked` is the cursor. */
  #sendTail(writer: SocketWriter, asked: RequestedPosition, pace: TailPace): DeliveryStep {
    const { turn } = this.#host;
    const after = this.log.newestAfter(this.#cursor.offset, pace.lines);
    const skips = after !== this.#cursor.offset;
    if (!pace.maySend(turn, skips)) {
      this.#awaitsTurn = true;
      return 'turn';
    }
    if (after === undefined) return this.#move(writer, asked);
    writer.corked(() => {
      if (skips) this.#acknowledge(writer, asked, after);
      if (after < this.log.tail.head) this.#sendFrame(writer, this.log.frameAfter(after));
    });
    pace.sent(turn, skips);
    return this.#atHead(writer);
  }

  #sendLines(writer: SocketWriter, lines: EncodedLines): void {
    this.#sendFrame(writer, linesAfter(this.log.channel, lines, this.#cursor.offset));
  }

  #sendFrame(writer: SocketWriter, { from, to, epoch, wire }: LinesFrame): void {
    writer.write(wire);
    this.#host.metrics.delivered('websocket', to - from + 1, wire.length);
    this.#cursor = { epoch, offset: to };
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

/** Whether lines that far from the head may be replayed, if they have not too much text. */
function isShort(distance: number): boolean {
  return distance > 0 && distance <= LIMITS.replayLines;
}
