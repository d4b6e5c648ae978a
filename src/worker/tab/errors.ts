/** The log was deleted or restarted: the lines read so far are no longer part of it. Read again from the start. */
export class LogResetError extends Error {
  override readonly name = 'LogResetError';
  /** Epoch of the log now; empty while it has no line. */
  readonly epoch: string;

  constructor(epoch: string) {
    super('The log was restarted while it was read. Read it again from the start.');
    this.epoch = epoch;
  }
}

/** Retention removed a line before it was read. `lines({ after: first - 1 })` continues with the oldest line there is. */
export class LogTruncatedError extends Error {
  override readonly name = 'LogTruncatedError';
  /** The oldest line that the server still has. */
  readonly first: number;

  constructor(first: number) {
    super(`Lines before ${first} were removed before they were read. Continue with lines({ after: ${first - 1} }).`);
    this.first = first;
  }
}

/** The server refuses access to the log; the message says why and what to do. */
export class LogDeniedError extends Error {
  override readonly name = 'LogDeniedError';

  constructor(problem: string | undefined) {
    super(problem ?? 'The server refuses access to this log. Sign its topic again.');
  }
}
