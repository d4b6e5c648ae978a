import type { Page } from 'puppeteer-core';
import type { ClientStats } from '../../src/worker/api.ts';
import type { Tabs } from '../tabs/driver.ts';
import type { Random } from './random.ts';
import { pause, until } from './wait.ts';

declare global {
  interface Window {
    /** What the page of the chaos run has seen so far. */
    seen: { next: number; complete: boolean; problem: string };
  }
}

/** A load that takes longer is begun again, ms; a person would not wait any longer either. */
const LOAD_PATIENCE = 6_000;

/** A tab, and whether something is being done to it. */
export interface Tab {
  page: Page;
  busy: boolean;
  /** Its process is gone. */
  dead: boolean;
  /** Its page and scripts are there. */
  ready: boolean;
  /** Resolves when its process is gone: nothing that is asked of it will be answered. */
  readonly died: Promise<void>;
}

/** The tabs of the chaos run: opened, closed, reloaded, frozen and crashed while pages may fail to load. */
export class Fleet {
  readonly tabs: Tab[] = [];
  readonly #browser: Tabs;
  readonly #url: string;
  /** How often a page had to be loaded again, because it did not come. */
  reloads = 0;

  constructor(browser: Tabs, url: string) {
    this.#browser = browser;
    this.#url = url;
  }

  /** How many tabs are loaded and alive. */
  get ready(): number {
    return this.tabs.filter(({ ready }) => ready).length;
  }

  /** A tab that nothing is being done to. */
  idle(random: Random): Tab | undefined {
    return random.pick(this.tabs.filter(({ busy, dead, ready }) => !busy && !dead && ready));
  }

  /** Does something to a tab, and nothing else meanwhile. */
  async with(tab: Tab, act: (page: Page) => Promise<unknown>): Promise<void> {
    tab.busy = true;
    try {
      await Promise.race([act(tab.page), tab.died]);
    } catch (error) {
      if (!tab.dead) throw error;
    } finally {
      tab.busy = false;
    }
  }

  async open(): Promise<void> {
    const page = await this.#browser.blank();
    const died = new Promise<void>((resolve) => page.once('error', () => resolve()));
    const tab: Tab = { page, busy: false, dead: false, ready: false, died };
    void died.then(() => {
      tab.dead = true;
      // Its place is free for another one.
      return this.close(tab);
    });
    this.tabs.push(tab);
    await this.with(tab, () => this.load(tab));
  }

  async close(tab: Tab): Promise<void> {
    const at = this.tabs.indexOf(tab);
    if (at === -1) return;
    this.tabs.splice(at, 1);
    tab.ready = false;
    await Promise.race([tab.page.close().catch(() => undefined), pause(5_000)]);
  }

  /** Loads the page as often as it takes, as somebody who wants to see the log. */
  async load(tab: Tab): Promise<void> {
    tab.ready = false;
    while (!tab.dead && !tab.page.isClosed()) {
      const deadline = performance.now() + LOAD_PATIENCE;
      await tab.page.goto(this.#url, { waitUntil: 'domcontentloaded', timeout: LOAD_PATIENCE }).catch(() => pause(200));
      while (!tab.dead && performance.now() < deadline) {
        if (await this.#check(tab)) return;
        if (tab.page.url().startsWith('chrome-error:')) break;
        await pause(100);
      }
      this.reloads += 1;
    }
  }

  /** Goes to another page, as by a link, and back again after a while: the browser may have kept the page as it was. */
  async leave(tab: Tab, elsewhere: string, stay: () => Promise<void>): Promise<void> {
    tab.ready = false;
    const patience = { waitUntil: 'domcontentloaded', timeout: LOAD_PATIENCE } as const;
    await tab.page.goto(new URL(elsewhere, this.#url).href, patience).catch(() => undefined);
    await stay();
    await tab.page.goBack(patience).catch(() => undefined);
    if (!(await this.#check(tab))) await this.load(tab);
  }

  /** As many tabs as wanted, all alive, loaded and awake. */
  async settle(count: number): Promise<void> {
    await until('every tab is left alone', () => this.tabs.every(({ busy }) => !busy), 60_000);
    for (const tab of this.tabs.filter(({ page }) => page.isClosed())) await this.close(tab);
    while (this.tabs.length > count) await this.close(this.tabs[0]!);
    while (this.tabs.length < count) await this.open();
    await until('every tab is loaded', () => this.tabs.every(({ ready }) => ready), 60_000);
  }

  stats(): Promise<ClientStats[]> {
    return Promise.all(this.tabs.map(({ page }) => page.evaluate(() => window.stats())));
  }

  /** Whether its page and scripts are there. */
  async #check(tab: Tab): Promise<boolean> {
    tab.ready = await tab.page.evaluate(() => 'seen' in window && customElements.get('log-stream') !== undefined).catch(() => false);
    return tab.ready;
  }
}
