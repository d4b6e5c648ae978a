import { afterEach, expect, it, vi } from 'vitest';
import { CONNECTING } from '../../../../src/element/status/chip.ts';
import { askFirst } from '../../../../src/element/tools/groups/first-groups.ts';
import { GroupFeed, type GroupFeedHost } from '../../../../src/element/tools/groups/group-feed.ts';

const STATUS = { ...CONNECTING, state: 'live', epoch: '1', first: 1, head: 10 } as const;
const PAGE = { epoch: '1', after: 0, upto: 10, more: false, around: [], groups: [] };

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A feed whose groups were asked for while it was loaded, and the questions that it asks itself. */
function feedWith(signal: AbortSignal): { readonly feed: GroupFeed; readonly asked: unknown[] } {
  const asked: unknown[] = [];
  vi.stubGlobal('fetch', async (input: unknown) => {
    asked.push(input);
    return Response.json(PAGE);
  });
  const first = askFirst(
    { groups: async () => (signal.aborted ? Promise.reject(new Error('The element was away.')) : PAGE) },
    STATUS,
    signal,
  );
  const host = {
    element: { groups: 'auto' },
    binding: { log: { channel: 'a' }, endpoint: 'http://logs.test/log-stream', topic: 'a' },
    viewport: { following: true, held: { runs: () => [] } },
    marked: () => [],
  };
  return { feed: new GroupFeed(host as unknown as GroupFeedHost, first), asked };
}

/** Lets everything happen that waits for nothing but a promise. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('takes the groups that were asked for while it was loaded', async () => {
  const { feed, asked } = feedWith(new AbortController().signal);
  feed.updated(STATUS, []);
  await turn();
  expect(asked).toEqual([]);
  feed.stop();
});

it('asks again after its element was away, and does not wait for what was given up', async () => {
  const { feed, asked } = feedWith(AbortSignal.abort());
  feed.stop();
  feed.updated(STATUS, []);
  await turn();
  expect(asked).toHaveLength(1);
  feed.stop();
});
