import type { LineRun, LogStatus } from '../../../worker/api.ts';
import { queriesOf } from '../queries-of.ts';
import { askFirst } from './first-groups.ts';
import type { GroupFeed, GroupFeedHost } from './group-feed.ts';

/** Loads what finds groups, once a log has lines. */
export class GroupTool {
  readonly #host: GroupFeedHost;
  #asking = new AbortController();
  #feed: GroupFeed | undefined;
  #isLoading = false;
  #status: LogStatus | undefined;

  constructor(host: GroupFeedHost) {
    this.#host = host;
  }

  /** A status came, and lines with it. */
  updated(status: LogStatus, runs: readonly LineRun[]): void {
    this.#status = status;
    if (this.#feed !== undefined) this.#feed.updated(status, runs);
    else this.#load();
  }

  /** The attribute `groups` may have changed. */
  modeChanged(): void {
    if (this.#feed !== undefined) this.#feed.modeChanged();
    else this.#load();
  }

  /** Lines that say something about groups were read, because the server says nothing. */
  linesRead(runs: readonly LineRun[]): void {
    this.#feed?.linesRead(runs);
  }

  /** Another log is shown, or none. */
  stop(): void {
    this.#asking.abort();
    this.#feed?.stop();
  }

  #load(): void {
    const { element, viewport, binding } = this.#host;
    const status = this.#status;
    const isEmpty = status === undefined || status.epoch === '' || status.head < status.first;
    if (this.#isLoading || isEmpty || element.groups === 'off') return;
    this.#isLoading = true;
    const { signal } = (this.#asking = new AbortController());
    const first = askFirst(queriesOf(binding), status, signal);
    import('./group-feed.ts').then(
      ({ GroupFeed: Loaded }) => {
        // The element may have been away meanwhile.
        this.#feed = new Loaded(this.#host, signal.aborted ? undefined : first);
        if (this.#status !== undefined) this.#feed.updated(this.#status, viewport.held.runs());
      },
      // The next update tries again; until then markers are plain lines.
      () => (this.#isLoading = false),
    );
  }
}
