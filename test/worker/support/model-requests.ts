import type { HistoryRequest, PollRequest, SessionEvent, StreamRequest } from '../../../src/worker/session/events.ts';
import type { ModelServer } from './model-server.ts';

export type Asking =
  | { readonly do: 'fetch'; readonly request: HistoryRequest }
  | { readonly do: 'poll'; readonly request: PollRequest }
  /** A stream that the server refuses. */
  | { readonly do: 'refused'; readonly request: StreamRequest };

/** How a request is answered: as it should be, cut short, or not at all. */
export type How = 'whole' | 'short' | 'fail';

/** Requests under way, and cancelled ones that may be answered nevertheless. */
export class ModelRequests {
  readonly #server: ModelServer;
  #waiting: Asking[] = [];
  #given: Asking[] = [];

  constructor(server: ModelServer) {
    this.#server = server;
  }

  get size(): number {
    return this.#waiting.length;
  }

  add(asking: Asking): void {
    this.#waiting.push(asking);
  }

  abort(id: number): void {
    const at = this.#waiting.findIndex(({ request }) => request.id === id);
    if (at !== -1) this.#given.push(...this.#waiting.splice(at, 1));
    if (this.#given.length > 5) this.#given.shift();
  }

  clear(): void {
    this.#waiting = [];
    this.#given = [];
  }

  /** Answers any of those that are under way. */
  answer(which: number, how: How): SessionEvent | undefined {
    return this.#answer(this.#waiting.splice(which % Math.max(1, this.#waiting.length), 1)[0], how);
  }

  /** Answers a cancelled one. */
  lateAnswer(how: How): SessionEvent | undefined {
    return this.#answer(this.#given.shift(), how);
  }

  #answer(asking: Asking | undefined, how: How): SessionEvent | undefined {
    if (asking === undefined) return undefined;
    const { id } = asking.request;
    if (asking.do === 'refused') return { type: 'streamEnded', id };
    if (asking.do === 'poll')
      return { type: 'polled', id, result: how === 'fail' ? { kind: 'failed' } : this.#server.poll(asking.request, how) };
    return { type: 'fetched', id, result: how === 'fail' ? { kind: 'failed' } : this.#server.history(asking.request, how) };
  }
}
