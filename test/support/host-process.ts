import { onTestFinished } from 'vitest';

/** What would have ended the process of a host since this was called; the test fails with it besides. */
export function hostFailures(): readonly unknown[] {
  const failures: unknown[] = [];
  const note = (error: unknown): void => void failures.push(error);
  process.on('uncaughtException', note);
  process.on('unhandledRejection', note);
  onTestFinished(() => {
    process.off('uncaughtException', note);
    process.off('unhandledRejection', note);
  });
  return failures;
}
