/** The log was removed and began anew: what was read is no part of it any more. Read again from the start. */
export class LogResetError extends Error {
  override readonly name = 'LogResetError';
  /** Incarnation that is there now; empty while it has no line. */
  readonly epoch: string;

  constructor(epoch: string) {
    super('The log began anew while it was read. Read it again from the start.');
    this.epoch = epoch;
  }
}

/** Retention took a line before it was read. `lines({ after: first - 1 })` goes on with the oldest line there is. */
export class LogTruncatedError extends Error {
  override readonly name = 'LogTruncatedError';
  /** The oldest line the server still has. */
  readonly first: number;

  constructor(first: number) {
    super(`Lines before ${first} were removed before they were read. Go on with lines({ after: ${first - 1} }).`);
    this.first = first;
  }
}

/** Access to the log is refused; the message says why and what to do. */
export class LogDeniedError extends Error {
  override readonly name = 'LogDeniedError';

  constructor(problem: string | undefined) {
    super(problem ?? 'The server refuses access to this log. Sign its topic anew.');
  }
}
