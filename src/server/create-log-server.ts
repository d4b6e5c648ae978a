import { setMaxListeners } from 'node:events';
import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Interval } from '../protocol/messages.ts';
import { answerProblem } from './http/core/answer.ts';
import { OpenText } from './append/unfinished-line/open-text.ts';
import { openWriter, type Writer, type WriterOptions } from './append/writer.ts';
import { attach } from './http/attach.ts';
import { checkChannel } from './access/check-channel.ts';
import type { ServerContext } from './context.ts';
import { InFlightResponses } from './http/core/in-flight-responses.ts';
import { Health } from './http/routes/health.ts';
import { Entrance } from './http/core/entrance.ts';
import { handleHttp } from './http/handler.ts';
import { READABLE } from './http/core/headers.ts';
import { Problem } from './problem.ts';
import { pathOf } from './http/core/route.ts';
import { Hub } from './live/hub.ts';
import { observeAnswer } from './metrics/answers.ts';
import { answerMetrics } from './http/routes/metrics.ts';
import { safeLogger } from './log/safe-logger.ts';
import { MeasuredStore } from './metrics/measured-store.ts';
import { ServerMetrics, type Readings } from './metrics/server-metrics.ts';
import { Once } from './util/once.ts';
import type { LogServerOptions } from './config/options.ts';
import { OriginGate } from './access/origin-gate.ts';
import { OriginPolicy } from './access/origin-policy.ts';
import { Retainer } from './retainer.ts';
import { secretsOf, settingsOf } from './config/settings.ts';
import { Signer, type SignOptions } from './access/signer.ts';
import { WebSocketEndpoint } from './ws/endpoint.ts';

/** How much is going on in a server. */
export interface LogServerStats {
  /** Open WebSockets. */
  readonly sockets: number;
  /** Subscriptions of all WebSockets. */
  readonly subscriptions: number;
  /** Logs that somebody follows. */
  readonly topics: number;
  /** Encoded bytes held for followers. */
  readonly bytes: number;
  /** HTTP requests being answered. */
  readonly requests: number;
}

export interface CloseOptions {
  /** Told to viewers. @default 'restart' */
  readonly reason?: string;
  /** Within how many ms they come back. @default [0, 5000] */
  readonly retry?: Interval;
  /** Within how many ms they reconnect once more by choice, so that load spreads. @default [180000, 1500000] */
  readonly again?: Interval;
}

/** A log server on some `http.Server`. */
export interface LogServer {
  /**
   * Answers requests and upgrades below the base path of an `http.Server` or `https.Server`, and leaves all others to its
   * other listeners, which should be there by now. The server's timeouts stay as they are; of `requestTimeout` the appends that were let in are
   * exempt, one by one, since they may stay open for days. Returns how to detach.
   */
  attach(server: HttpServer): () => void;
  /**
   * Answers a request below the base path; false, and nothing done, for any other. For hosts that route themselves; appends are exempt from
   * `requestTimeout` as with `attach`. The memory
   * of what is written to `res` is used again once `res` has finished: who wraps it must be done with that, or copy it.
   */
  handle(req: IncomingMessage, res: ServerResponse): boolean;
  /** Takes over an upgrade request below the base path; false, and nothing done, for any other. */
  handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Appends to a log from this process. Throws TypeError for a channel that is not one, or is reserved (`log-stream/…`). */
  writer(channel: string, options?: WriterOptions): Writer;
  /**
   * A signed topic, by the first secret; it reads, and with `write` and `delete` appends and removes. `ttl` in seconds, for ever without.
   * Throws TypeError for a channel that is not one, or is reserved (`log-stream/…`).
   */
  sign(channel: string, options?: SignOptions): string;
  stats(): LogServerStats;
  /** Everything that is counted, in the text format of Prometheus: for hosts that serve their metrics elsewhere. */
  metrics(): string;
  /**
   * Health is answered with 503 from now on, and all else goes on: a load balancer sends nobody new here, so that few are
   * left to be sent away by `close()`.
   */
  drain(): void;
  /**
   * Says goodbye to all viewers, ends their answers, lets appends in flight finish, and resolves when all are gone, 5 s
   * later at the latest. Neither the store nor the `http.Server` is closed.
   */
  close(options?: CloseOptions): Promise<void>;
}

/**
 * Makes a server of logs over a store.
 *
 * @throws {TypeError} For options that cannot be: the message says what to do.
 * @example
 * // Topics are signed with LOG_STREAM_SECRET of the environment.
 * const logs = createLogServer({ store: await openStore('lmdb:./data') });
 * const server = http.createServer(app);
 * logs.attach(server); // before it listens, so that the first request is answered too
 * server.listen(8080);
 */
export function createLogServer(options: LogServerOptions): LogServer {
  return new ContextServer(options);
}

/** Channels of which it is remembered that the log has warned about them. */
const REMEMBERED = 1_000;

class ContextServer implements LogServer {
  readonly #context: ServerContext;
  readonly #closing = new AbortController();
  readonly #sockets: WebSocketEndpoint;
  readonly #health: Health;
  readonly #entrance: Entrance;
  readonly #requests = new InFlightResponses();
  readonly #detach = new Set<() => void>();
  #closed: Promise<void> | undefined;

  constructor(options: LogServerOptions) {
    const { store } = options;
    const { retain, allowOrigins, ...settings } = settingsOf(options);
    const signer = new Signer(secretsOf(options));
    const { limits } = settings;
    const logger = safeLogger(settings.logger);
    const metrics = new ServerMetrics(() => this.#readings());
    const measured = new MeasuredStore(store, metrics, logger);
    const onDelay = (delay: number): void => metrics.delay.observe(delay / 1_000);
    const hub = new Hub({ store: measured, onDelay, ringBytes: limits.ringBytes, totalRingBytes: limits.totalRingBytes, logger });
    const retainer = new Retainer({ store: measured, hub, retain, logger });
    this.#context = {
      ...settings,
      logger,
      store: measured,
      metrics,
      signer,
      hub,
      retainer,
      openText: new OpenText(limits.openLineBytes),
      origins: new OriginGate(new OriginPolicy(allowOrigins), logger),
      closing: this.#closing.signal,
      removedByWriters: new Once(REMEMBERED),
    };
    this.#sockets = new WebSocketEndpoint(this.#context);
    // Every follower and every append listens to it, and they may be many.
    setMaxListeners(0, this.#closing.signal);
    this.#health = new Health(store, this.#closing.signal, logger);
    this.#entrance = new Entrance(logger);
  }

  attach(server: HttpServer): () => void {
    const detach = attach(server, this);
    this.#detach.add(detach);
    return () => {
      this.#detach.delete(detach);
      detach();
    };
  }

  handle(req: IncomingMessage, res: ServerResponse): boolean {
    const path = this.#pathBelow(req);
    if (path === undefined) return false;
    // A reader that breaks off is not an error, but one without a listener would end the process.
    res.on('error', () => undefined);
    try {
      this.#requests.add(res);
      observeAnswer(this.#context, path, req, res);
      this.#answer(path, req, res);
    } catch (error) {
      this.#failed(error, res);
    }
    return true;
  }

  handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    const path = this.#pathBelow(req);
    if (path === undefined) return false;
    try {
      this.#sockets.upgrade(req, socket, head, path === '' || path === '/');
    } catch (error) {
      this.#context.logger.error({ event: 'upgrade-failed', err: error }, 'A WebSocket could not be opened.');
      socket.destroy();
    }
    return true;
  }

  writer(channel: string, options?: WriterOptions): Writer {
    checkChannel(channel);
    return openWriter(this.#context, channel, options);
  }

  sign(channel: string, options?: SignOptions): string {
    return this.#context.signer.sign(channel, options);
  }

  stats(): LogServerStats {
    const { hub } = this.#context;
    const { size: sockets, subscriptions } = this.#sockets;
    return { sockets, subscriptions, topics: hub.size, bytes: hub.bytes, requests: this.#requests.size };
  }

  metrics(): string {
    return this.#context.metrics.text();
  }

  drain(): void {
    this.#health.drain();
    this.#context.logger.info({ event: 'draining', ...this.stats() }, 'Health is answered with 503 from now on.');
  }

  close(options: CloseOptions = {}): Promise<void> {
    this.#closed ??= this.#close(options);
    return this.#closed;
  }

  async #close({ reason = 'restart', retry = [0, 5_000], again = [180_000, 1_500_000] }: CloseOptions): Promise<void> {
    const { logger } = this.#context;
    logger.info({ event: 'closing', reason, ...this.stats() }, 'Viewers are told to come back, and appends end at their last line.');
    this.#closing.abort();
    await Promise.all([this.#sockets.close({ e: 'bye', reason, retry, again }), this.#requests.empty()]);
    for (const detach of this.#detach) detach();
    this.#context.retainer.close();
    this.#context.hub.close();
    logger.info({ event: 'closed' }, 'All viewers and producers are gone.');
  }

  #readings(): Readings {
    const { bytes: ringBytes, ...stats } = this.stats();
    return { ...stats, ringBytes, lag: this.#sockets.lag };
  }

  #answer(path: string, req: IncomingMessage, res: ServerResponse): void {
    const { metrics, signer, publicMetrics, basePath, limits } = this.#context;
    if (path === '' || path === '/') this.#entrance.answer(req, res, this.#sockets.refusal(req));
    else if (path === '/health') this.#health.answer(req, res).catch((error: unknown) => this.#failed(error, res));
    else if (path === '/metrics') answerMetrics({ metrics, signer, isPublic: publicMetrics }, req, res);
    // What operators look at is answered in any case.
    else if (this.#requests.size > limits.requests) answerProblem(res, crowded());
    else if (!handleHttp(this.#context, req, res, req.url ?? '')) answerProblem(res, notFound(basePath));
  }

  /** The outermost layer: whatever went wrong, the host's process does not hear of it, and the request is over. */
  #failed(error: unknown, res: ServerResponse): void {
    this.#context.logger.error({ event: 'request-failed', err: error }, 'A request failed.');
    try {
      if (res.headersSent) res.destroy();
      else answerProblem(res, new Problem('internal', 'The server could not answer; its log says why.'));
    } catch {
      res.destroy();
    }
  }

  /** What follows the base path in the path of a request; undefined for one that is not ours. */
  #pathBelow({ url = '' }: IncomingMessage): string | undefined {
    const { basePath } = this.#context;
    const path = pathOf(url);
    return path === basePath || path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : undefined;
  }
}

function crowded(): Problem {
  return new Problem('unavailable', 'The server answers as many requests as it may at a time: try again later.', { 'Retry-After': 5 });
}

function notFound(basePath: string): Problem {
  return new Problem('not-found', `Logs are at ${basePath}/topics/CHANNEL, and the WebSocket is at ${basePath}.`, READABLE);
}
