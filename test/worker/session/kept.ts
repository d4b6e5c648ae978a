import type { Kept } from '../../soak/model.ts';
import type { SessionPlan } from './model.ts';

/** Plans that once failed, with the seed and path that first produced them, by what was wrong. */
export const KEPT: ReadonlyMap<string, Kept<SessionPlan>> = new Map<string, Kept<SessionPlan>>([
  [
    'a page that cannot come by another topic was denied for ever, whoever tried again',
    {
      seed: -1358125484,
      path: '18:0:0:0:0:0:0:0:1:0:0:0:0:0:0:0:0',
      plan: { cacheBytes: 33_554_432, blocked: false, life: 0, random: 0, skips: false, steps: [{ do: 'cut', code: 4401 }] },
    },
  ],
  [
    'a socket that had closed was still believed until there was another one',
    {
      seed: 1692701047,
      path: '211:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0',
      plan: {
        cacheBytes: 33_554_432,
        blocked: false,
        life: 0,
        random: 0,
        skips: false,
        steps: [
          { do: 'sleep', ms: 20_000, standstill: false },
          { do: 'cut', code: 1000 },
          { do: 'answer', which: 0, how: 'whole' },
          { do: 'late', which: 0, channel: 'a', epoch: 'e1', count: 1 },
          { do: 'take', log: 1, lines: 1 },
          { do: 'answer', which: 0, how: 'whole' },
        ],
      },
    },
  ],
  [
    'a good topic that a page had set was lost to a forged one that was supplied meanwhile',
    {
      seed: -142008760,
      path: '182:0:1:3:4:1:2:2:8:10:12:17:20:23:23:23:26:28:31:32:33:35:27:31:32:32',
      plan: {
        cacheBytes: 33_554_432,
        blocked: false,
        life: 600,
        random: 0,
        skips: false,
        steps: [
          { do: 'jump', ms: 7_200_000 },
          { do: 'renew', log: 1, how: 'forged' },
          { do: 'pass', ms: 40_000 },
          { do: 'answer', which: 0, how: 'whole' },
          { do: 'renew', log: 1, how: 'good' },
          { do: 'refresh', which: 0, found: 'forged' },
        ],
      },
    },
  ],
]);
