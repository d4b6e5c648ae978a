/**
 * Why a question about a log has no answer. `unsupported`: this server cannot answer it; `reset`: the log is another one by now;
 * `denied`: the topic is refused; `invalid`: the query cannot be used, e.g. a pattern that cannot be compiled; `busy`: too many
 * searches; `failed`: no answer that can be read came, which may pass.
 */
export type QueryRefusal = 'unsupported' | 'reset' | 'denied' | 'invalid' | 'busy' | 'failed';

/** A question about a log that has no answer. */
export class RefusedQueryError extends Error {
  override readonly name = 'RefusedQueryError';
  readonly reason: QueryRefusal;
  /** After how many seconds to ask again, where the server says so. */
  readonly seconds: number | undefined;

  constructor(reason: QueryRefusal, { cause, seconds }: { readonly cause?: unknown; readonly seconds?: number | undefined } = {}) {
    super(`The question about the log has no answer: ${reason}.`, { cause });
    this.reason = reason;
    this.seconds = seconds;
  }
}
