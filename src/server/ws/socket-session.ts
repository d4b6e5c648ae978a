import type { Duplex } from 'node:stream';
import { CLOSE } from '../../protocol/close-codes.ts';
import { PROTOCOL_VERSION } from '../../protocol/limits.ts';
import type { Bye, ErrorCode } from '../../protocol/messages.ts';
import type { ServerContext } from '../context.ts';
import type { ServerMetrics } from '../metrics/server-metrics.ts';
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

/** Logs that one socket may be waiting for the store with. */
const MAX_OPENING = 25;
/** Requests that may wait before the socket is read no further. */
const MAX_WAITING = 64;

/** What most sockets have: nothing is made for them that they may never need. */
const NO_REQUESTS: readonly Request[] = [];
const NO_LOGS: ReadonlyMap<string, Subscription | undefined> = new Map();

/** What the sessions of one server share. */
export interface SocketSessionHost {
  readonly context: Pick<ServerContext, 'hub' | 'signer' | 'limits' | 'logger' | 'metrics' | 'heartbeat'>;
  readonly partClock: PartTimer;
  /** Logs that are begun to be followed, by all sockets together. */
  readonly openings: TurnLimiter;
  /** A topic of the session was accepted. */
  accepted(session: SocketSession): void;
  /** The session follows nothing any more; its socket may still be closing. */
  disposed(session: SocketSession): void;
  /** Its socket is closed. */
  closed(session: SocketSession, code: number): void;
}

/** One viewer's socket: answers its requests in order, and gives it what it lacks of its logs while it takes it. */
export class SocketSession implements ViewerSocketListener {
  readonly webSocket: ViewerSocket;
  readonly #host: SocketSessionHost;
  readonly #outlet: SocketWriter;
  readonly #vitals: SocketLiveness;
  #misconduct: MalformedFrames | undefined;
  /** By channel; undefined while the hub is asked for the log. */
  #own: Map<string, Subscription | undefined> | undefined;
  /** Requests not carried out yet. */
  #waiting = NO_REQUESTS;
  #opening = 0;
  /** Those that may have something to send, served in turn. */
  readonly #ready = new ReadyQueue<Subscription>();
  /** Those that wait for their turn to read from the store: one at a time, so that no more is held than one replay. */
  #loads: Set<Subscription> | undefined;
  #isLoading = false;
  #isPumping = false;
  #isProbed = false;
  #isDisposed = false;

  /** `socket` is the connection under the WebSocket. */
  constructor(host: SocketSessionHost, webSocket: ViewerSocket, socket: Duplex) {
    const { limits, heartbeat } = host.context;
    this.#host = host;
    this.webSocket = webSocket;
    this.#outlet = new SocketWriter(webSocket, socket, limits.socketBuffer, this);
    this.#vitals = new SocketLiveness(this.#outlet, Date.now());
    listen(webSocket, this);
    this.#outlet.send({ e: 'hello', v: PROTOCOL_VERSION, hb: heartbeat });
  }

  get #followed(): ReadonlyMap<string, Subscription | undefined> {
    return this.#own ?? NO_LOGS;
  }

  get metrics(): ServerMetrics {
    return this.#host.context.metrics;
  }

  /** How many of its logs it was not given the newest line of, and how many lines that is at most. */
  get lag(): { readonly subscriptions: number; readonly lines: number } {
    return lagOf(this.#followed);
  }

  /** How many logs it follows. */
  get size(): number {
    return this.#followed.size;
  }

  /** The heartbeat: ends a socket that is dead, shows quiet heads to one that is not. */
  beat(): void {
    this.#contain(() => this.#beat());
  }

  #beat(): void {
    if (!this.webSocket.isPaused && this.#vitals.isDead()) {
      this.webSocket.terminate();
      return;
    }
    if (!this.#outlet.isOpen) return;
    this.webSocket.ping();
    if (!this.#outlet.hasRoom) return;
    const heads = quietHeads(this.#followed);
    this.#outlet.send({ e: 'hb', heads });
    for (const channel of heads.keys()) this.#moveBack(channel);
  }

  /** Its head was told: its next turn comes behind the others. */
  #moveBack(channel: string): void {
    const subscription = this.#followed.get(channel);
    this.#forget(channel);
    this.#follow(channel, subscription);
  }

  /** Closes a socket that takes nothing. */
  checkStall(now: number): void {
    this.#contain(() => {
      if (this.#vitals.isStalled(now, this.#host.context.limits.stall)) this.close(CLOSE.slow, 'slow: nothing was taken for too long');
    });
  }

  /** Says goodbye and closes. */
  bye(frame: Bye): void {
    this.#outlet.send(frame);
    this.close(CLOSE.restart, 'restart');
  }

  close(code: number, reason: string): void {
    this.webSocket.close(code, reason);
    this.dispose();
  }

  /** Lets go of everything; what comes back from the store later finds nothing to do. */
  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    for (const channel of this.#followed.keys()) this.#drop(channel);
    this.#waiting = NO_REQUESTS;
    // Else a paused socket would never see its close.
    this.webSocket.resume();
    this.#host.disposed(this);
  }

  /** The socket is closed. */
  closed(code: number): void {
    this.dispose();
    this.#host.closed(this, code);
  }

  /** Whatever throws in here ends this socket, and nothing else. */
  failed(error: unknown): void {
    this.#host.context.logger.error({ event: 'socket-failed', err: error }, 'A socket failed and was closed.');
    this.close(CLOSE.failed, 'the server failed');
  }

  #contain(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.failed(error);
    }
  }

  /** A sign of life came. */
  heard(): void {
    this.#vitals.heard();
  }

  /** The socket took something of what it was given. */
  taken(): void {
    this.#advance();
  }

  /** A message came; undefined for one that is no text. */
  receive(text: string | undefined): void {
    if (this.#isDisposed) return;
    this.#vitals.heard();
    const received = text === undefined ? undefined : parseRequests(text, this.#host.context.signer);
    if (received === undefined) {
      const message = 'This frame cannot be read: send a JSON object such as {"subscribe":{"SIGNED":""}} as text.';
      this.#outlet.send({ e: 'err', topic: undefined, code: 'malformed', message });
      this.#misconduct ??= new MalformedFrames();
      if (this.#misconduct.note(Date.now())) this.close(CLOSE.malformed, 'malformed frames');
      return;
    }
    if (received.requests.some(({ kind }) => kind === 'subscribe')) this.#host.accepted(this);
    if (received.requests.length > 0) this.#waiting = [...this.#waiting, ...received.requests];
    if (received.probe) this.#isProbed = true;
    this.#advance();
    this.#regulate();
  }

  /** Goes on with whatever can go on. Nothing here throws or waits. */
  #advance(): void {
    const isIdle = this.#waiting.length === 0 && !this.#isProbed && this.#ready.isEmpty && !this.#loads?.size;
    if (isIdle || this.#isPumping || this.#isDisposed || !this.#outlet.hasRoom) return;
    this.#isPumping = true;
    try {
      // A line for one follower is the common case, and one frame: it needs no holding back.
      if (this.#waiting.length === 0 && this.#ready.isSingle) this.#serve();
      else this.#outlet.together(() => this.#serve());
    } catch (error) {
      this.failed(error);
    }
    this.#isPumping = false;
    this.#regulate();
    this.#startLoad();
  }

  #serve(): void {
    this.#answerProbe();
    // An answer may be what a request waits for, and a request brings new answers.
    do this.#pump();
    while (this.#serveRequests());
  }

  #answerProbe(): void {
    if (!this.#isProbed || !this.#outlet.hasRoom) return;
    this.#isProbed = false;
    for (const heads of allHeads(this.#followed)) this.#outlet.send({ e: 'hb', heads });
  }

  /** Returns whether any was served. */
  #serveRequests(): boolean {
    let served = 0;
    for (const request of this.#waiting) {
      if (!this.#outlet.hasRoom || !this.#carryOut(request)) break;
      served += 1;
    }
    if (served > 0) this.#waiting = served === this.#waiting.length ? NO_REQUESTS : this.#waiting.slice(served);
    return served > 0;
  }

  /** Reads the socket only while its requests can be carried out. */
  #regulate(): void {
    const isFull = this.#waiting.length > MAX_WAITING;
    if (isFull === this.webSocket.isPaused) return;
    if (isFull) this.webSocket.pause();
    else this.webSocket.resume();
  }

  /** Carries out a request; false when it has to wait for an earlier one. */
  #carryOut(request: Request): boolean {
    if (request.kind === 'refuse') {
      if (request.code !== 'limit' && request.code !== 'unavailable') this.metrics.refused(request.code);
      this.#refuse(request.signed, request.code, request.message);
      return true;
    }
    const { channel } = request;
    const subscription = this.#followed.get(channel);
    // Each entry is answered, and in order: one that is still open goes first.
    if (this.#followed.has(channel) && (subscription === undefined || subscription.owed !== undefined)) return false;
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
    if (this.#opening === MAX_OPENING) return false;
    this.#open(request).catch((error: unknown) => this.failed(error));
    return true;
  }

  async #open({ signed, channel, asked }: Extract<Request, { kind: 'subscribe' }>): Promise<void> {
    const { hub } = this.#host.context;
    this.#follow(channel, undefined);
    this.#opening += 1;
    try {
      await this.#host.openings.pass();
      if (this.#isDisposed) return;
      const topic = await hub.acquire(channel);
      if (this.#isDisposed) {
        hub.release(topic);
        return;
      }
      const subscription = new Subscription(topic, this);
      subscription.place(signed, asked);
      this.#follow(channel, subscription);
      this.#ready.add(subscription);
    } catch (error) {
      if (this.#isDisposed) return;
      this.#forget(channel);
      this.#unavailable(signed, error);
    } finally {
      this.#opening -= 1;
      this.#advance();
    }
  }

  /** Something changed for a subscription; it may have ended meanwhile. */
  changed(subscription: Subscription): void {
    if (subscription.isOver) return;
    this.#ready.add(subscription);
    this.#advance();
  }

  /** Serves those that are ready in turn, while the socket has room. */
  #pump(): void {
    while (this.#outlet.hasRoom) {
      const subscription = this.#ready.dequeue();
      if (subscription === undefined) return;
      if (subscription.isOver) continue;
      switch (subscription.step(this.#outlet)) {
        case 'more':
          this.#ready.add(subscription);
          break;
        case 'load':
          this.#loads ??= new Set();
          this.#loads.add(subscription);
          break;
        case 'later':
          this.#host.partClock.wait(subscription);
          break;
        case 'idle':
      }
    }
  }

  #startLoad(): void {
    if (this.#loads === undefined || this.#isLoading || !this.#outlet.hasRoom) return;
    for (const subscription of this.#loads) {
      this.#loads.delete(subscription);
      this.#isLoading = true;
      this.#load(subscription).catch((error: unknown) => this.failed(error));
      return;
    }
  }

  async #load(subscription: Subscription): Promise<void> {
    try {
      await subscription.load(this.#outlet);
    } catch (error) {
      this.#loadFailed(subscription, error);
    } finally {
      this.#isLoading = false;
      this.changed(subscription);
      this.#advance();
    }
  }

  #loadFailed(subscription: Subscription, error: unknown): void {
    const { owed } = subscription;
    if (owed === undefined) {
      subscription.skip(this.#outlet);
      return;
    }
    if (subscription.wasPlaced) subscription.giveUp();
    else this.#drop(subscription.topic.channel);
    this.#unavailable(owed, error);
  }

  #unavailable(signed: string, error: unknown): void {
    this.#host.context.logger.warn(
      { event: 'store-refused', err: error },
      'A log could not be read for a subscriber, who was told to try again.',
    );
    this.#refuse(signed, 'unavailable', 'The log cannot be read right now: subscribe again in a while.');
  }

  #refuse(topic: string | undefined, code: ErrorCode, message: string): void {
    this.#outlet.send({ e: 'err', topic, code, message });
  }

  #drop(channel: string): void {
    const subscription = this.#followed.get(channel);
    this.#forget(channel);
    if (subscription === undefined) return;
    subscription.end();
    this.#loads?.delete(subscription);
    this.#host.context.hub.release(subscription.topic);
  }

  #follow(channel: string, subscription: Subscription | undefined): void {
    this.#own ??= new Map();
    this.#own.set(channel, subscription);
  }

  #forget(channel: string): void {
    this.#own?.delete(channel);
  }
}
