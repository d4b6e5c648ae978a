import type { Page } from 'puppeteer-core';
import { describe, expect, it, vi } from 'vitest';
import { expectedRows, patience, Stage } from './stage.ts';

const stage = Stage.set();

/** Opens a page after `before` ran in it, and collects what its console prints at the level `debug`. */
async function open(url: string, before: () => void): Promise<{ readonly page: Page; readonly printed: string[] }> {
  const page = await stage.tabs.blank();
  stage.pages.push(page);
  const printed: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'debug') printed.push(message.text());
  });
  await page.evaluateOnNewDocument(before);
  await page.goto(url);
  return { page, printed };
}

const ON = (): void => localStorage.setItem('log-stream:debug', '1');

describe("the debug switch in the browser's storage", () => {
  it('prints what the session in the SharedWorker does, in the tab that has it on', async () => {
    const channel = 'debug:worker';
    await stage.write(channel, 1, 5);
    const url = stage.site.page(channel);
    const quiet = await open(url, () => undefined);
    await stage.waitForRows(quiet.page, (shown) => expect(shown).toEqual(expectedRows(5)));
    const { page, printed } = await open(url, ON);
    await stage.waitForRows(page, (shown) => expect(shown).toEqual(expectedRows(5)));
    expect(await page.evaluate(() => window.transport())).toBe('shared-worker');
    await stage.write(channel, 6, 6);
    await vi.waitFor(
      () => expect(printed).toContainEqual(expect.stringMatching(/^log-stream event frame socket=\d+ msg debug:worker \S+ lines=1$/u)),
      patience,
    );
    expect(printed).toContainEqual(
      expect.stringMatching(/^log-stream event open log=\d+ debug:worker#[0-9a-f]{8} refreshable view=1 tail=\d+$/u),
    );
    expect(printed.join()).not.toContain(new URL(url).searchParams.get('topic'));
    expect(quiet.printed).toEqual([]);
  });

  it('prints what a session in the page does', async () => {
    const channel = 'debug:page';
    await stage.write(channel, 1, 5);
    const { page, printed } = await open(stage.site.page(channel), () => {
      localStorage.setItem('log-stream:debug', '1');
      Reflect.deleteProperty(globalThis, 'SharedWorker');
    });
    await stage.waitForRows(page, (shown) => expect(shown).toEqual(expectedRows(5)));
    expect(await page.evaluate(() => window.transport())).toBe('page');
    await vi.waitFor(
      () => expect(printed).toContainEqual(expect.stringMatching(/^log-stream effect send socket=\d+ subscribe debug:page#/u)),
      patience,
    );
  });

  it('stays off where storage throws', async () => {
    const channel = 'debug:denied';
    await stage.write(channel, 1, 5);
    const { page, printed } = await open(stage.site.page(channel), () => {
      Object.defineProperty(globalThis, 'localStorage', {
        get() {
          throw new DOMException('denied', 'SecurityError');
        },
      });
    });
    await stage.waitForRows(page, (shown) => expect(shown).toEqual(expectedRows(5)));
    expect(printed).toEqual([]);
  });
});
