// Runs @web/test-runner sessions in WebKitGTK over plain W3C WebDriver: one driver session, one window.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('No free port.'))));
    });
  });
}

/** A virtual display, since WebKitGTK has no headless mode. */
async function startDisplay(/** @type {string} */ xvfb) {
  const child = spawn(xvfb, ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  /** @type {string} */
  const number = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${xvfb} ended with ${code} before it had a display.`)));
    child.stdio[3]?.once('data', (data) => resolve(String(data).trim()));
  });
  return { child, display: `:${number}` };
}

class WebDriver {
  /** @type {string} */ #base;
  /** @param {number} port */
  constructor(port) {
    this.#base = `http://127.0.0.1:${port}`;
  }

  /**
   * @param {'GET' | 'POST' | 'DELETE'} method
   * @param {string} path
   * @param {unknown} [body]
   * @returns {Promise<any>} The `value` of the answer; its shape is the W3C's for the command.
   */
  async send(method, path, body) {
    const response = await fetch(this.#base + path, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const { value } = /** @type {{ value: any }} */ (await response.json());
    if (value?.error) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  }

  async ready() {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.send('GET', '/status');
      } catch (error) {
        if (attempt === 100) throw error;
        await delay(50);
      }
    }
  }
}

/**
 * @param {{ driver: string, xvfb: string | undefined }} programs
 * @returns {import('@web/test-runner').BrowserLauncher}
 */
export function webkitLauncher({ driver, xvfb }) {
  /** @type {{ kill(): unknown }[]} */
  const children = [];
  /** @type {Map<string, string>} Address by session. */
  const open = new Map();
  /** @type {Promise<{ web: WebDriver, session: string }> | undefined} */
  let started;
  /** @type {Promise<unknown>} */
  let queue = Promise.resolve();

  async function start() {
    const env = { ...process.env };
    if (!env['DISPLAY'] && !env['WAYLAND_DISPLAY']) {
      if (!xvfb) throw new Error('WebKitGTK needs a display: apt-get install -y xvfb.');
      const { child, display } = await startDisplay(xvfb);
      children.push(child);
      env['DISPLAY'] = display;
    }
    const port = await freePort();
    children.push(spawn(driver, ['--host=127.0.0.1', `--port=${port}`], { env, stdio: 'ignore' }));
    const web = new WebDriver(port);
    await web.ready();
    const { sessionId } = await web.send('POST', '/session', { capabilities: { alwaysMatch: {} } });
    return { web, session: `/session/${sessionId}` };
  }

  /**
   * One file after the other in the one window there is: a page in any other tab is not painted, and its animation frames never come.
   *
   * @template T
   * @param {(driver: { web: WebDriver, session: string }) => Promise<T>} task
   * @returns {Promise<T>}
   */
  function inTurn(task) {
    const result = queue.then(async () => task(await (started ??= start())));
    queue = result.catch(() => undefined);
    return result;
  }

  return {
    name: 'WebKitGTK',
    type: 'webkitgtk',
    concurrency: 1,
    async initialize() {},
    async stop() {
      const running = await started?.catch(() => undefined);
      await running?.web.send('DELETE', running.session).catch(() => undefined);
      for (const child of children) child.kill();
    },
    startSession: (id, url) =>
      inTurn(async ({ web, session }) => {
        open.set(id, url);
        await web.send('POST', `${session}/url`, { url });
      }),
    async startDebugSession() {
      throw new Error('WebKitGTK has no window to debug in here; run MiniBrowser by hand.');
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
