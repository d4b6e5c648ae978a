import type { LogStatus, Range, LineRun, View, ViewUpdate } from '../api.ts';
import type { ViewRequest } from '../session/events.ts';
import { clipRanges as clip, normalizeRanges as normalize, rangeOf, subtractRanges as subtract } from '../../protocol/ranges.ts';

/**
 * A window over a log, as the tab keeps it: what it still lacks is known here, so that a worker that died, or was left
 * for a while, can be told again.
 */
export class ClientView implements View {
  readonly #listener: (update: ViewUpdate) => void;
  readonly #looked: (look: ViewRequest) => void;
  readonly #closed: () => void;
  readonly #pull: boolean;
  #epoch: string;
  #want: readonly Range[] = [];
  #tail = 0;
  #given: readonly Range[] = [];
  #looks = 0;

  constructor(
    epoch: string,
    pull: boolean,
    listener: (update: ViewUpdate) => void,
    { looked, closed }: { looked: (look: ViewRequest) => void; closed: () => void },
  ) {
    this.#epoch = epoch;
    this.#pull = pull;
    this.#listener = listener;
    this.#looked = looked;
    this.#closed = closed;
  }

  /** What the view lacks now. */
  get lacking(): ViewRequest {
    return { want: this.#want, tail: this.#tail, pull: this.#pull, epoch: this.#epoch, given: this.#given };
  }

  /** How often something else was looked at so far. */
  get looks(): number {
    return this.#looks;
  }

  request(want: readonly Range[], tail: number): void {
    this.#looks += 1;
    this.#want = normalize(want);
    this.#tail = tail;
    this.#looked(this.lacking);
  }

  close(): void {
    this.#closed();
  }

  update(status: LogStatus, runs: readonly LineRun[]): void {
    if (status.epoch !== this.#epoch) {
      // The first epoch gives a name to what was asked for; another one makes it meaningless.
      if (this.#epoch !== '') this.#want = [];
      this.#given = [];
      this.#epoch = status.epoch;
    }
    const ranges = runs.map(rangeOf);
    this.#want = subtract(this.#want, ranges);
    this.#given = this.#tail > 0 ? clip(normalize([...this.#given, ...ranges]), status.head - this.#tail + 1, status.head) : [];
    try {
      this.#listener({ status, runs });
    } catch (error) {
      // One listener that throws must not keep the others, or the next batch, from coming.
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
