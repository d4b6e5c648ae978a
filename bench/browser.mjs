// A browser of its own for each group of measurements, and what DevTools says about it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';
import { CHROMIUM_FLAGS, findProgram } from '../scripts/browsers.mjs';

/** @typedef {import('puppeteer-core').Page} Page */
/** @typedef {import('puppeteer-core').Target} Target */
/** @typedef {{ readonly frames: [number, number][], readonly begins: number[], readonly longTasks: number[], readonly nodes: number, readonly blanks: number }} Watched */

export const VIEWPORT = { width: 1_280, height: 800 };

/** Starts a browser with an empty profile, runs `work` and closes it. @template T @param {(browser: Bench) => Promise<T>} work */
export async function inBrowser(work) {
  const executablePath = findProgram('chromium');
  if (executablePath === undefined) throw new Error('No Chromium found: run `npm test`, which installs it or says how to.');
  const profile = await mkdtemp(join(tmpdir(), 'log-stream-bench-profile-'));
  const browser = await puppeteer.launch({
    executablePath,
    args: [...CHROMIUM_FLAGS, '--js-flags=--expose-gc'],
    userDataDir: profile,
    defaultViewport: VIEWPORT,
    protocolTimeout: 180_000,
  });
  try {
    return await work(new Bench(browser));
  } finally {
    await browser.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** What the benchmarks do with a browser. */
export class Bench {
  /** @param {import('puppeteer-core').Browser} browser */
  constructor(browser) {
    this.browser = browser;
  }

  /** Opens a viewer's page, with nothing in it yet. @param {string} url */
  async open(url) {
    const page = await this.browser.newPage();
    page.on('pageerror', (error) => console.error(`${url}: ${String(error)}`));
    await page.goto(url, { waitUntil: 'networkidle0' });
    return new Tab(page);
  }

  /** JavaScript heap and buffers of the SharedWorker after a garbage collection, bytes. */
  async workerHeap() {
    const target = this.browser.targets().find((candidate) => candidate.type() === 'shared_worker');
    return target === undefined ? NaN : heapOf(target);
  }

  version() {
    return this.browser.version();
  }
}

/** One viewer's page. */
export class Tab {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
  }

  /** @param {number} count @param {string} [topic] @returns {Promise<number>} ms until the last of `count` lines was painted. */
  show(count, topic = '') {
    return this.#ask(`open(${count}, ${JSON.stringify(topic)})`);
  }

  /** @param {number} count @param {string} topic @returns {Promise<number>} ms until counts, ruler and a closed group were painted, too. */
  showOutline(count, topic) {
    return this.#ask(`openOutline(${count}, ${JSON.stringify(topic)})`);
  }

  /** What was asked about the whole log: how many requests, and the bytes of their answers. @returns {Promise<{ requests: number, bytes: number }>} */
  outlineTraffic() {
    return this.page.evaluate(() => {
      const entries = performance
        .getEntriesByType('resource')
        .filter(({ name }) => /\/log-stream\/(?:levels|groups|seek|search)\//.test(name));
      const bytes = entries.reduce((sum, entry) => sum + (entry instanceof PerformanceResourceTiming ? entry.encodedBodySize : 0), 0);
      return { requests: entries.length, bytes };
    });
  }

  /** @param {number} line @returns {Promise<number>} ms */
  goTo(line) {
    return this.#ask(`goTo(${line})`);
  }

  /**
   * Shows only the lines that match a regular expression.
   *
   * @param {string} pattern
   * @param {number} digit With what their numbers end.
   * @returns {Promise<{ first: number, all: number, found: number }>} ms until the first match was on screen, and until all were found.
   */
  filter(pattern, digit) {
    return this.#ask(`filter(${JSON.stringify(pattern)}, ${digit})`);
  }

  /** @param {import('./server/process.mjs').Flow} flow @returns {Promise<import('./producer.mjs').Tick[]>} */
  produce({ from, rate, seconds }) {
    return this.#ask(`produce(${from}, ${rate}, ${seconds})`);
  }

  watch() {
    return this.#ask('watch()');
  }

  /** @returns {Promise<Watched>} */
  stop() {
    return this.#ask('stop()');
  }

  /** @param {number} line @param {number} longest ms @returns {Promise<number>} The newest line on screen when that line appeared, or after `longest`. */
  reached(line, longest) {
    return this.#ask(`reached(${line}, ${longest})`);
  }

  /** JavaScript heap and buffers after a garbage collection, bytes. */
  heap() {
    return heapOf(this.page.target());
  }

  close() {
    return this.page.close();
  }

  /** @param {string} call @returns {Promise<any>} */
  #ask(call) {
    return this.page.evaluate(`window.probe.${call}`);
  }
}

/** @param {Target} target */
async function heapOf(target) {
  const session = await target.createCDPSession();
  try {
    await session.send('HeapProfiler.collectGarbage');
    const usage = /** @type {{ usedSize: number, backingStorageSize?: number }} */ (await session.send('Runtime.getHeapUsage'));
    return usage.usedSize + (usage.backingStorageSize ?? 0);
  } finally {
    await session.detach();
  }
}
