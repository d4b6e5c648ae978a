import { describe, expect, it, vi } from 'vitest';
import { assetsOfBuild } from './assets.ts';
import { stats } from './site.ts';
import { expectedRows, patience, Stage } from './stage.ts';

const stage = Stage.set();

const workers = (): number => stage.tabs.sharedWorkers('/log-stream/assets/worker.js').length;

describe('two versions at once', () => {
  it('each have a worker and a socket of their own, until the tabs of the old one are gone or reloaded', async () => {
    const channel = 'versions:deploy';
    const url = stage.site.page(channel, { collect: true });
    await stage.write(channel, 1, 5);
    const old = [await stage.open(url), await stage.open(url)];
    for (const page of old) await stage.waitForRows(page, (shown) => expect(shown).toEqual(expectedRows(5)));

    await stage.site.restart(await assetsOfBuild('9.9.9'));
    const young = [await stage.open(url), await stage.open(url)];
    await stage.write(channel, 6, 10);
    for (const page of [...old, ...young]) await stage.waitForRows(page, (shown) => expect(shown).toEqual(expectedRows(10)));
    for (const page of [...old, ...young]) expect(await stats(page)).toMatchObject({ transport: 'shared-worker', tabs: 2, sockets: 1 });
    await stage.waitForServer({ sockets: 2, subscriptions: 2 });
    expect(workers()).toBe(2);

    for (const page of old) await page.reload();
    await stage.write(channel, 11, 15);
    for (const page of [...old, ...young]) await stage.waitForRows(page, (shown) => expect(shown).toEqual(expectedRows(15)));
    for (const page of old) expect(await stats(page)).toMatchObject({ transport: 'shared-worker', tabs: 4, sockets: 1 });
    await stage.waitForServer({ sockets: 1, subscriptions: 1 });
    await vi.waitFor(() => expect(workers()).toBe(1), patience);
    await stage.end(channel);
    for (const page of stage.pages) await stage.waitForLines(page, 15);
  });

  it('do not talk to each other: a page whose worker is of another version does without it', async () => {
    const channel = 'versions:mixed';
    await stage.site.restart(await assetsOfBuild('9.9.9', ['worker.js']));
    await stage.write(channel, 1, 5);
    const page = await stage.open(stage.site.page(channel, { collect: true }));
    await stage.waitForRows(page, (shown) => expect(shown).toEqual(expectedRows(5)));
    expect(await page.evaluate(() => window.transport())).toBe('page');
    await stage.write(channel, 6, 10);
    await stage.end(channel);
    await stage.waitForLines(page, 10);
  });
});
