import { defineConfig } from 'vitest/config';
import { QuickSequencer } from './scripts/quick-sequencer.mjs';
import { SOCKET_SOURCE } from './vite.config.ts';

// What is waited for is there in milliseconds, unless the machine is busy with something else.
const patience = {
  testTimeout: 30_000,
  hookTimeout: 30_000,
  expect: { poll: { timeout: 15_000 } },
  setupFiles: ['test/support/setup.ts'],
};

/**
 * What `npm run check` leaves to `npm test`: tests that start servers, browsers or stores of their own, and those that run for
 * seconds each because they try very many cases.
 */
const SLOW = [
  'test/{dev-server,conformance,examples,scale,fuzz}/**',
  'test/server/otlp/sdk.test.ts',
  'test/{docs/agents,scripts/package}.test.ts',
  'test/server/stores/{redis/**,lmdb/lmdb-{store,conformance}.test.ts}',
  'test/server/{append/open-line-cost,hostile/failures,http/slow-reader}.test.ts',
  'test/worker/session/{model,decency,restart,http-fallback/fallback-logs}.test.ts',
  'test/element/{terminal/redraw-scanner,tools/errors/find-error}.test.ts',
];
const quick = process.env['TESTS'] === 'quick';

export default defineConfig({
  test: {
    // With `--changed` not everything because of a new script or dependency: that is what `npm test` is for.
    forceRerunTriggers: ['**/vitest.config.ts'],
    ...(quick ? { sequence: { sequencer: QuickSequencer } } : {}),
    projects: [
      {
        // What is tested is what is bundled.
        resolve: { alias: [SOCKET_SOURCE] },
        // Much of it waits for processes and sockets, so more files than there are cores go at a time.
        test: {
          name: 'unit',
          environment: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['**/browser/**', 'test/{tabs,pages,site,states,consumers,frameworks}/**', ...(quick ? SLOW : [])],
          maxWorkers: 3,
          // A process for each file costs as much as all pure tests together: test/support/setup.ts has each file tidy up instead.
          isolate: false,
          // A test has to load it again to see which globals it takes.
          server: { deps: { inline: ['comlink'] } },
          ...patience,
        },
      },
      {
        // Each file has a browser and a server of its own, so that a count of sockets or targets means something.
        test: {
          name: 'tabs',
          environment: 'node',
          include: ['test/{tabs,pages}/**/*.test.ts'],
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        // The site of the documentation, as `npm run docs` has built it.
        test: { name: 'site', environment: 'node', include: ['test/site/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 60_000 },
      },
      {
        // Each file has a browser and a server of its own, and mostly waits: for silence, for pauses that grow.
        test: {
          name: 'states',
          environment: 'node',
          include: ['test/states/**/*.test.ts'],
          // The sheets are made and compared by `npm run screenshots` alone: pixels differ between two machines.
          exclude: process.env['SCREENSHOTS'] === undefined ? ['test/states/screenshots.test.ts'] : [],
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Each test installs and builds somebody else's package, one after another.
        test: {
          name: 'consumers',
          environment: 'node',
          include: ['test/consumers/*.test.ts'],
          globalSetup: 'test/consumers/pack.ts',
          maxWorkers: 1,
          testTimeout: 600_000,
          hookTimeout: 60_000,
        },
      },
      {
        // It installs the frameworks, which the package itself does without.
        test: {
          name: 'frameworks',
          environment: 'node',
          include: ['test/frameworks/**/*.test.ts'],
          testTimeout: 120_000,
        },
      },
    ],
  },
});
