// Runs @web/test-runner sessions in WebKitGTK over plain W3C WebDriver: one driver session, one window.
import { startWebKit } from './webkit-driver.mjs';
import { inputOf } from './webkit-input.mjs';

/** @returns {import('@web/test-runner').BrowserLauncher & { getPage(): ReturnType<typeof inputOf> }} */
export function webkitLauncher() {
  /** @type {Map<string, string>} Address by session. */
  const open = new Map();
  /** @type {Promise<import('./webkit-driver.mjs').WebKit> | undefined} */
  let started;
  /** @type {ReturnType<typeof inputOf> | undefined} */
  let page;
  /** @type {Promise<unknown>} */
  let queue = Promise.resolve();

  /**
   * One file after the other in the one window there is: a page in any other tab is not painted, and its animation frames never come.
   *
   * @template T
   * @param {(webkit: import('./webkit-driver.mjs').WebKit) => Promise<T>} task
   * @returns {Promise<T>}
   */
  function inTurn(task) {
    const result = queue.then(async () => task(await (started ??= startWebKit())));
    queue = result.catch(() => undefined);
    return result;
  }

  return {
    name: 'WebKitGTK',
    // The runner's commands know how to use what puppeteer gives them, and nothing of what they do not know.
    type: 'puppeteer',
    concurrency: 1,
    async initialize() {},
    async stop() {
      await (await started?.catch(() => undefined))?.stop();
    },
    startSession: (id, url) =>
      inTurn(async (webkit) => {
        const { web, session } = webkit;
        open.set(id, url);
        page ??= inputOf(webkit);
        await web.send('POST', `${session}/url`, { url });
      }),
    async startDebugSession() {
      throw new Error('WebKitGTK has no window to debug in here; run MiniBrowser by hand.');
    },
    getPage() {
      if (page === undefined) throw new Error('There is no page yet whose mouse and keyboard could be used.');
      return page;
    },
    isActive: (id) => open.has(id),
    getBrowserUrl: (id) => open.get(id) ?? '',
    stopSession: (id) =>
      inTurn(async ({ web, session }) => {
        open.delete(id);
        // Also ends the workers of the page, so that the next file has its own.
        await web.send('POST', `${session}/url`, { url: 'about:blank' });
        return {};
      }),
  };
}
