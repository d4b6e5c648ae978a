import type { Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { LogServerOptions } from '../../src/server/index.ts';
import { Tabs } from '../tabs/driver.ts';
import { Stage } from './stage.ts';

/** One browser for a file of tests, and a stage for each test. */
export interface Set {
  readonly tabs: Tabs;
  stage(options?: Partial<LogServerOptions>): Promise<Stage>;
  /** Opens a page, which closes when the test ends. */
  open(url: string): Promise<Page>;
}

export function prepareSet(): Set {
  let tabs: Tabs;
  const stages: Stage[] = [];
  const pages: Page[] = [];
  beforeAll(async () => {
    tabs = await Tabs.launch();
  });
  afterEach(async () => {
    await Promise.all(pages.splice(0).map((page) => page.close()));
    await Promise.all(stages.splice(0).map((stage) => stage.close()));
    expect(tabs.problems).toEqual([]);
  });
  afterAll(() => tabs.close());
  return {
    get tabs() {
      return tabs;
    },
    async stage(options) {
      const stage = await Stage.start(options);
      stages.push(stage);
      return stage;
    },
    async open(url) {
      const page = await tabs.open(url);
      pages.push(page);
      return page;
    },
  };
}
