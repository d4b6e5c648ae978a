import type { ErrorCode } from '../../protocol/messages.ts';
import type { SharedBySockets } from './context.ts';
import type { DeliveryScheduler } from './delivery-scheduler.ts';
import type { Request } from './parse-requests.ts';
import type { SocketWriter } from './socket-writer.ts';
import { SocketSubscription } from './subscription.ts';

/** Logs that one socket may be opening at a time. */
const MAX_OPENING = 25;
/** Waiting requests above which the queue is full. */
const MAX_WAITING = 64;

/** Shared by sockets that have none: there may be very many, most of them idle. */
const NO_REQUESTS: readonly Request[] = [];

/** The socket session that a {@link RequestQueue} belongs to. */
export interface RequestHost {
  /** The session ended: nothing may be followed any more. */
  readonly isDisposed: boolean;
  /** A log was opened, or could not be: there may be something to send, or another request to execute. */
  advance(): void;
  /** Something threw that should not: the session closes its socket. */
  failed(error: unknown): void;
}

/**
 * The requests of one socket. They are executed in order, each entry is answered, and one that cannot be executed yet holds
 * up those after it:
 *
 *     requests ──▶ #waiting ── #execute ──▶ a subscription is added, placed or dropped, or an err is sent
 */
export class RequestQueue {
  readonly #shared: SharedBySockets;
  readonly #writer: SocketWriter;
  readonly #delivery: DeliveryScheduler;
  readonly #host: RequestHost;
  /** Requests not executed yet, in order. */
  #waiting = NO_REQUESTS;
  #openingCount = 0;

  constructor(shared: SharedBySockets, writer: SocketWriter, delivery: DeliveryScheduler, host: RequestHost) {
    this.#shared = shared;
    this.#writer = writer;
    this.#delivery = delivery;
    this.#host = host;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Whether requests arrive faster than they are executed: the socket is not to be read. */
  get isFull(): boolean {
    return this.#waiting.length > MAX_WAITING;
  }

  add(requests: readonly Request[]): void {
    if (requests.length > 0) this.#waiting = [...this.#waiting, ...requests];
  }

  clear(): void {
    this.#waiting = NO_REQUESTS;
  }

  /** Executes waiting requests, in order, while the socket has room; returns whether there were any. */
  serve(): boolean {
    let served = 0;
    for (const request of this.#waiting) {
      if (!this.#writer.hasRoom || !this.#execute(request)) break;
      served += 1;
    }
    if (served > 0) this.#waiting = served === this.#waiting.length ? NO_REQUESTS : this.#waiting.slice(served);
    return served > 0;
  }

  /** Refuses a subscribe whose log cannot be read. */
  unavailable(signed: string, error: unknown): void {
    this.#shared.context.logger.warn(
      { event: 'store-refused', err: error },
      'A log could not be read; its subscriber was told to try again.',
    );
    this.#refuse(signed, 'unavailable', 'The log is temporarily unavailable: subscribe again later.');
  }

  /** Executes a request; false when it has to wait for an earlier one. */
  #execute(request: Request): boolean {
    const { limits, metrics } = this.#shared.context;
    if (request.kind === 'refuse') {
      if (request.code !== 'limit' && request.code !== 'unavailable') metrics.refused(request.code);
      this.#refuse(request.signed, request.code, request.message);
      return true;
    }
    const { channel } = request;
    const { followed } = this.#delivery;
    const subscription = followed.get(channel);
    // Each entry is answered, in order: an earlier one for this channel comes first.
    if (followed.has(channel) && (subscription === undefined || subscription.pendingAck !== undefined)) return false;
    if (request.kind === 'unsubscribe') {
      this.#delivery.drop(channel);
      return true;
    }
    if (subscription !== undefined) {
      subscription.place(request);
      this.#delivery.enqueue(subscription);
      return true;
    }
    if (followed.size >= limits.topicsPerSocket) {
      const message = `A socket follows at most ${limits.topicsPerSocket} topics: unsubscribe some first, or open another socket.`;
      this.#refuse(request.signed, 'limit', message);
      return true;
    }
    if (this.#openingCount === MAX_OPENING) return false;
    this.#open(request).catch((error: unknown) => this.#host.failed(error));
    return true;
  }

  async #open(request: Extract<Request, { kind: 'subscribe' }>): Promise<void> {
    const { signed, channel } = request;
    const { hub } = this.#shared.context;
    this.#delivery.follow(channel, undefined);
    this.#openingCount += 1;
    try {
      await this.#shared.openings.pass();
      if (this.#host.isDisposed) return;
      const log = await hub.acquire(channel);
      if (this.#host.isDisposed) {
        hub.release(log);
        return;
      }
      const subscription = new SocketSubscription(log, this.#delivery);
      subscription.place(request);
      this.#delivery.follow(channel, subscription);
      this.#delivery.enqueue(subscription);
    } catch (error) {
      if (this.#host.isDisposed) return;
      this.#delivery.forget(channel);
      this.unavailable(signed, error);
    } finally {
      this.#openingCount -= 1;
      this.#host.advance();
    }
  }

  #refuse(topic: string | undefined, code: ErrorCode, message: string): void {
    this.#writer.send({ e: 'err', topic, code, message });
  }
}
