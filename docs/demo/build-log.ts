/** A line of the build, and how long the line before it was the last, ms. */
export type Written = readonly [after: number, text: string];

const PACKAGES = ['protocol', 'worker', 'element', 'server', 'dev-server'];

const GREEN = '\u001b[32m';
const DIM = '\u001b[2m';
const PLAIN = '\u001b[0m';

/** What a build of a CI job writes: groups, colours, warnings, and an error that a second run does not have. */
export const BUILD: readonly Written[] = [
  [0, '::group::Set up job'],
  [40, 'Runner linux-x64, 4 cores, 16 GiB'],
  [30, 'Node v20.20.2, npm 11.19.1'],
  [20, '::endgroup::'],
  [60, '::group::npm ci'],
  ...Array.from({ length: 40 }, (_, at): Written => [90, `${DIM}fetch${PLAIN} registry package ${at + 1} of 40`]),
  [300, 'npm warn deprecated inflight@1.0.6: this module leaks memory'],
  [200, 'added 327 packages in 12s'],
  [20, '::endgroup::'],
  ...PACKAGES.flatMap((name, at): readonly Written[] => [
    [150, `::group::Build ${name}`],
    ...Array.from({ length: 18 }, (_, file): Written => [120, `${DIM}tsc${PLAIN} src/${name}/part-${file + 1}.ts`]),
    ...(at === 3 ? ([[400, 'warning: src/server/part-7.ts:12:3: unused import']] as const) : []),
    [250, `${GREEN}✓${PLAIN} ${name} built in ${(at * 0.7 + 1.3).toFixed(1)} s`],
    [20, '::endgroup::'],
  ]),
  [200, '::group::Test'],
  ...Array.from({ length: 60 }, (_, at): Written => [110, `${GREEN}✓${PLAIN} suite ${at + 1} of 60 ${DIM}${(at * 37) % 90} ms${PLAIN}`]),
  [500, 'ERROR: connection to 127.0.0.1:6379 refused, trying again in 1 s'],
  [1_000, `${GREEN}✓${PLAIN} connected to Redis at the second attempt`],
  [20, '::endgroup::'],
  [300, `{"level":"info","msg":"build finished","tests":1834,"failed":0,"seconds":61.4}`],
];
