import { defineConfig } from 'vitest/config';
import { SOCKET_SOURCE } from './vite.config.ts';

// What is waited for is there in milliseconds, unless the machine is busy with something else.
const patience = {
  testTimeout: 30_000,
  hookTimeout: 30_000,
  expect: { poll: { timeout: 15_000 } },
  setupFiles: ['test/support/setup.ts'],
};

/** Tests that start servers, browsers or stores of their own, each for seconds: `npm run check` leaves them to `npm test`. */
const SLOW = ['test/{dev-server,conformance,scale,fuzz}/**', 'test/server/stores/redis/**', 'test/scripts/package.test.ts'];
const quick = process.env['TESTS'] === 'quick';

export default defineConfig({
  test: {
    // With `--changed` not everything because of a new script or dependency: that is what `npm test` is for.
    forceRerunTriggers: ['**/vitest.config.ts'],
    projects: [
      {
        // What is tested is what is bundled.
        resolve: { alias: [SOCKET_SOURCE] },
        // Much of it waits for processes and sockets, so more files than there are cores go at a time.
        test: {
          name: 'unit',
          environment: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['**/browser/**', 'test/tabs/**', 'test/states/**', ...(quick ? SLOW : [])],
          maxWorkers: 3,
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
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
