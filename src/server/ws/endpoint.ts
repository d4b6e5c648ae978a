import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { CLOSE } from '../../protocol/close-codes.ts';
import { SUBPROTOCOL } from '../../protocol/limits.ts';
import type { Bye } from '../../protocol/messages.ts';
import type { ServerContext } from '../context.ts';
import { Problem } from '../problem.ts';
import { addressOf, SocketsByAddress } from './sockets-by-address.ts';
import { HeartbeatTimer } from './heartbeat-timer.ts';
import { TurnLimiter } from './turn-limiter.ts';
import { PartTimer } from './part-timer.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';
import { SocketSession, type SocketSessionHost } from './socket-session.ts';
import { Strangers } from './strangers.ts';
import { ViewerSocket } from './viewer-socket.ts';

/** Names of this protocol in versions that are not spoken here. */
const OTHER_VERSION = /^log-stream\.v\d+$/u;
/** ms that a closing socket gets to answer, and a closing server its sockets. */
const CLOSE_TIMEOUT = 5_000;
/** Logs that viewers begin to follow in one turn of the event loop: each takes some 20 µs. */
const OPENINGS = 100;

/** Connections that a server of this process took over: one that is attached twice is asked about each of them twice. */
const taken = new WeakSet<Duplex>();

/** The WebSockets of one server. */
export class WebSocketEndpoint implements SocketSessionHost {
  readonly context: ServerContext;
  readonly #server: InstanceType<typeof WebSocketServer<typeof ViewerSocket>>;
  readonly partClock = new PartTimer();
  readonly openings = new TurnLimiter(OPENINGS);
  readonly #sessions = new Set<SocketSession>();
  readonly #beats: HeartbeatTimer;
  readonly #strangers = new Strangers<SocketSession>();
  readonly #byAddress = new SocketsByAddress();
  /** Sockets that are not closed yet, although their session is over or there never was one. */
  readonly #closing = new Set<ViewerSocket>();
  #stallTimer: NodeJS.Timeout | undefined;

  constructor(context: ServerContext) {
    this.context = context;
    this.#beats = new HeartbeatTimer(context.heartbeat);
    const options = {
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: context.limits.frameBytes,
      closeTimeout: CLOSE_TIMEOUT,
      handleProtocols: selectProtocol,
      WebSocket: ViewerSocket,
    };
    this.#server = new WebSocketServer<typeof ViewerSocket>(options);
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

  /** How far viewers are behind: how many subscriptions are, and by how many lines at most. */
  get lag(): { readonly subscriptions: number; readonly lines: number } {
    let subscriptions = 0;
    let lines = 0;
    for (const { lag } of this.#sessions) {
      subscriptions += lag.subscriptions;
      lines = Math.max(lines, lag.lines);
    }
    return { subscriptions, lines };
  }

  /** Takes over an upgrade request below our path, be it to refuse it; `isOurs`: it is for the very path of the socket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, isOurs: boolean): void {
    if (taken.has(socket)) return;
    taken.add(socket);
    const problem = isOurs ? this.#problem(request) : new Problem('not-found', `The WebSocket is at ${this.context.basePath}.`);
    this.context.metrics.answered('socket', 'GET', String(problem?.status ?? 101));
    if (problem !== undefined) this.context.logger.debug({ event: 'socket-refused', status: problem.status }, problem.message);
    if (problem === undefined) this.#server.handleUpgrade(request, socket, head, (webSocket) => this.#accept(webSocket, socket, request));
    else refuseUpgrade(socket, problem);
  }

  #problem(request: IncomingMessage): Problem | undefined {
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
      return new Problem('malformed', 'Only WebSockets are opened here: send Upgrade: websocket, or a request without Upgrade.');
    }
    const problem = this.refusal(request);
    if (problem?.code === 'origin') this.context.metrics.refused('origin');
    else if (problem?.code === 'crowded') this.context.metrics.refused('address');
    return problem;
  }

  /** What a handshake of the page that sends this request is refused with; undefined where it is not. */
  refusal(request: IncomingMessage): Problem | undefined {
    const { limits, origins, closing } = this.context;
    const foreign = origins.refusal(request.headers);
    if (foreign !== undefined) return foreign;
    if (closing.aborted) return new Problem('unavailable', 'The server is closing: connect again in a moment.', { 'Retry-After': 1 });
    if (this.#sessions.size + this.#closing.size >= limits.sockets)
      return new Problem('unavailable', 'The server has as many sockets as it may have: connect again later.', { 'Retry-After': 5 });
    const { socketsPerAddress } = limits;
    if (socketsPerAddress === undefined || this.#byAddress.count(this.#addressOf(request)) < socketsPerAddress) return undefined;
    return new Problem(
      'crowded',
      `This address has ${socketsPerAddress} sockets, and may have no more: close some, or connect again later.`,
      {
        'Retry-After': 5,
      },
    );
  }

  /** Says goodbye to everybody; resolves when all sockets are closed, 5 s later at the latest. */
  async close(bye: Bye): Promise<void> {
    for (const session of this.#sessions) session.bye(bye);
    this.#beats.close();
    this.partClock.close();
    clearInterval(this.#stallTimer);
    await Promise.all([...this.#closing].map((webSocket) => closed(webSocket, CLOSE_TIMEOUT)));
  }

  accepted(session: SocketSession): void {
    this.#strangers.delete(session);
  }

  disposed(session: SocketSession): void {
    this.#strangers.delete(session);
    this.#sessions.delete(session);
    this.#beats.delete(session);
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
    if (OTHER_VERSION.test(webSocket.protocol) && webSocket.protocol !== SUBPROTOCOL) {
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
    this.#beats.add(session);
    const now = Date.now();
    this.#strangers.add(session, now);
    this.#dismiss(now);
    this.#stallTimer ??= setInterval(() => this.#checkStalls(), Math.min(5_000, this.context.limits.stall / 4)).unref();
  }

  #checkStalls(): void {
    const now = Date.now();
    for (const session of this.#sessions) session.checkStall(now);
    this.#dismiss(now);
  }

  /** Where very many sockets have no topic, the oldest of them go. */
  #dismiss(now: number): void {
    for (const session of this.#strangers.overdue(now)) session.close(CLOSE.overload, 'too many sockets without a topic');
  }
}

/** Ours where it is offered. One of another version is taken too, so that the close code can say what is wrong. */
function selectProtocol(offered: ReadonlySet<string>): string | false {
  if (offered.has(SUBPROTOCOL)) return SUBPROTOCOL;
  for (const protocol of offered) if (OTHER_VERSION.test(protocol)) return protocol;
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
