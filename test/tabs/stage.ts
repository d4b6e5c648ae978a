import type { Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest';
import { Tabs } from './driver.ts';
import { collected, isComplete, shownRows, Site } from './site.ts';

/** For what takes a browser and a network. */
export const patience = { timeout: 60_000, interval: 50 };

/** A browser for the tests of a file, and for each of them a site of its own; no page may have thrown when it is over. */
export class Stage {
  #tabs: Tabs | undefined;
  #site: Site | undefined;
  /** Tabs that are open; those that a test closes itself are taken out. */
  pages: Page[] = [];

  private constructor() {
    beforeAll(async () => {
      this.#tabs = await Tabs.launch();
    });
    afterAll(() => this.tabs.close());
    beforeEach(async () => {
      this.#site = await Site.start();
    });
    afterEach(async () => {
      await Promise.all(this.pages.map((page) => page.close()));
      this.pages = [];
      await this.site.close();
      expect(this.tabs.takeProblems()).toEqual([]);
    });
  }

  /** To be called where tests are described. */
  static set(): Stage {
    return new Stage();
  }

  get tabs(): Tabs {
    return this.#tabs!;
  }

  get site(): Site {
    return this.#site!;
  }

  /** Opens tabs on an address, one after the other as a person would. */
  async open(url: string, count = 1): Promise<Page> {
    const opened = await this.tabs.openMany(url, count);
    this.pages.push(...opened);
    return opened[0]!;
  }

  /** Closes a tab. */
  async close(page: Page): Promise<void> {
    this.pages.splice(this.pages.indexOf(page), 1);
    await page.close();
  }

  /** Writes lines `line FROM` to `line TO`. */
  async write(channel: string, from: number, to: number): Promise<void> {
    const writer = this.site.logs.writer(channel);
    for (let at = from; at <= to; at += 1) await writer.write(`line ${at}\n`);
    await writer.finish();
  }

  /** Completes the log. */
  async end(channel: string): Promise<void> {
    await this.site.logs.writer(channel).end(0);
  }

  /** Looks at a tab, since one that is not looked at draws nothing, and waits for what it shows. */
  async waitForRows(page: Page, check: (shown: string[]) => void): Promise<void> {
    await page.bringToFront();
    await vi.waitFor(async () => check(await shownRows(page)), patience);
  }

  /** `lines()` of a tab comes to its end, and gave exactly `line 1` to `line COUNT`. */
  async waitForLines(page: Page, count: number): Promise<void> {
    await vi.waitFor(async () => expect(await isComplete(page)).toBe(true), patience);
    expect(await collected(page)).toEqual(expectedLines(count));
  }

  /** What the server has of sockets and subscriptions comes to this. */
  async waitForServer(
    facts: { readonly sockets?: number; readonly subscriptions?: number; readonly topics?: number },
    timeout: number = patience.timeout,
  ): Promise<void> {
    await vi.waitFor(() => expect(this.site.logs.stats()).toMatchObject(facts), { ...patience, timeout });
  }
}

/** The first lines that `write` writes, as `lines()` gives them. */
export function expectedLines(count: number): [number, string][] {
  return Array.from({ length: count }, (_, index) => [index + 1, `line ${index + 1}`]);
}

/** The same as rows of the element. */
export function expectedRows(count: number): string[] {
  return expectedLines(count).map(([number, text]) => `${number}: ${text}`);
}
