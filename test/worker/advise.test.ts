import { afterEach, expect, it, vi } from 'vitest';
import { advise } from '../../src/worker/tab/advise.ts';

afterEach(() => vi.restoreAllMocks());

it('gives each piece of advice once, and not without end', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  for (let time = 0; time < 3; time += 1) advise('Mend this.');
  expect(warn.mock.calls).toEqual([['log-stream: Mend this.']]);
  for (let other = 0; other < 100; other += 1) advise(`Mend ${other}.`);
  expect(warn).toHaveBeenCalledTimes(20);
});
