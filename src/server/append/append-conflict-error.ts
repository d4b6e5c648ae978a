import type { LogTail } from '../store.ts';

/** A write was refused for what the log is; trying the same again will not help. */
export class AppendConflictError extends Error {
  override readonly name = 'AppendConflictError';
  /** `ended`: the log is complete. `moved`: its head is not the one the write was to follow. */
  readonly reason: 'ended' | 'moved';
  /** The log as the refusal found it. */
  readonly tail: LogTail;

  constructor(reason: 'ended' | 'moved', tail: LogTail) {
    super(
      reason === 'ended'
        ? 'The log has ended: nothing can be appended any more. Write to another channel.'
        : `Another writer got in between: the head is ${tail.head}. Compare it with what you wrote, and go on behind it.`,
    );
    this.reason = reason;
    this.tail = tail;
  }
}
