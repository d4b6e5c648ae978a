import { rangeOf, type Range } from '../../protocol/ranges.ts';
import type { LogStatus, LineRun, View, ViewUpdate } from '../api.ts';
import type { ViewRequest } from '../session/events.ts';
import { deliverLines, emptyView, enterEpoch, requestLines, type ViewState } from '../session/view-state.ts';

/** What a view needs as long as it is open, whatever it asks for at the moment. */
export type ViewNeeds = Required<Pick<ViewRequest, 'pull' | 'liveLines'>>;

/** The tab's side of one view. It keeps what is outstanding, so that any session can be asked for it again. */
export class ClientView implements View {
  readonly #listener: (update: ViewUpdate) => void;
  readonly #requested: (request: ViewRequest) => void;
  readonly #closed: () => void;
  readonly #needs: ViewNeeds;
  #state: ViewState;
  #requests = 0;

  constructor(
    epoch: string,
    needs: ViewNeeds,
    listener: (update: ViewUpdate) => void,
    { requested, closed }: { requested: (request: ViewRequest) => void; closed: () => void },
  ) {
    this.#state = emptyView(epoch);
    this.#needs = needs;
    this.#listener = listener;
    this.#requested = requested;
    this.#closed = closed;
  }

  /** The request to send to a session. */
  get outstanding(): ViewRequest {
    return { ...this.#state, ...this.#needs };
  }

  /** How many requests were made so far. */
  get requests(): number {
    return this.#requests;
  }

  request(want: readonly Range[], tail: number): void {
    this.#requests += 1;
    this.#state = requestLines(this.#state, want, tail);
    this.#requested(this.outstanding);
  }

  close(): void {
    this.#closed();
  }

  update(status: LogStatus, runs: readonly LineRun[]): void {
    this.#state = deliverLines(enterEpoch(this.#state, status.epoch), runs.map(rangeOf), status.head);
    try {
      this.#listener({ status, runs });
    } catch (error) {
      // A listener that throws must not stop the others, or the next batch.
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
