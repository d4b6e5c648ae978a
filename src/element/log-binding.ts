import { readTopic } from '../protocol/topic.ts';
import type { Log, LogStatus, LogStreamClient, Range, View, ViewUpdate } from '../worker/api.ts';
import { CONNECTING } from './status/chip.ts';
import { BAD_TOPIC } from './strings.ts';

/** Lines of the tail, more than most screens show: of a log that grows faster than it can be read, no others are sent. */
const TAIL = 200;

export interface LogBindingHost {
  createClient(): LogStreamClient;
  /** Supplies a fresh signed topic; undefined when there is none. */
  refresh(): Promise<string | undefined>;
  updated(update: ViewUpdate): void;
}

/** Binds an element to the log it shows: opens, renews, retries and closes it. Never throws; a failure is a status. */
export class LogBinding {
  readonly #host: LogBindingHost;
  #client: LogStreamClient | undefined;
  #log: Log | undefined;
  #view: View | undefined;
  #topic = '';

  constructor(host: LogBindingHost) {
    this.#host = host;
  }

  get log(): Log | undefined {
    return this.#log;
  }

  /** The signed topic that the log uses. */
  get topic(): string {
    return this.#log?.topic ?? this.#topic;
  }

  get endpoint(): string | undefined {
    return this.#client?.endpoint;
  }

  /** Shows the log of `topic`. Returns false if that is the log shown already. */
  open(topic: string): boolean {
    const channel = readTopic(topic)?.channel;
    if (this.#log !== undefined && channel === this.#log.channel) {
      this.#topic = topic;
      this.#log.renew(topic);
      return false;
    }
    this.close();
    this.#topic = topic;
    if (topic === '') return true;
    if (channel === undefined) {
      this.#fail(BAD_TOPIC);
      return true;
    }
    try {
      this.#client = this.#host.createClient();
      this.#log = this.#client.open(topic, { refresh: () => this.#host.refresh() });
      this.#view = this.#log.view((update) => this.#host.updated(update), { tail: TAIL });
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
    }
    return true;
  }

  request(want: readonly Range[], tail: number): void {
    this.#view?.request(want, tail);
  }

  retry(): void {
    if (this.#log === undefined) this.open(this.#topic);
    else this.#log.retry();
  }

  close(): void {
    this.#view?.close();
    this.#log?.close();
    this.#client?.close();
    this.#view = this.#log = this.#client = undefined;
  }

  #fail(problem: string): void {
    this.close();
    const status: LogStatus = { ...CONNECTING, state: 'error', problem };
    this.#host.updated({ status, runs: [] });
  }
}
