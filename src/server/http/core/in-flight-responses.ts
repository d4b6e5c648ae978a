import { setMaxListeners } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** ms that answers get to end when the server closes. */
const PATIENCE = 5_000;

/** Answers that are not over yet. */
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
    res.once('close', () => this.#over(res));
  }

  /** Resolves when all have ended; those that do not within 5 s are cut off. */
  async empty(): Promise<void> {
    if (this.#open.size === 0) return;
    const timer = setTimeout(() => {
      for (const res of this.#open) res.destroy();
    }, PATIENCE);
    await new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
    clearTimeout(timer);
  }

  /**
   * Node does not close an answer that waits for the one before it on the same connection when that breaks off, so the connection
   * is listened to, once for all its answers.
   */
  #connectionOf(res: ServerResponse): Set<ServerResponse> {
    const { socket } = res.req;
    const known = this.#ofConnection.get(socket);
    if (known !== undefined) return known;
    const answers = new Set<ServerResponse>();
    // Every answer that is followed listens to it, and a connection may ask for many at a time.
    setMaxListeners(0, socket);
    this.#ofConnection.set(socket, answers);
    socket.once('close', () => {
      for (const answer of answers) this.#over(answer);
    });
    return answers;
  }

  #over(res: ServerResponse): void {
    this.#open.delete(res);
    this.#ofConnection.get(res.req.socket)?.delete(res);
    if (this.#open.size === 0) this.#onEmpty?.();
  }
}
