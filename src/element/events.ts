import type { LogState, Range } from '../worker/api.ts';

const BUBBLES = { bubbles: true, composed: true };

/** The log's state changed. */
export class LogStreamStateEvent extends Event {
  static readonly eventName = 'log-stream-state';
  /** `problem` says what happened and what to do, for `denied` and `error`. */
  readonly detail: { readonly state: LogState; readonly previous: LogState; readonly problem: string | undefined };

  constructor(detail: LogStreamStateEvent['detail']) {
    super(LogStreamStateEvent.eventName, BUBBLES);
    this.detail = detail;
  }
}

/** The log is complete. */
export class LogStreamEndEvent extends Event {
  static readonly eventName = 'log-stream-end';
  /** Exit code (128 + signal for a killed process) and number of lines. */
  readonly detail: { readonly code: number | undefined; readonly lines: number };

  constructor(detail: LogStreamEndEvent['detail']) {
    super(LogStreamEndEvent.eventName, BUBBLES);
    this.detail = detail;
  }
}

/** The view began or ceased to follow the end of the log. */
export class LogStreamFollowEvent extends Event {
  static readonly eventName = 'log-stream-follow';
  readonly detail: { readonly following: boolean };

  constructor(detail: LogStreamFollowEvent['detail']) {
    super(LogStreamFollowEvent.eventName, BUBBLES);
    this.detail = detail;
  }
}

/** Lines were selected by their numbers, or the selection was cleared (`range` undefined). */
export class LogStreamSelectEvent extends Event {
  static readonly eventName = 'log-stream-select';
  readonly detail: { readonly range: Range | undefined };

  constructor(detail: LogStreamSelectEvent['detail']) {
    super(LogStreamSelectEvent.eventName, BUBBLES);
    this.detail = detail;
  }
}

/**
 * The signed topic is about to expire or was refused as expired. Call `detail.respondWith` with a promise of a fresh
 * one while the event is dispatched; who calls it first answers.
 */
export class LogStreamRefreshEvent extends Event {
  static readonly eventName = 'log-stream-refresh';
  readonly detail: { readonly topic: string; readonly channel: string; respondWith(answer: string | Promise<string>): void };
  #answer: Promise<string> | undefined;

  constructor(topic: string, channel: string) {
    super(LogStreamRefreshEvent.eventName, { ...BUBBLES, cancelable: true });
    const respondWith = (answer: string | Promise<string>): void => {
      this.#answer ??= Promise.resolve(answer);
      this.preventDefault();
    };
    this.detail = { topic, channel, respondWith };
  }

  /** What a listener answered; undefined when none did. */
  get answer(): Promise<string> | undefined {
    return this.#answer;
  }
}

export interface LogStreamEventMap {
  'log-stream-state': LogStreamStateEvent;
  'log-stream-end': LogStreamEndEvent;
  'log-stream-follow': LogStreamFollowEvent;
  'log-stream-select': LogStreamSelectEvent;
  'log-stream-refresh': LogStreamRefreshEvent;
}

declare global {
  interface GlobalEventHandlersEventMap extends LogStreamEventMap {}
}
