import type { LogTail } from '../store.ts';

/** A write was refused because of the state of the log; retrying it will not help. */
export class AppendConflictError extends Error {
  override readonly name = 'AppendConflictError';
  /** `ended`: the log is complete. `moved`: its head is not the one the write was conditional on. */
  readonly reason: 'ended' | 'moved';
  /** The state of the log when it refused. */
  readonly tail: LogTail;

  constructor(reason: 'ended' | 'moved', tail: LogTail) {
    super(
      reason === 'ended'
        ? 'The log has ended and accepts no more lines. Use another channel.'
        : `Another writer appended first: the head is now ${tail.head}. Compare it with what you wrote, and continue after it.`,
    );
    this.reason = reason;
    this.tail = tail;
  }
}
