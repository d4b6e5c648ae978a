import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocketServer } from 'ws';
import { CLOSE } from '../../protocol/close-codes.ts';
import { SUBPROTOCOL } from '../../protocol/limits.ts';
import type { Bye } from '../../protocol/messages.ts';
import { Problem } from '../problem.ts';
import type { SocketContext } from './context.ts';
import { addressOf, SocketsByAddress } from './sockets-by-address.ts';
import { HeartbeatTimer } from './heartbeat-timer.ts';
import { TurnLimiter } from './turn-limiter.ts';
import { TurnTimer } from './turn-timer.ts';
import { PartTimer } from './part-timer.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';
import { SocketSession, type SocketSessionHost } from './socket-session.ts';
import { UnverifiedSockets } from './unverified-sockets.ts';
import { ViewerSocket } from './viewer-socket.ts';
import { wsPackage } from './ws-package.ts';

/** Subprotocol names of all versions of this protocol. */
const ANY_VERSION = /^log-stream\.v\d+$/u;
/** How long a closing socket may take to answer, and the sockets of a closing server to close, ms. */
const CLOSE_TIMEOUT = 5_000;
/** Logs opened in one turn of the event loop: each takes some 20 µs. */
const OPENINGS_PER_TURN = 100;

/** Connections that were upgraded or refused: a server that is attached twice sees each upgrade request twice. */
const upgraded = new WeakSet<Duplex>();

/** The WebSockets of one server. */
export class WebSocketEndpoint implements SocketSessionHost {
  readonly context: SocketContext;
  readonly #server: InstanceType<typeof WebSocketServer<typeof ViewerSocket>>;
  readonly partTimer = new PartTimer();
  readonly turns = new TurnTimer();
  readonly openings = new TurnLimiter(OPENINGS_PER_TURN);
  readonly #sessions = new Set<SocketSession>();
  readonly #heartbeats: HeartbeatTimer;
  readonly #unverified = new UnverifiedSockets<SocketSession>();
  readonly #byAddress = new SocketsByAddress();
  /** Sockets that are not closed yet, although their session has ended or never began. */
  readonly #closing = new Set<ViewerSocket>();
  #stallTimer: NodeJS.Timeout | undefined;

  constructor(context: SocketContext) {
    this.context = context;
    this.#heartbeats = new HeartbeatTimer(context.heartbeat);
    const options = {
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: context.limits.frameBytes,
      closeTimeout: CLOSE_TIMEOUT,
      handleProtocols: selectProtocol,
      WebSocket: ViewerSocket,
    };
    this.#server = new wsPackage.WebSocketServer<typeof ViewerSocket>(options);
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Subscriptions of all sockets. */
  get subscriptions(): number {
    let sum = 0;
    for (const session of this.#sessions) sum += session.size;
    return sum;
  }

  /** How many subscriptions lack the newest line, and how many lines the farthest lacks. */
  get lag(): { readonly subscriptions: number; readonly lines: number } {
    let subscriptions = 0;
    let lines = 0;
    for (const { lag } of this.#sessions) {
      subscriptions += lag.subscriptions;
      lines = Math.max(lines, lag.lines);
    }
    return { subscriptions, lines };
  }

  /** Answers an upgrade request below the base path; refuses it unless `isSocketPath`. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, isSocketPath: boolean): void {
    if (upgraded.has(socket)) return;
    upgraded.add(socket);
    const problem = isSocketPath ? this.#problem(request) : new Problem('not-found', `The WebSocket is at ${this.context.basePath}.`);
    this.context.metrics.answered('socket', 'GET', String(problem?.status ?? 101));
    if (problem !== undefined) this.context.logger.debug({ event: 'socket-refused', status: problem.status }, problem.message);
    if (problem === undefined) this.#server.handleUpgrade(request, socket, head, (webSocket) => this.#accept(webSocket, socket, request));
    else refuseUpgrade(socket, problem);
  }

  #problem(request: IncomingMessage): Problem | undefined {
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
      return new Problem('malformed', 'Only WebSocket upgrades are supported: send Upgrade: websocket, or no Upgrade header.');
    }
    const problem = this.refusal(request);
    if (problem?.code === 'origin') this.context.metrics.refused('origin');
    else if (problem?.code === 'crowded') this.context.metrics.refused('address');
    return problem;
  }

  /** The problem that a handshake by the sender of this request would be refused with; undefined if it would succeed. */
  refusal(request: IncomingMessage): Problem | undefined {
    const { limits, origins, closing } = this.context;
    const foreign = origins.refusal(request.headers);
    if (foreign !== undefined) return foreign;
    if (closing.aborted) return new Problem('unavailable', 'The server is shutting down: connect again in a moment.', { 'Retry-After': 1 });
    if (this.#sessions.size + this.#closing.size >= limits.sockets)
      return new Problem('unavailable', 'The server has reached its limit of sockets: connect again later.', { 'Retry-After': 5 });
    const { socketsPerAddress } = limits;
    if (socketsPerAddress === undefined || this.#byAddress.count(this.#addressOf(request)) < socketsPerAddress) return undefined;
    return new Problem(
      'crowded',
      `This address has reached its limit of ${socketsPerAddress} sockets: close some, or connect again later.`,
      {
        'Retry-After': 5,
      },
    );
  }

  /** Sends `bye` on all sockets; resolves when they are closed, after 5 s at the latest. */
  async close(bye: Bye): Promise<void> {
    for (const session of this.#sessions) session.bye(bye);
    this.#heartbeats.close();
    this.partTimer.close();
    this.turns.close();
    clearInterval(this.#stallTimer);
    await Promise.all([...this.#closing].map((webSocket) => closed(webSocket, CLOSE_TIMEOUT)));
  }

  accepted(session: SocketSession): void {
    this.#unverified.delete(session);
  }

  disposed(session: SocketSession): void {
    this.#unverified.delete(session);
    this.#sessions.delete(session);
    this.#heartbeats.delete(session);
    this.#closing.add(session.webSocket);
  }

  closed(session: SocketSession, code: number): void {
    this.#closing.delete(session.webSocket);
    this.context.metrics.socketClosed(code);
    this.context.logger.debug({ event: 'socket-closed', code, sockets: this.#sessions.size }, 'A socket was closed.');
  }

  #addressOf(request: IncomingMessage): string {
    return addressOf(request, this.context.proxies);
  }

  #accept(webSocket: ViewerSocket, socket: Duplex, request: IncomingMessage): void {
    if (this.context.limits.socketsPerAddress !== undefined) {
      const address = this.#addressOf(request);
      this.#byAddress.add(address);
      webSocket.once('close', () => this.#byAddress.delete(address));
    }
    if (ANY_VERSION.test(webSocket.protocol) && webSocket.protocol !== SUBPROTOCOL) {
      this.#closing.add(webSocket);
      webSocket.on('close', () => this.#closing.delete(webSocket));
      webSocket.on('error', () => undefined);
      webSocket.close(CLOSE.version, `this server speaks ${SUBPROTOCOL}`);
      return;
    }
    const session = new SocketSession(this, webSocket, socket);
    this.#sessions.add(session);
    this.context.metrics.socketsOpened.add();
    this.context.logger.debug({ event: 'socket-opened', sockets: this.#sessions.size }, 'A socket was opened.');
    this.#heartbeats.add(session);
    const now = Date.now();
    this.#unverified.add(session, now);
    this.#closeOverdue(now);
    this.#stallTimer ??= setInterval(() => this.#checkStalls(), Math.min(5_000, this.context.limits.stall / 4)).unref();
  }

  #checkStalls(): void {
    const now = Date.now();
    for (const session of this.#sessions) session.checkStall(now);
    this.#closeOverdue(now);
  }

  /** Closes the oldest sockets without a valid topic, where there are very many. */
  #closeOverdue(now: number): void {
    for (const session of this.#unverified.overdue(now)) session.close(CLOSE.overload, 'too many sockets without a topic');
  }
}

/** Our version if it is offered; else any other, so that the close code can say what is wrong. */
function selectProtocol(offered: ReadonlySet<string>): string | false {
  if (offered.has(SUBPROTOCOL)) return SUBPROTOCOL;
  for (const protocol of offered) if (ANY_VERSION.test(protocol)) return protocol;
  return false;
}

function closed(webSocket: ViewerSocket, timeout: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => webSocket.terminate(), timeout);
    webSocket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
