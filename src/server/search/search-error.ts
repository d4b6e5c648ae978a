/** A pattern took too long, or more memory than a thread has. */
export class SlowSearchError extends Error {
  override readonly name = 'SlowSearchError';
}

/** The threads that search do not work: no pattern is to blame. */
export class SearchUnavailableError extends Error {
  override readonly name = 'SearchUnavailableError';
}
