/**
 * Calls foreign code (a store, a logger) whose result is not awaited. An exception, or the rejection of a promise it
 * returns, goes to `failed` instead of ending the process.
 */
export function contain(call: () => unknown, failed: (error: unknown) => void): void {
  try {
    const result: unknown = call();
    if (typeof result === 'object' && result !== null && 'then' in result) Promise.resolve(result).catch(failed);
  } catch (error) {
    failed(error);
  }
}
