import { vi } from 'vitest';

/** What is waited for is there in milliseconds, unless the machine is busy with something else: ms. */
const PATIENCE = 15_000;

// There is a setting for `expect.poll`, but none for this.
const { waitFor } = vi;
vi.waitFor = (condition, options = PATIENCE) =>
  waitFor(condition, typeof options === 'number' ? options : { timeout: PATIENCE, ...options });
