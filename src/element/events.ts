import type { LogState, Range } from '../worker/api.ts';

const BUBBLES = { bubbles: true, composed: true };

/** The state of the log changed. */
export class LogStreamStateEvent extends Event {
  static readonly eventName = 'log-stream-state';
  readonly detail: {
    readonly state: LogState;
    readonly previous: LogState;
    /** For `denied` and `error`: what happened and what to do. */
    readonly problem: string | undefined;
  };

  constructor(detail: LogStreamStateEvent['detail']) {
    super(LogStreamStateEvent.eventName, BUBBLES);
    this.detail = detail;
  }
}

/** The log is complete. */
export class LogStreamEndEvent extends Event {
  static readonly eventName = 'log-stream-end';
  readonly detail: {
    /** The exit code; 128 + signal for a killed process. */
    readonly code: number | undefined;
    /** The number of lines. */
    readonly lines: number;
  };

  constructor(detail: LogStreamEndEvent['detail']) {
    super(LogStreamEndEvent.eventName, BUBBLES);
    this.detail = detail;
  }
}

/** The view started or stopped following the end of the log. */
export class LogStreamFollowEvent extends Event {
  static readonly eventName = 'log-stream-follow';
  readonly detail: { readonly following: boolean };

  constructor(detail: LogStreamFollowEvent['detail']) {
    super(LogStreamFollowEvent.eventName, BUBBLES);
    this.detail = detail;
  }
}

/** Lines were selected by number, or that selection was cleared. */
export class LogStreamSelectEvent extends Event {
  static readonly eventName = 'log-stream-select';
  readonly detail: {
    /** Undefined when the selection was cleared. */
    readonly range: Range | undefined;
  };

  constructor(detail: LogStreamSelectEvent['detail']) {
    super(LogStreamSelectEvent.eventName, BUBBLES);
    this.detail = detail;
  }
}

/** A search began, found more, ended or was closed, or the reader went to another match. */
export class LogStreamFindEvent extends Event {
  static readonly eventName = 'log-stream-find';
  readonly detail: {
    /** What is searched for; empty once the search is closed. */
    readonly query: string;
    /** The number of lines with a match, so far. */
    readonly matches: number;
    /** The line of the match that the reader is at; undefined for none. */
    readonly line: number | undefined;
    /** Share of the log that was searched, 0 to 1. */
    readonly searched: number;
    /** Why there is no result, or only a part of one; undefined for no problem. */
    readonly problem: string | undefined;
  };

  constructor(detail: LogStreamFindEvent['detail']) {
    super(LogStreamFindEvent.eventName, BUBBLES);
    this.detail = detail;
  }
}

/** The signed topic is about to expire or was refused as expired, and there is no `refresh-url`. */
export class LogStreamRefreshEvent extends Event {
  static readonly eventName = 'log-stream-refresh';
  readonly detail: {
    /** The topic that expires. */
    readonly topic: string;
    readonly channel: string;
    /** Supplies a fresh topic of the same channel. Call it while the event is dispatched; only the first call counts. */
    respondWith(answer: string | Promise<string>): void;
  };
  #answer: Promise<string> | undefined;

  constructor(topic: string, channel: string) {
    super(LogStreamRefreshEvent.eventName, { ...BUBBLES, cancelable: true });
    const respondWith = (answer: string | Promise<string>): void => {
      this.#answer ??= Promise.resolve(answer);
      this.preventDefault();
    };
    this.detail = { topic, channel, respondWith };
  }

  /** The first answer of a listener; undefined without one. */
  get answer(): Promise<string> | undefined {
    return this.#answer;
  }
}

/** The events of the element. `npm run manifest` lists them from here. */
export interface LogStreamEventMap {
  'log-stream-state': LogStreamStateEvent;
  'log-stream-end': LogStreamEndEvent;
  'log-stream-follow': LogStreamFollowEvent;
  'log-stream-select': LogStreamSelectEvent;
  'log-stream-find': LogStreamFindEvent;
  'log-stream-refresh': LogStreamRefreshEvent;
}

declare global {
  interface GlobalEventHandlersEventMap extends LogStreamEventMap {}
}
