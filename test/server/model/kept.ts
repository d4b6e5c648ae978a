import type { Kept } from '../../soak/model.ts';
import type { ServerPlan } from './model.ts';

/** Plans that failed once, with the seed and path that first drew them, by what was wrong. */
export const KEPT: ReadonlyMap<string, Kept<ServerPlan>> = new Map<string, Kept<ServerPlan>>([
  [
    'a tail that retention overtook began with lines that were removed',
    {
      seed: 1826820283,
      path: '38:2:0:1:0:1:6:12:15:14:16:21:21:21',
      plan: {
        steps: [
          { do: 'subscribe', who: 0, channel: 'run:1', asked: 'on', tail: 300, token: 'good' },
          { do: 'turns', count: 1 },
          { do: 'append', channel: 'run:1', count: 400 },
          { do: 'trim', channel: 'run:1', lines: 1 },
        ],
      },
    },
  ],
  [
    'lines that were written and removed again before the server had heard of them made it go on in the middle of what was gone',
    {
      seed: -1937876032,
      path: '40:3:0:1:13:18:5:22:22:24:35:45:46:47:22:39:40:38:38:40:38:40:41:36:34:34:34:34:31',
      plan: {
        steps: [
          { do: 'append', channel: 'run:1', count: 1 },
          { do: 'store', is: 'slow' },
          { do: 'subscribe', who: 0, channel: 'run:1', asked: 'on', tail: undefined, token: 'good' },
          { do: 'turns', count: 1 },
          { do: 'append', channel: 'run:1', count: 3 },
          { do: 'trim', channel: 'run:1', lines: 1 },
          { do: 'answer', which: 0 },
          { do: 'turns', count: 1 },
          { do: 'answer', which: 3 },
          { do: 'append', channel: 'run:1', count: 1 },
        ],
      },
    },
  ],
  [
    'retention that was read before the lines it had left were heard of put the first line past the head',
    {
      seed: 2068804495,
      path: '10:6:2:12:13:22:27:29:30:30:33:30:31:37:37:41:41:47:47:52:53:62:58:56:56',
      plan: {
        steps: [
          { do: 'append', channel: 'run:2', count: 1 },
          { do: 'subscribe', who: 0, channel: 'run:2', asked: 'on', tail: 300, token: 'good' },
          { do: 'store', is: 'slow' },
          { do: 'turns', count: 1 },
          { do: 'append', channel: 'run:2', count: 1_200 },
          { do: 'trim', channel: 'run:2', lines: 1 },
          { do: 'answer', which: 0 },
          { do: 'turns', count: 1 },
          { do: 'answer', which: 1 },
          { do: 'turns', count: 1 },
        ],
      },
    },
  ],
]);
