import type { Frame, HTTPResponse, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import type { LogServerOptions } from '../../src/server/index.ts';
import { Tabs } from '../tabs/driver.ts';
import { shownRows, shownState } from '../tabs/site.ts';
import { patience } from '../tabs/stage.ts';
import { PageServer } from './page-server.ts';

/** The element as pages load it, and the client's figures in `window.stats()`. */
export function logMarkup(server = ''): string {
  return (
    `<script type="module" src="${server}/log-stream/assets/log-stream.js"></script>` +
    `<script type="module" src="${server}/stats.js"></script><log-stream topic="…"></log-stream>`
  );
}

const STATS = `import { connect } from '/log-stream/assets/client.js';
const client = connect();
window.stats = () => client.stats();`;

/** A browser for the tests of a file, whose sites and tabs are closed after each of them. No page may have thrown by then. */
export class PageStage {
  #tabs: Tabs | undefined;
  #sites: PageServer[] = [];
  #pages: Page[] = [];
  /** What consoles said. */
  readonly console: string[] = [];

  private constructor(flags: readonly string[]) {
    beforeAll(async () => {
      this.#tabs = await Tabs.launch(flags);
    });
    afterAll(() => this.tabs.close());
    afterEach(async () => {
      for (const page of this.#pages.splice(0)) await page.close();
      for (const site of this.#sites.splice(0)) await site.close();
      this.console.length = 0;
      expect(this.tabs.takeProblems()).toEqual([]);
    });
  }

  /** To be called where tests are described. */
  static set(flags: readonly string[] = []): PageStage {
    return new PageStage(flags);
  }

  get tabs(): Tabs {
    return this.#tabs!;
  }

  /** Starts a site with a log of five lines. */
  async site(options: Partial<LogServerOptions> = {}): Promise<PageServer> {
    const site = await PageServer.start(options);
    this.#sites.push(site);
    site.put('/stats.js', STATS, { 'content-type': 'text/javascript', 'access-control-allow-origin': '*' });
    await site.write(1, 5);
    return site;
  }

  async blank(): Promise<Page> {
    const page = await this.tabs.blank();
    this.#pages.push(page);
    page.on('console', (message) => this.console.push(message.text()));
    return page;
  }

  async open(url: string): Promise<{ page: Page; response: HTTPResponse | null }> {
    const page = await this.blank();
    const response = await page.goto(url);
    await page.bringToFront();
    return { page, response };
  }

  /** The log in a page, or a frame, is live and shows its first lines. */
  async waitForLog(page: Page | Frame, count = 5): Promise<void> {
    await vi.waitFor(async () => expect(await shownState(page)).toBe('live'), patience);
    const rows = Array.from({ length: count }, (_, index) => `${index + 1}: line ${index + 1}`);
    await vi.waitFor(async () => expect(await shownRows(page)).toEqual(rows), patience);
  }

  /** The frame in a page. */
  async frame(page: Page): Promise<Frame> {
    const handle = await page.waitForSelector('iframe');
    return (await handle?.contentFrame()) ?? expect.fail('The page has no frame.');
  }
}
