/**
 * What a part of the platform gives, or `otherwise` where it is missing, forbidden or broken. Pages, extensions and settings
 * of a browser can make anything throw, at any time.
 */
export function attempt<T>(use: () => T): T | undefined;
export function attempt<T>(use: () => T, otherwise: T): T;
export function attempt<T>(use: () => T, otherwise?: T): T | undefined {
  try {
    return use();
  } catch {
    return otherwise;
  }
}

/** Time that only goes on, ms. */
export function monotonic(): number {
  return attempt(() => performance.now()) ?? Date.now();
}
