import fc from 'fast-check';
import { describe, it } from 'vitest';
import { propertyOf } from '../../soak/model.ts';
import { KEPT } from './kept.ts';
import { serverModel } from './model.ts';

describe('a server whose viewers stall, are cut, come back anywhere and have topics that are no good', () => {
  it('sends each viewer only true frames, each line once, and brings all to the end when faults stop', async () => {
    await fc.assert(propertyOf(serverModel), { numRuns: 40 });
  }, 60_000);

  it.each([...KEPT])('does well where it once did not: %s', (_what, { plan }) => serverModel.run(plan));
});
