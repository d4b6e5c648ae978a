import type { Page } from 'puppeteer-core';
import { describe, expect, it, vi } from 'vitest';
import { shownRows, shownState, stats } from './site.ts';
import { expectedRows, patience, Stage } from './stage.ts';

const stage = Stage.set();

/** Every text in a tab's element. */
const shownText = (page: Page): Promise<string> => page.evaluate(() => document.querySelector('log-stream')?.shadowRoot?.textContent ?? '');

/** The channel of another user, whose page cannot know the secret. */
function forged(channel: string): string {
  const payload = Buffer.from(JSON.stringify({ c: channel, t: Math.floor(Date.now() / 1_000) + 60 })).toString('base64');
  return `${payload}--${'0'.repeat(64)}`;
}

/** Gives the element of a tab another topic. */
const setTopic = (page: Page, topic: string): Promise<void> =>
  page.evaluate((fresh) => document.querySelector('log-stream')!.setAttribute('topic', fresh), topic);

describe('a tab that renews with a badly signed topic of the same channel', () => {
  it('is denied by itself: the log of the other tabs goes on, through a reconnect and when it is closed', async () => {
    const channel = 'users:liar';
    await stage.write(channel, 1, 10);
    const first = await stage.open(stage.site.page(channel));
    const second = await stage.open(stage.site.page(channel));
    await stage.waitForRows(first, (shown) => expect(shown).toEqual(expectedRows(10)));
    await stage.waitForRows(second, (shown) => expect(shown).toEqual(expectedRows(10)));
    await setTopic(second, forged(channel));
    await vi.waitFor(async () => expect(await shownState(second)).toBe('denied'), patience);
    expect(await shownState(first)).toBe('live');
    stage.site.proxy.cut();
    await stage.write(channel, 11, 20);
    await stage.waitForRows(first, (shown) => expect(shown).toEqual(expectedRows(20)));
    expect(await shownState(first)).toBe('live');
    expect(await shownState(second)).toBe('denied');
    await stage.close(second);
    stage.site.proxy.cut();
    await stage.write(channel, 21, 30);
    await stage.waitForRows(first, (shown) => expect(shown).toEqual(expectedRows(30)));
    expect(await shownState(first)).toBe('live');
  });

  it('has the log again with a topic that is good', async () => {
    const channel = 'users:repentant';
    await stage.write(channel, 1, 10);
    const page = await stage.open(stage.site.page(channel));
    await stage.waitForRows(page, (shown) => expect(shown).toEqual(expectedRows(10)));
    await setTopic(page, forged(channel));
    await vi.waitFor(async () => expect(await shownState(page)).toBe('denied'), patience);
    await setTopic(page, stage.site.logs.sign(channel, { ttl: 3_600 }));
    await stage.write(channel, 11, 20);
    await stage.waitForRows(page, (shown) => expect(shown).toEqual(expectedRows(20)));
    expect(await shownState(page)).toBe('live');
  });
});

describe('a page of another user in the same browser', () => {
  it('is shown nothing of a log without a topic that the server accepts, although a tab beside it has it', async () => {
    const channel = 'users:first';
    await stage.write(channel, 1, 10);
    const first = await stage.open(stage.site.page(channel));
    await stage.waitForRows(first, (shown) => expect(shown).toEqual(expectedRows(10)));

    const second = await stage.open(stage.site.page(channel, { topic: forged(channel) }));
    await vi.waitFor(async () => expect(await shownState(second)).toBe('denied'), patience);
    expect(await shownRows(second)).toEqual([]);
    expect(await shownText(second)).not.toContain('line 1');
    expect(await stats(second)).toMatchObject({ transport: 'shared-worker', tabs: 2, sockets: 1, topics: 1 });

    await stage.write(channel, 11, 15);
    await stage.waitForRows(first, (shown) => expect(shown).toEqual(expectedRows(15)));
    stage.site.proxy.cut();
    await stage.write(channel, 16, 20);
    await stage.waitForRows(first, (shown) => expect(shown).toEqual(expectedRows(20)));
    expect(await shownState(second)).toBe('denied');
    expect(await shownRows(second)).toEqual([]);
  });

  it('has a log that both may see from the cache, once the server accepted its topic', async () => {
    const channel = 'users:both';
    await stage.write(channel, 1, 10);
    const first = await stage.open(stage.site.page(channel));
    await stage.waitForRows(first, (shown) => expect(shown).toEqual(expectedRows(10)));
    const { fetches } = await stats(first);
    const second = await stage.open(stage.site.page(channel, { topic: stage.site.logs.sign(channel, { ttl: 3_600 }) }));
    await stage.waitForRows(second, (shown) => expect(shown).toEqual(expectedRows(10)));
    expect(await stats(second)).toMatchObject({ tabs: 2, sockets: 1, topics: 1, fetches, connects: 1 });
  });

  it('that comes when the first is gone is given what its own topics are for', async () => {
    const [theirs, mine] = ['users:theirs', 'users:mine'];
    await stage.write(theirs, 1, 10);
    await stage.write(mine, 1, 3);
    const page = await stage.open(stage.site.page(theirs));
    await stage.waitForRows(page, (shown) => expect(shown).toEqual(expectedRows(10)));
    // Another user signs in and goes on in the same tab; the worker may live through that.
    await page.goto(stage.site.page(mine));
    await stage.waitForRows(page, (shown) => expect(shown).toEqual(expectedRows(3)));
    await stage.waitForServer({ sockets: 1, subscriptions: 1 });
    await page.goto(stage.site.page(theirs, { topic: forged(theirs) }));
    await vi.waitFor(async () => expect(await shownState(page)).toBe('denied'), patience);
    expect(await shownRows(page)).toEqual([]);
  });
});
