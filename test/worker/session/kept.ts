import type { Kept } from '../../soak/model.ts';
import type { SessionPlan } from './model.ts';

/** Plans that once failed, with the seed and path that first produced them, by what was wrong. */
export const KEPT: ReadonlyMap<string, Kept<SessionPlan>> = new Map<string, Kept<SessionPlan>>([
  [
    'a page whose clock is ahead was asked for a fresh topic every second while WebSockets were blocked',
    {
      seed: -1716836769,
      path: '58:0:2:7:2:8:6:8:13:13:20:20:21:21:24:27:27:27:30:31:32:36:45:46:47:26:30:14:23:24:24',
      plan: {
        cacheBytes: 33_554_432,
        blocked: true,
        life: 600,
        random: 0,
        skips: false,
        steps: [
          { do: 'pass', ms: 40_000 },
          { do: 'open', channel: 'b', how: 'good' },
          { do: 'answer', which: 0, how: 'whole' },
          { do: 'jump', ms: 7_200_000 },
          { do: 'cut', code: 1008 },
        ],
      },
    },
  ],
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
