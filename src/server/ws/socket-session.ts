import type { Duplex } from 'node:stream';
import { CLOSE } from '../../protocol/close-codes.ts';
import { PROTOCOL_VERSION } from '../../protocol/limits.ts';
import type { Bye, ErrorCode } from '../../protocol/messages.ts';
import type { ServerMetrics } from '../metrics/server-metrics.ts';
import type { SocketContext } from './context.ts';
import { allHeads, lagOf, quietHeads } from './heads.ts';
import { parseRequests, type Request } from './parse-requests.ts';
import { MalformedFrames } from './malformed-frames.ts';
import { SocketWriter } from './socket-writer.ts';
import type { TurnLimiter } from './turn-limiter.ts';
import type { PartTimer } from './part-timer.ts';
import { Subscription } from './subscription.ts';
import { ReadyQueue } from './ready-queue.ts';
import { listen, type ViewerSocketListener, type ViewerSocket } from './viewer-socket.ts';
import { SocketLiveness } from './socket-liveness.ts';

/** Logs that one socket may be opening at a time. */
const MAX_OPENING = 25;
/** Waiting requests above which the socket is not read. */
const MAX_WAITING = 64;

/** Shared by sockets that have none: there may be very many, most of them idle. */
const NO_REQUESTS: readonly Request[] = [];
const NO_LOGS: ReadonlyMap<string, Subscription | undefined> = new Map();

/** What the sessions of one server share. */
export interface SocketSessionHost {
  readonly context: Pick<SocketContext, 'hub' | 'signer' | 'limits' | 'logger' | 'metrics' | 'heartbeat'>;
  readonly partTimer: PartTimer;
  /** Spreads opening logs, for all sockets together. */
  readonly openings: TurnLimiter;
  /** The session presented a valid topic. */
  accepted(session: SocketSession): void;
  /** The session ended; its socket may still be closing. */
  disposed(session: SocketSession): void;
  /** The socket of the session is closed. */
  closed(session: SocketSession, code: number): void;
}

/**
 * One viewer's socket: answers its requests in order, and sends the lines of its logs as fast as the viewer reads.
 *
 *     open ── close(), a failure, or the other end closes ──▶ disposed ── the socket is closed ──▶ closed
 *
 * While open, `#advance` does all there is to do, as long as the socket has room:
 *
 *     requests ──▶ #waiting ── #execute ──▶ #ready ── step ──▶ frames
 *                                             ▲        │
 *                                             └────────┴──▶ load, or the part timer
 */
export class SocketSession implements ViewerSocketListener {
  readonly webSocket: ViewerSocket;
  readonly #host: SocketSessionHost;
  readonly #writer: SocketWriter;
  readonly #liveness: SocketLiveness;
  #malformed: MalformedFrames | undefined;
  /** By channel; undefined while the log is being opened. */
  #subscriptions: Map<string, Subscription | undefined> | undefined;
  /** Requests not executed yet, in order. */
  #waiting = NO_REQUESTS;
  #openingCount = 0;
  /** Subscriptions that may have something to send, served in turn. */
  readonly #ready = new ReadyQueue<Subscription>();
  /** Subscriptions waiting to read from the store: one reads at a time, so that no more than one replay is held. */
  #toLoad: Set<Subscription> | undefined;
  #isLoading = false;
  #isPumping = false;
  #isProbePending = false;
  #isDisposed = false;

  /** `socket` is the connection under the WebSocket. */
  constructor(host: SocketSessionHost, webSocket: ViewerSocket, socket: Duplex) {
    const { limits, heartbeat } = host.context;
    this.#host = host;
    this.webSocket = webSocket;
    this.#writer = new SocketWriter(webSocket, socket, limits.socketBuffer, this);
    this.#liveness = new SocketLiveness(this.#writer, Date.now());
    listen(webSocket, this);
    this.#writer.send({ e: 'hello', v: PROTOCOL_VERSION, hb: heartbeat });
  }

  get #followed(): ReadonlyMap<string, Subscription | undefined> {
    return this.#subscriptions ?? NO_LOGS;
  }

  get metrics(): ServerMetrics {
    return this.#host.context.metrics;
  }

  /** How many subscriptions lack the newest line, and how many lines the farthest lacks. */
  get lag(): { readonly subscriptions: number; readonly lines: number } {
    return lagOf(this.#followed);
  }

  /** How many logs the socket follows. */
  get size(): number {
    return this.#followed.size;
  }

  /** The heartbeat: terminates a dead socket, sends the heads of quiet logs on a live one. */
  heartbeat(): void {
    this.#guard(() => this.#heartbeat());
  }

  #heartbeat(): void {
    if (!this.webSocket.isPaused && this.#liveness.isDead()) {
      this.webSocket.terminate();
      return;
    }
    if (!this.#writer.isOpen) return;
    this.webSocket.ping();
    if (!this.#writer.hasRoom) return;
    const heads = quietHeads(this.#followed);
    this.#writer.send({ e: 'hb', heads });
    for (const channel of heads.keys()) this.#moveToEnd(channel);
  }

  /** The head of a log was sent: the heads of the others come first in the next heartbeats. */
  #moveToEnd(channel: string): void {
    const subscription = this.#followed.get(channel);
    this.#forget(channel);
    this.#follow(channel, subscription);
  }

  /** Closes a socket whose other end reads nothing. */
  checkStall(now: number): void {
    this.#guard(() => {
      if (this.#liveness.isStalled(now, this.#host.context.limits.stall)) this.close(CLOSE.slow, 'slow: nothing was read for too long');
    });
  }

  /** Sends `bye` and closes. */
  bye(frame: Bye): void {
    this.#writer.send(frame);
    this.close(CLOSE.restart, 'restart');
  }

  close(code: number, reason: string): void {
    this.webSocket.close(code, reason);
    this.dispose();
  }

  /** Ends the session. Reads from the store that are under way will have no effect. */
  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    for (const channel of this.#followed.keys()) this.#drop(channel);
    this.#waiting = NO_REQUESTS;
    // A paused socket would never see its close.
    this.webSocket.resume();
    this.#host.disposed(this);
  }

  closed(code: number): void {
    this.dispose();
    this.#host.closed(this, code);
  }

  /** An exception closes this socket, and affects nothing else. */
  failed(error: unknown): void {
    this.#host.context.logger.error({ event: 'socket-failed', err: error }, 'A socket failed and was closed.');
    this.close(CLOSE.failed, 'the server failed');
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.failed(error);
    }
  }

  heard(): void {
    this.#liveness.heard();
  }

  /** The socket has sent something. */
  drained(): void {
    this.#advance();
  }

  receive(text: string | undefined): void {
    if (this.#isDisposed) return;
    this.#liveness.heard();
    const received = text === undefined ? undefined : parseRequests(text, this.#host.context.signer);
    if (received === undefined) {
      const message = 'This frame is malformed: send a JSON object such as {"subscribe":{"SIGNED":""}} as text.';
      this.#writer.send({ e: 'err', topic: undefined, code: 'malformed', message });
      this.#malformed ??= new MalformedFrames();
      if (this.#malformed.note(Date.now())) this.close(CLOSE.malformed, 'malformed frames');
      return;
    }
    if (received.requests.some(({ kind }) => kind === 'subscribe')) this.#host.accepted(this);
    if (received.requests.length > 0) this.#waiting = [...this.#waiting, ...received.requests];
    if (received.isProbe) this.#isProbePending = true;
    this.#advance();
    this.#regulate();
  }

  /** Does all that can be done now. Never throws or waits. */
  #advance(): void {
    const isIdle = this.#waiting.length === 0 && !this.#isProbePending && this.#ready.isEmpty && !this.#toLoad?.size;
    if (isIdle || this.#isPumping || this.#isDisposed || !this.#writer.hasRoom) return;
    this.#isPumping = true;
    try {
      // The common case, a line for one subscription, is a single frame: there is nothing to send together.
      if (this.#waiting.length === 0 && this.#ready.isSingle) this.#serve();
      else this.#writer.corked(() => this.#serve());
    } catch (error) {
      this.failed(error);
    }
    this.#isPumping = false;
    this.#regulate();
    this.#startLoad();
  }

  #serve(): void {
    this.#answerProbe();
    // An ack may unblock a request, and a request brings new acks.
    do this.#pump();
    while (this.#serveRequests());
  }

  #answerProbe(): void {
    if (!this.#isProbePending || !this.#writer.hasRoom) return;
    this.#isProbePending = false;
    for (const heads of allHeads(this.#followed)) this.#writer.send({ e: 'hb', heads });
  }

  /** Executes waiting requests, in order; returns whether there were any. */
  #serveRequests(): boolean {
    let served = 0;
    for (const request of this.#waiting) {
      if (!this.#writer.hasRoom || !this.#execute(request)) break;
      served += 1;
    }
    if (served > 0) this.#waiting = served === this.#waiting.length ? NO_REQUESTS : this.#waiting.slice(served);
    return served > 0;
  }

  /** Reads the socket only while requests are executed as fast as they arrive. */
  #regulate(): void {
    const isFull = this.#waiting.length > MAX_WAITING;
    if (isFull === this.webSocket.isPaused) return;
    if (isFull) this.webSocket.pause();
    else this.webSocket.resume();
  }

  /** Executes a request; false when it has to wait for an earlier one. */
  #execute(request: Request): boolean {
    if (request.kind === 'refuse') {
      if (request.code !== 'limit' && request.code !== 'unavailable') this.metrics.refused(request.code);
      this.#refuse(request.signed, request.code, request.message);
      return true;
    }
    const { channel } = request;
    const subscription = this.#followed.get(channel);
    // Each entry is answered, in order: an earlier one for this channel comes first.
    if (this.#followed.has(channel) && (subscription === undefined || subscription.pendingAck !== undefined)) return false;
    if (request.kind === 'unsubscribe') {
      this.#drop(channel);
      return true;
    }
    const { signed, asked } = request;
    if (subscription !== undefined) {
      subscription.place(signed, asked);
      this.#ready.add(subscription);
      return true;
    }
    if (this.#followed.size >= this.#host.context.limits.topicsPerSocket) {
      const message = `A socket follows at most ${this.#host.context.limits.topicsPerSocket} topics: unsubscribe some first, or open another socket.`;
      this.#refuse(signed, 'limit', message);
      return true;
    }
    if (this.#openingCount === MAX_OPENING) return false;
    this.#open(request).catch((error: unknown) => this.failed(error));
    return true;
  }

  async #open({ signed, channel, asked }: Extract<Request, { kind: 'subscribe' }>): Promise<void> {
    const { hub } = this.#host.context;
    this.#follow(channel, undefined);
    this.#openingCount += 1;
    try {
      await this.#host.openings.pass();
      if (this.#isDisposed) return;
      const log = await hub.acquire(channel);
      if (this.#isDisposed) {
        hub.release(log);
        return;
      }
      const subscription = new Subscription(log, this);
      subscription.place(signed, asked);
      this.#follow(channel, subscription);
      this.#ready.add(subscription);
    } catch (error) {
      if (this.#isDisposed) return;
      this.#forget(channel);
      this.#unavailable(signed, error);
    } finally {
      this.#openingCount -= 1;
      this.#advance();
    }
  }

  /** A subscription may have something to send; it may have ended meanwhile. */
  changed(subscription: Subscription): void {
    if (subscription.isEnded) return;
    this.#ready.add(subscription);
    this.#advance();
  }

  /** Serves ready subscriptions in turn, while the socket has room. */
  #pump(): void {
    while (this.#writer.hasRoom) {
      const subscription = this.#ready.dequeue();
      if (subscription === undefined) return;
      if (subscription.isEnded) continue;
      switch (subscription.step(this.#writer)) {
        case 'more':
          this.#ready.add(subscription);
          break;
        case 'load':
          this.#toLoad ??= new Set();
          this.#toLoad.add(subscription);
          break;
        case 'later':
          this.#host.partTimer.wait(subscription);
          break;
        case 'idle':
      }
    }
  }

  #startLoad(): void {
    if (this.#toLoad === undefined || this.#isLoading || !this.#writer.hasRoom) return;
    for (const subscription of this.#toLoad) {
      this.#toLoad.delete(subscription);
      this.#isLoading = true;
      this.#load(subscription).catch((error: unknown) => this.failed(error));
      return;
    }
  }

  async #load(subscription: Subscription): Promise<void> {
    try {
      await subscription.load(this.#writer);
    } catch (error) {
      this.#loadFailed(subscription, error);
    } finally {
      this.#isLoading = false;
      this.changed(subscription);
      this.#advance();
    }
  }

  #loadFailed(subscription: Subscription, error: unknown): void {
    const { pendingAck } = subscription;
    if (pendingAck === undefined) {
      subscription.skip(this.#writer);
      return;
    }
    if (subscription.wasPlaced) subscription.giveUp();
    else this.#drop(subscription.log.channel);
    this.#unavailable(pendingAck, error);
  }

  #unavailable(signed: string, error: unknown): void {
    this.#host.context.logger.warn(
      { event: 'store-refused', err: error },
      'A log could not be read; its subscriber was told to try again.',
    );
    this.#refuse(signed, 'unavailable', 'The log is temporarily unavailable: subscribe again later.');
  }

  #refuse(topic: string | undefined, code: ErrorCode, message: string): void {
    this.#writer.send({ e: 'err', topic, code, message });
  }

  #drop(channel: string): void {
    const subscription = this.#followed.get(channel);
    this.#forget(channel);
    if (subscription === undefined) return;
    subscription.end();
    this.#toLoad?.delete(subscription);
    this.#host.context.hub.release(subscription.log);
  }

  #follow(channel: string, subscription: Subscription | undefined): void {
    this.#subscriptions ??= new Map();
    this.#subscriptions.set(channel, subscription);
  }

  #forget(channel: string): void {
    this.#subscriptions?.delete(channel);
  }
}
