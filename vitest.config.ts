import { defineConfig } from 'vitest/config';

// What is waited for is there in milliseconds, unless the machine is busy with something else.
const patience = {
  testTimeout: 30_000,
  hookTimeout: 30_000,
  expect: { poll: { timeout: 15_000 } },
  setupFiles: ['test/support/setup.ts'],
};

// On a machine that others use too, a browser or a process may be late for no fault of ours. CI tries such a test once more, and
// says that it did; whoever works on a test sees at once that it does not always hold.
const retry = process.env['CI'] === 'true' ? 1 : 0;

export default defineConfig({
  test: {
    projects: [
      {
        // Much of it waits for processes and sockets, so more files than there are cores go at a time.
        test: {
          name: 'unit',
          environment: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['**/browser/**', 'test/tabs/**', 'test/states/**'],
          maxWorkers: 3,
          retry,
          ...patience,
        },
      },
      {
        // Each file has a browser and a server of its own, so that a count of sockets or targets means something.
        test: {
          name: 'tabs',
          environment: 'node',
          include: ['test/tabs/**/*.test.ts'],
          maxWorkers: 2,
          retry,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Each file has a browser and a server of its own, and mostly waits: for silence, for pauses that grow.
        test: {
          name: 'states',
          environment: 'node',
          include: ['test/states/**/*.test.ts'],
          maxWorkers: 2,
          retry,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
