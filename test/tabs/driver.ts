import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, {
  TargetType,
  type Browser,
  type BrowserContext,
  type CDPSession,
  type Page,
  type Target,
  type WebWorker,
} from 'puppeteer-core';
import { chromiumPath, CHROMIUM_FLAGS } from '../support/chromium.ts';

/** What the tests do with real tabs of one real browser. All tabs share one profile, so also its SharedWorkers. */
export class Tabs {
  readonly browser: Browser;
  readonly #context: BrowserContext;
  readonly #profile: string;
  readonly #problems: string[] = [];

  private constructor(browser: Browser, profile: string) {
    this.browser = browser;
    this.#context = browser.defaultBrowserContext();
    this.#profile = profile;
  }

  /** Starts a browser with an empty profile in a temporary folder; `close()` ends it and removes the folder. */
  static async launch(extraFlags: readonly string[] = []): Promise<Tabs> {
    const profile = await mkdtemp(join(tmpdir(), 'log-stream-tabs-'));
    const browser = await puppeteer.launch({
      executablePath: chromiumPath(),
      args: [...CHROMIUM_FLAGS, ...extraFlags],
      userDataDir: profile,
      // Room for the slow start on a machine that is busy with other tests.
      timeout: 60_000,
      protocolTimeout: 60_000,
    });
    return new Tabs(browser, profile);
  }

  /** Uncaught errors of all tabs so far, each with its tab's address. A page that throws is a failure even when its lines are right. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  /** The errors that nobody was told of yet. */
  takeProblems(): string[] {
    return this.#problems.splice(0);
  }

  /** Opens one more tab, with nothing in it. */
  async blank(): Promise<Page> {
    const page = await this.#context.newPage();
    page.on('pageerror', (error) => this.#problems.push(`${page.url()}: ${String(error)}`));
    return page;
  }

  /** Opens one more tab; resolves at its `load` event. */
  async open(url: string): Promise<Page> {
    const page = await this.blank();
    await page.goto(url, { waitUntil: 'load' });
    return page;
  }

  /** Opens `count` tabs on the same address, one after the other as a person would. */
  async openMany(url: string, count: number): Promise<Page[]> {
    const pages: Page[] = [];
    for (let index = 0; index < count; index++) pages.push(await this.open(url));
    return pages;
  }

  /** Runs a function in every tab and gives the results in the order of the tabs. */
  inEach<T>(pages: readonly Page[], body: () => T | Promise<T>): Promise<Awaited<T>[]> {
    return Promise.all(pages.map((page) => page.evaluate(body)));
  }

  /** The SharedWorkers that run now; `undefined` options give those of every page. */
  sharedWorkers(urlEnding = ''): Target[] {
    return this.browser.targets().filter((target) => target.type() === TargetType.SHARED_WORKER && target.url().endsWith(urlEnding));
  }

  /** Waits for a SharedWorker whose address ends so; its handle evaluates code inside it. */
  async worker(urlEnding = ''): Promise<WebWorker> {
    const target = await this.#workerTarget(urlEnding);
    const worker = await target.worker();
    if (!worker) throw new Error(`${target.url()} is a SharedWorker without a worker to evaluate in.`);
    return worker;
  }

  /** Raw DevTools protocol of a SharedWorker: heap, profiler, network conditions. */
  async workerSession(urlEnding = ''): Promise<CDPSession> {
    return (await this.#workerTarget(urlEnding)).createCDPSession();
  }

  #workerTarget(urlEnding: string): Promise<Target> {
    return this.browser.waitForTarget((target) => target.type() === TargetType.SHARED_WORKER && target.url().endsWith(urlEnding), {
      timeout: 20_000,
    });
  }

  /** Kills the process of a tab, as the system does when memory is short: no event of the page runs. */
  async crash(page: Page): Promise<void> {
    const session = await page.createCDPSession();
    const crashed = new Promise<void>((resolve) => session.once('Inspector.targetCrashed', () => resolve()));
    await session.send('Inspector.enable');
    // The answer to this never comes: the process that would give it is gone.
    session.send('Page.crash').catch(() => undefined);
    await crashed;
  }

  /** The processes that tabs and workers run in now, by their ids. */
  async renderers(): Promise<number[]> {
    return (await this.#processes()).map(({ id }) => id);
  }

  /** Kills the process that a tab runs in, as `kill -9` does. */
  async kill(page: Page): Promise<void> {
    const gone = new Promise<void>((resolve) => page.once('error', () => resolve()));
    process.kill(await this.#processOf(page), 'SIGKILL');
    await gone;
  }

  /** The browser does not say which process is a tab's: the one that works hardest when the tab does. */
  async #processOf(page: Page): Promise<number> {
    const before = new Map((await this.#processes()).map(({ id, cpuTime }) => [id, cpuTime]));
    await page.evaluate(() => {
      const end = performance.now() + 500;
      while (performance.now() < end);
    });
    const worked = (await this.#processes()).map(({ id, cpuTime }) => ({ id, spent: cpuTime - (before.get(id) ?? cpuTime) }));
    const [hardest] = worked.sort((one, other) => other.spent - one.spent);
    if (hardest === undefined) throw new Error('The browser has no process that a tab could run in.');
    return hardest.id;
  }

  async #processes(): Promise<{ readonly id: number; readonly cpuTime: number }[]> {
    const session = await this.browser.target().createCDPSession();
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    await session.detach();
    return processInfo.filter(({ type }) => type === 'renderer');
  }

  /** Freezes a tab as the browser does with one that was not looked at for long, or wakes it up. */
  async freeze(page: Page, frozen = true): Promise<void> {
    const session = await page.createCDPSession();
    await session.send('Page.setWebLifecycleState', { state: frozen ? 'frozen' : 'active' });
    await session.detach();
  }

  /** Ends the browser and removes its profile. */
  async close(): Promise<void> {
    await this.browser.close();
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}
