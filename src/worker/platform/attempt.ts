/**
 * The result of using a part of the platform, or `otherwise` where it is missing, forbidden or broken. Pages, extensions
 * and browser settings can make anything throw, at any time.
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

/** Monotonic time, ms. */
export function monotonic(): number {
  return attempt(() => performance.now()) ?? Date.now();
}
