/**
 * Calls what belongs to somebody else (a store, a logger) where nobody waits for an answer: neither what it throws nor a promise
 * it rejects, declared or not, reaches the process.
 */
export function contain(call: () => unknown, failed: (error: unknown) => void): void {
  try {
    const result: unknown = call();
    if (typeof result === 'object' && result !== null && 'then' in result) Promise.resolve(result).catch(failed);
  } catch (error) {
    failed(error);
  }
}
