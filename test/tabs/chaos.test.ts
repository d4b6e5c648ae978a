import { expect, it } from 'vitest';
import { runChaos } from '../chaos/chaos.ts';
import { format } from '../chaos/report.ts';

it('leaves every tab with exactly 1 to N when everything goes wrong at once', async () => {
  const report = await runChaos({ seed: 11, duration: 8_000, tabs: 4, longest: 1_500, between: [10, 100], heartbeat: 1_000, places: 4 });
  console.log(format(report));
  expect(report.lines).toBeGreaterThan(1_000);
  expect(Object.values(report.injected).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(25);
  // It goes on until every kind has happened.
  expect(Object.entries(report.injected).filter(([, count]) => count === 0)).toEqual([]);
}, 240_000);
