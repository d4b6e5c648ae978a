import WebSocket from 'ws';
import { encodeSubscribe, encodeUnsubscribe, parseServerFrame, PROBE, type ServerFrame } from '../../src/protocol/messages.ts';
import { SUBPROTOCOL } from '../../src/protocol/limits.ts';

type Frame<E extends ServerFrame['e']> = Extract<ServerFrame, { e: E }>;

interface Waiter {
  readonly matches: (frame: ServerFrame) => boolean;
  readonly take: (frame: ServerFrame) => void;
}

export interface WireClientOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly protocols?: readonly string[];
  /** ms after which a frame that was waited for counts as missing. @default 5000 */
  readonly patience?: number;
}

/** A viewer that speaks the wire by hand: what the server sends is read by the real parser and queued until taken. */
export class WireClient {
  readonly socket: WebSocket;
  /** Every frame that came, in order, taken or not. */
  readonly received: ServerFrame[] = [];
  /** Resolves when the socket is closed. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly #patience: number;
  readonly #queue: ServerFrame[] = [];
  readonly #waiters = new Set<Waiter>();

  /** `endpoint` is a `ws:` URL. */
  constructor(endpoint: string, { headers = {}, protocols = [SUBPROTOCOL], patience = 5_000 }: WireClientOptions = {}) {
    this.#patience = patience;
    this.socket = new WebSocket(endpoint, [...protocols], { headers });
    this.socket.on('message', (data: Buffer) => this.#take(data.toString()));
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    this.socket.on('error', () => undefined);
  }

  /** Resolves once the handshake is done; rejects with the status of a refusal. */
  static async connect(endpoint: string, options: WireClientOptions = {}): Promise<WireClient> {
    const client = new WireClient(endpoint, options);
    await new Promise<void>((resolve, reject) => {
      client.socket.once('open', resolve);
      client.socket.once('error', reject);
      client.socket.once('unexpected-response', (_request, response) => reject(new Error(`refused with ${String(response.statusCode)}`)));
    });
    return client;
  }

  /** `asked` as on the wire: `''` is from now on. `tail`: of how many lines. */
  subscribe(signed: string, asked: string | number = '', tail?: number): void {
    this.send(JSON.stringify({ subscribe: { [signed]: asked }, tail }));
  }

  /** Signed topics and what is asked for each, in as many frames as it takes. */
  subscribeAll(topics: ReadonlyMap<string, string>): void {
    for (const frame of encodeSubscribe(topics)) this.send(frame);
  }

  unsubscribe(...topics: string[]): void {
    for (const frame of encodeUnsubscribe(topics)) this.send(frame);
  }

  probe(): void {
    this.send(PROBE);
  }

  /** Sends anything, well formed or not. */
  send(frame: string | Buffer): void {
    this.socket.send(frame);
  }

  /** Takes the first queued frame of this kind, or the next to come; others stay queued. */
  next<E extends ServerFrame['e']>(e: E, matches: (frame: Frame<E>) => boolean = () => true): Promise<Frame<E>> {
    const isIt = (frame: ServerFrame): frame is Frame<E> => frame.e === e && matches(frame as Frame<E>);
    const at = this.#queue.findIndex(isIt);
    const [queued] = at === -1 ? [] : this.#queue.splice(at, 1);
    if (queued !== undefined && isIt(queued)) return Promise.resolve(queued);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        reject(new Error(`No ${e} came that was waited for. Queued: ${JSON.stringify(this.#queue).slice(0, 2_000)}`));
      }, this.#patience);
      const waiter: Waiter = {
        matches: isIt,
        take: (frame) => {
          clearTimeout(timer);
          if (isIt(frame)) resolve(frame);
        },
      };
      this.#waiters.add(waiter);
    });
  }

  /** What came of this kind so far. */
  all<E extends ServerFrame['e']>(e: E): Frame<E>[] {
    return this.received.filter((frame): frame is Frame<E> => frame.e === e);
  }

  /** Closes and resolves when that is done. */
  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }

  #take(text: string): void {
    const frame = parseServerFrame(text);
    if (frame === undefined) throw new Error(`The server sent what is not a frame: ${text.slice(0, 500)}`);
    this.received.push(frame);
    for (const waiter of this.#waiters) {
      if (!waiter.matches(frame)) continue;
      this.#waiters.delete(waiter);
      waiter.take(frame);
      return;
    }
    this.#queue.push(frame);
  }
}

/** The texts of the lines of a `msg` frame; none of any other. */
export function textsOf(frame: ServerFrame): string[] {
  return frame.e === 'msg' ? frame.lines.map((line) => line[1]) : [];
}
