// WebKitGTK over plain W3C WebDriver, on a display that nobody sees.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { findProgram } from './browsers.mjs';

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

export class WebDriver {
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
 * @typedef {object} WebKit
 * @property {WebDriver} web
 * @property {string} session Path of the session, which has one window.
 * @property {() => Promise<void>} stop
 */

/**
 * @returns {Promise<WebKit>}
 * @throws {Error} When the driver is missing, or a display and Xvfb.
 */
export async function startWebKit() {
  const driver = findProgram('webkit');
  const xvfb = findProgram('xvfb');
  if (driver === undefined) throw new Error('WebKitGTK is missing: apt-get install -y webkit2gtk-driver.');
  /** @type {{ kill(): unknown }[]} */
  const children = [];
  const stop = () => {
    for (const child of children) child.kill();
  };
  try {
    /** @type {NodeJS.ProcessEnv} Without a graphics card its usual renderer draws through a software one: a frame takes 150 ms instead of 16. */
    const env = { ...process.env, WEBKIT_DISABLE_DMABUF_RENDERER: '1' };
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
    const session = `/session/${sessionId}`;
    return {
      web,
      session,
      async stop() {
        await web.send('DELETE', session).catch(() => undefined);
        stop();
      },
    };
  } catch (error) {
    stop();
    throw error;
  }
}
