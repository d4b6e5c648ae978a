import type { LogStatus } from '../../api.ts';
import type { SessionView } from './session-view.ts';

/** A topic that a page gave for a log it has open, while the server has not judged it yet. */
export interface PendingTopic {
  readonly topic: string;
  /** The session asked for it: if the server refuses it, the handle returns to `previous`. */
  readonly requested: boolean;
  readonly previous: { readonly topic: string; readonly verified: boolean };
}

/** The handle of one log that a tab has open. */
export interface OpenLog {
  readonly id: number;
  /** The topic it was opened with, or one that the server accepted from it, or for it, since. */
  topic: string;
  /** The server accepted that topic, or called it expired, which only a genuine one is. */
  verified: boolean;
  pending: PendingTopic | undefined;
  /** A supplied topic that the server accepted, until the page is notified. */
  granted: string | undefined;
  readonly refreshable: boolean;
  /** Its page answered that it has no source of fresh topics. */
  cannotRefresh: boolean;
  visible: boolean;
  readonly views: Map<number, SessionView>;
  /** The status in the last batch. */
  lastStatus: LogStatus | undefined;
}
