import { setMaxListeners } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How long answers may take to end when the server closes, ms. */
const CLOSE_TIMEOUT = 5_000;

/** Answers that have not ended yet. */
export class InFlightResponses {
  readonly #open = new Set<ServerResponse>();
  readonly #ofConnection = new WeakMap<Socket, Set<ServerResponse>>();
  #onEmpty: (() => void) | undefined;

  get size(): number {
    return this.#open.size;
  }

  add(res: ServerResponse): void {
    this.#open.add(res);
    this.#connectionOf(res).add(res);
    res.once('close', () => this.#delete(res));
  }

  /** Resolves when all have ended; cuts off those that take more than 5 s. */
  async empty(): Promise<void> {
    if (this.#open.size === 0) return;
    const timer = setTimeout(() => {
      for (const res of this.#open) res.destroy();
    }, CLOSE_TIMEOUT);
    await new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
    clearTimeout(timer);
  }

  /**
   * The answers of a connection, which are deleted when it closes: Node does not close an answer that waits for the one
   * before it on the same connection.
   */
  #connectionOf(res: ServerResponse): Set<ServerResponse> {
    const { socket } = res.req;
    const known = this.#ofConnection.get(socket);
    if (known !== undefined) return known;
    const answers = new Set<ServerResponse>();
    // Every streamed answer listens to it, and a connection may have many at a time.
    setMaxListeners(0, socket);
    this.#ofConnection.set(socket, answers);
    socket.once('close', () => {
      for (const answer of answers) this.#delete(answer);
    });
    return answers;
  }

  #delete(res: ServerResponse): void {
    this.#open.delete(res);
    this.#ofConnection.get(res.req.socket)?.delete(res);
    if (this.#open.size === 0) this.#onEmpty?.();
  }
}
