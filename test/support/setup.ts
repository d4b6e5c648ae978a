import { afterAll, vi } from 'vitest';

/** What is waited for is there in milliseconds, unless the machine is busy with something else: ms. */
const PATIENCE = 15_000;

// There is a setting for `expect.poll`, but none for this.
const { waitFor } = vi;
vi.waitFor = (condition, options = PATIENCE) =>
  waitFor(condition, typeof options === 'number' ? options : { timeout: PATIENCE, ...options });

// Test files share a process. None of them gets the globals, the clock or the module state of the one before.
afterAll(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  vi.resetModules();
});
