import type { Duplex } from 'node:stream';
import { CLOSE } from '../../protocol/close-codes.ts';
import { PROTOCOL_VERSION } from '../../protocol/limits.ts';
import type { Bye } from '../../protocol/messages.ts';
import type { SharedBySockets } from './context.ts';
import { DeliveryScheduler, type DeliveryHost } from './delivery-scheduler.ts';
import { allHeads, lagOf, quietHeads } from './heads.ts';
import { MalformedFrames } from './malformed-frames.ts';
import { parseRequests } from './parse-requests.ts';
import { RequestQueue, type RequestHost } from './request-queue.ts';
import { SocketLiveness } from './socket-liveness.ts';
import { SocketWriter } from './socket-writer.ts';
import { listen, type ViewerSocketListener, type ViewerSocket } from './viewer-socket.ts';

/** The endpoint that a session belongs to. */
export interface SocketSessionHost extends SharedBySockets {
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
 * While open, `advance` does all there is to do, as long as the socket has room: it serves the subscriptions, which the
 * requests add and drop. The socket is read only while requests are executed as fast as they arrive.
 */
export class SocketSession implements ViewerSocketListener, DeliveryHost, RequestHost {
  readonly webSocket: ViewerSocket;
  readonly #host: SocketSessionHost;
  readonly #writer: SocketWriter;
  readonly #liveness: SocketLiveness;
  readonly #delivery: DeliveryScheduler;
  readonly #requests: RequestQueue;
  #malformed: MalformedFrames | undefined;
  #isAdvancing = false;
  #isProbePending = false;
  #isDisposed = false;

  /** `socket` is the connection under the WebSocket. */
  constructor(host: SocketSessionHost, webSocket: ViewerSocket, socket: Duplex) {
    const { limits, heartbeat, features } = host.context;
    this.#host = host;
    this.webSocket = webSocket;
    this.#writer = new SocketWriter(webSocket, socket, limits.socketBuffer, this);
    this.#liveness = new SocketLiveness(this.#writer, Date.now());
    this.#delivery = new DeliveryScheduler(host, this.#writer, this);
    this.#requests = new RequestQueue(host, this.#writer, this.#delivery, this);
    listen(webSocket, this);
    this.#writer.send({ e: 'hello', v: PROTOCOL_VERSION, hb: heartbeat, has: features });
  }

  /** How many subscriptions lack the newest line, and how many lines the farthest lacks. */
  get lag(): { readonly subscriptions: number; readonly lines: number } {
    return lagOf(this.#delivery.followed);
  }

  /** How many logs the socket follows. */
  get size(): number {
    return this.#delivery.followed.size;
  }

  get isDisposed(): boolean {
    return this.#isDisposed;
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
    const heads = quietHeads(this.#delivery.followed);
    this.#writer.send({ e: 'hb', heads });
    for (const channel of heads.keys()) this.#delivery.moveToEnd(channel);
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
    this.#delivery.dropAll();
    this.#requests.clear();
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

  unavailable(signed: string, error: unknown): void {
    this.#requests.unavailable(signed, error);
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
    this.advance();
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
    this.#requests.add(received.requests);
    if (received.isProbe) this.#isProbePending = true;
    this.advance();
    this.#regulate();
  }

  /** Does all that can be done now. Never throws or waits. */
  advance(): void {
    const isIdle = this.#requests.isEmpty && !this.#isProbePending && this.#delivery.isIdle;
    if (isIdle || this.#isAdvancing || this.#isDisposed || !this.#writer.hasRoom) return;
    this.#isAdvancing = true;
    try {
      // The common case, a line for one subscription, is a single frame: there is nothing to send together.
      if (this.#requests.isEmpty && this.#delivery.isSingle) this.#serve();
      else this.#writer.corked(() => this.#serve());
    } catch (error) {
      this.failed(error);
    }
    this.#isAdvancing = false;
    this.#regulate();
    this.#delivery.startLoad();
  }

  #serve(): void {
    this.#answerProbe();
    // An ack may unblock a request, and a request brings new acks.
    do this.#delivery.serve();
    while (this.#requests.serve());
  }

  #answerProbe(): void {
    if (!this.#isProbePending || !this.#writer.hasRoom) return;
    this.#isProbePending = false;
    for (const heads of allHeads(this.#delivery.followed)) this.#writer.send({ e: 'hb', heads });
  }

  /** Reads the socket only while requests are executed as fast as they arrive. */
  #regulate(): void {
    const { isFull } = this.#requests;
    if (isFull === this.webSocket.isPaused) return;
    if (isFull) this.webSocket.pause();
    else this.webSocket.resume();
  }
}
