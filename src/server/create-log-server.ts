import { setMaxListeners } from 'node:events';
import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Interval } from '../protocol/messages.ts';
import { answerProblem } from './http/core/answer.ts';
import { OpenTextBudget } from './append/unfinished-line/open-text-budget.ts';
import { openWriter, type Writer, type WriterOptions } from './append/writer.ts';
import { featuresOf } from './features.ts';
import { attach } from './http/attach.ts';
import { checkChannel } from './access/check-channel.ts';
import type { ServerContext } from './context.ts';
import { InFlightResponses } from './http/core/in-flight-responses.ts';
import { Health } from './http/routes/health.ts';
import { HandshakeProbe } from './http/core/handshake-probe.ts';
import { handleHttp } from './http/handler.ts';
import { READABLE } from './http/core/headers.ts';
import { Problem } from './problem.ts';
import { pathOf } from './http/core/route.ts';
import { Hub } from './live/hub.ts';
import { observeAnswer } from './metrics/observe-answer.ts';
import { answerMetrics } from './http/routes/metrics.ts';
import { safeLogger } from './log/safe-logger.ts';
import { MeasuredStore } from './metrics/measured-store.ts';
import { ServerMetrics, type Readings } from './metrics/server-metrics.ts';
import { SearchPool } from './search/search-pool.ts';
import { SeenKeys } from './util/seen-keys.ts';
import { Shares } from './util/shares.ts';
import type { LogServerOptions } from './config/options.ts';
import { OriginGate } from './access/origin-gate.ts';
import { OriginPolicy } from './access/origin-policy.ts';
import { Retainer } from './retainer.ts';
import { SealedPageCache } from './sealed-page-cache.ts';
import { secretsOf, settingsOf } from './config/settings.ts';
import { Signer, type SignOptions } from './access/signer.ts';
import { WebSocketEndpoint } from './ws/endpoint.ts';

/** The current load of a server. */
export interface LogServerStats {
  /** Open WebSockets. */
  readonly sockets: number;
  /** Subscriptions of all WebSockets. */
  readonly subscriptions: number;
  /** Logs with followers. */
  readonly topics: number;
  /** Encoded bytes held for followers. */
  readonly bytes: number;
  /** HTTP requests being answered. */
  readonly requests: number;
}

export interface CloseOptions {
  /** The reason sent to viewers. @default 'restart' */
  readonly reason?: string;
  /** Viewers reconnect after a random time in this interval, ms. @default [0, 5000] */
  readonly retry?: Interval;
  /** Viewers reconnect once more after a random time in this interval, ms, which spreads load over servers. @default [180000, 1500000] */
  readonly again?: Interval;
}

/** A log server, mounted on any number of `http.Server`s. */
export interface LogServer {
  /**
   * Answers requests and upgrades below the base path of an `http.Server` or `https.Server`, and leaves all others to the
   * listeners attached before. The server's timeouts are unchanged, but authorized appends are exempt from
   * `requestTimeout`, since they may stay open for days. Returns a function that detaches.
   */
  attach(server: HttpServer): () => void;
  /**
   * Answers a request below the base path; returns false, and does nothing, for any other. For hosts that route themselves.
   * Appends are exempt from `requestTimeout` as with `attach`. Buffers written to `res` are reused once `res` has finished:
   * code that wraps `res` must copy what it keeps longer.
   */
  handle(req: IncomingMessage, res: ServerResponse): boolean;
  /** Answers an upgrade request below the base path; returns false, and does nothing, for any other. */
  handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Appends to a log from this process. Throws TypeError for an invalid or reserved (`log-stream/…`) channel. */
  writer(channel: string, options?: WriterOptions): Writer;
  /**
   * Signs a topic with the first secret. It allows reading; `write` and `delete` allow appending and removing too.
   * Throws TypeError for an invalid or reserved (`log-stream/…`) channel.
   */
  sign(channel: string, options?: SignOptions): string;
  stats(): LogServerStats;
  /** All metrics in the text format of Prometheus, for hosts that serve them elsewhere. */
  metrics(): string;
  /**
   * Makes health checks fail (503) from now on; everything else works as before. A load balancer then sends new clients
   * elsewhere, so that `close()` disconnects few.
   */
  drain(): void;
  /**
   * Tells all viewers to reconnect, ends their answers, and lets appends in flight finish. Resolves when all connections are
   * done, after 5 s at the latest. Closes neither the store nor the `http.Server`.
   */
  close(options?: CloseOptions): Promise<void>;
}

/**
 * Creates a log server over a store.
 *
 * @throws {TypeError} For invalid options: the message says what to do.
 * @example
 * // Topics are signed with LOG_STREAM_SECRET of the environment.
 * const logs = createLogServer({ store: await openStore('lmdb:./data') });
 * const server = http.createServer(app);
 * logs.attach(server); // before it listens, so that no request is missed
 * server.listen(8080);
 */
export function createLogServer(options: LogServerOptions): LogServer {
  return new ContextServer(options);
}

/** How many channels are remembered as warned about. */
const REMEMBERED = 1_000;
/** Bytes of compressed history that are kept in memory, for a store that does not keep it. */
const SEALED_BYTES = 32 * 1_024 * 1_024;
/** Bytes of exports of OpenTelemetry that are held at the same time, those of one log at most a quarter. */
const EXPORT_BYTES = 64 * 1_024 * 1_024;

const NO_SEARCH =
  'Logs cannot be searched: the script of the threads was not found beside the bundled server. Pass its path as "searchThread", or search: false.';

class ContextServer implements LogServer {
  readonly #context: ServerContext;
  readonly #closing = new AbortController();
  readonly #sockets: WebSocketEndpoint;
  readonly #health: Health;
  readonly #handshakeProbe: HandshakeProbe;
  readonly #requests = new InFlightResponses();
  readonly #detach = new Set<() => void>();
  #closed: Promise<void> | undefined;

  constructor(options: LogServerOptions) {
    const { store } = options;
    const { retain, allowOrigins, searchThread, searchThreads, ...settings } = settingsOf(options);
    const signer = new Signer(secretsOf(options));
    const { limits } = settings;
    const logger = safeLogger(settings.logger);
    const metrics = new ServerMetrics(() => this.#readings());
    const measured = new MeasuredStore(store, metrics, logger);
    const onDelay = (delay: number): void => metrics.delay.observe(delay / 1_000);
    const hub = new Hub({ store: measured, onDelay, ringBytes: limits.ringBytes, totalRingBytes: limits.totalRingBytes, logger });
    const retainer = new Retainer({ store: measured, hub, retain, logger });
    const search =
      searchThread === undefined ? undefined : new SearchPool({ script: searchThread, threads: searchThreads, places: limits.searches });
    if (search === undefined && options.search !== false) logger.warn({ event: 'search-off' }, NO_SEARCH);
    this.#context = {
      ...settings,
      search,
      logger,
      store: measured,
      metrics,
      signer,
      hub,
      retainer,
      sealedPages: new SealedPageCache(SEALED_BYTES),
      features: featuresOf({ store, marks: settings.marks, search: search !== undefined }),
      exportBytes: new Shares(EXPORT_BYTES),
      openText: new OpenTextBudget(limits.openLineBytes),
      origins: new OriginGate(new OriginPolicy(allowOrigins), logger),
      closing: this.#closing.signal,
      removedByWriters: new SeenKeys(REMEMBERED),
    };
    this.#sockets = new WebSocketEndpoint(this.#context);
    // Every follower and every append listens to it: there may be very many.
    setMaxListeners(0, this.#closing.signal);
    this.#health = new Health(store, this.#closing.signal, logger);
    this.#handshakeProbe = new HandshakeProbe(logger);
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
    // A reader that disconnects is no failure, but an `error` without a listener would end the process.
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
    this.#context.logger.info({ event: 'draining', ...this.stats() }, 'Health checks fail from now on.');
  }

  close(options: CloseOptions = {}): Promise<void> {
    this.#closed ??= this.#close(options);
    return this.#closed;
  }

  async #close({ reason = 'restart', retry = [0, 5_000], again = [180_000, 1_500_000] }: CloseOptions): Promise<void> {
    const { logger } = this.#context;
    logger.info({ event: 'closing', reason, ...this.stats() }, 'Viewers are told to reconnect; appends end at their last complete line.');
    this.#closing.abort();
    await Promise.all([this.#sockets.close({ e: 'bye', reason, retry, again }), this.#requests.empty()]);
    for (const detach of this.#detach) detach();
    this.#context.retainer.close();
    this.#context.search?.close();
    this.#context.hub.close();
    logger.info({ event: 'closed' }, 'All viewers and producers have disconnected.');
  }

  #readings(): Readings {
    const { bytes: ringBytes, ...stats } = this.stats();
    return { ...stats, ringBytes, lag: this.#sockets.lag };
  }

  #answer(path: string, req: IncomingMessage, res: ServerResponse): void {
    const { metrics, signer, publicMetrics, basePath, limits } = this.#context;
    if (path === '' || path === '/') this.#handshakeProbe.answer(req, res, this.#sockets.refusal(req));
    else if (path === '/health') this.#health.answer(req, res).catch((error: unknown) => this.#failed(error, res));
    else if (path === '/metrics') answerMetrics({ metrics, signer, isPublic: publicMetrics }, req, res);
    // Health and metrics are answered in any case.
    else if (this.#requests.size > limits.requests) answerProblem(res, crowded());
    else if (!handleHttp(this.#context, req, res, req.url ?? '')) answerProblem(res, notFound(basePath));
  }

  /** The outermost layer: no failure reaches the host's process, and the request ends. */
  #failed(error: unknown, res: ServerResponse): void {
    this.#context.logger.error({ event: 'request-failed', err: error }, 'A request failed.');
    try {
      if (res.headersSent) res.destroy();
      else answerProblem(res, new Problem('internal', 'Something went wrong on the server; its log has the details.'));
    } catch {
      res.destroy();
    }
  }

  /** The path of a request after the base path; undefined for a path elsewhere. */
  #pathBelow({ url = '' }: IncomingMessage): string | undefined {
    const { basePath } = this.#context;
    const path = pathOf(url);
    return path === basePath || path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : undefined;
  }
}

function crowded(): Problem {
  return new Problem('unavailable', 'The server has reached its limit of concurrent requests: try again later.', { 'Retry-After': 5 });
}

function notFound(basePath: string): Problem {
  return new Problem('not-found', `Logs are at ${basePath}/topics/CHANNEL, and the WebSocket is at ${basePath}.`, READABLE);
}
