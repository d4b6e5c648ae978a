import puppeteer, { type Browser } from 'puppeteer-core';
import { findProgram } from '../../scripts/browsers.mjs';
import { otherEngines } from '../../scripts/requirements.mjs';
import { startWebKit } from '../../scripts/webkit-driver.mjs';
import { Tabs } from './driver.ts';

/** A browser of whatever make, as far as all of them can be driven alike. */
export interface Engine {
  open(url: string): Promise<EngineTab>;
  close(): Promise<void>;
}

export interface EngineTab {
  /** Evaluates an expression in the page, waiting for a promise. */
  read(expression: string): Promise<unknown>;
  go(url: string): Promise<void>;
  reload(): Promise<void>;
  back(): Promise<void>;
  close(): Promise<void>;
}

/** How to start each engine that this machine has, of those that ENGINES names (all of them where it names none). */
export function engines(): ReadonlyMap<string, () => Promise<Engine>> {
  const { present, advice } = otherEngines();
  const found = new Map<string, () => Promise<Engine>>([['chromium', startChromium]]);
  for (const name of present) found.set(name, name === 'firefox' ? startFirefox : startWebKitGtk);
  const wanted = process.env['ENGINES']?.split(',').map((name) => name.trim());
  for (const name of wanted ?? []) if (!found.has(name)) throw new Error(`ENGINES names ${name}, but ${advice.join(' ')}`);
  return new Map([...found].filter(([name]) => wanted?.includes(name) ?? true));
}

async function startChromium(): Promise<Engine> {
  const tabs = await Tabs.launch();
  return { ...overPuppeteer(tabs.browser), close: () => tabs.close() };
}

async function startFirefox(): Promise<Engine> {
  const executablePath = findProgram('firefox');
  if (executablePath === undefined) throw new Error('Firefox is missing: apt-get install -y firefox-esr.');
  return overPuppeteer(await puppeteer.launch({ browser: 'firefox', executablePath, timeout: 60_000, protocolTimeout: 60_000 }));
}

function overPuppeteer(browser: Browser): Engine {
  return {
    async open(url) {
      const page = await browser.newPage();
      await page.goto(url);
      return {
        read: (expression) => page.evaluate(expression),
        go: async (to) => void (await page.goto(to)),
        reload: async () => void (await page.reload()),
        // For a page that is kept Firefox reports no load that could be waited for.
        back: async () => void (await page.goBack({ timeout: 3_000 }).catch(() => undefined)),
        close: () => page.close(),
      };
    },
    close: () => browser.close(),
  };
}

async function startWebKitGtk(): Promise<Engine> {
  const { web, session, stop } = await startWebKit();
  // The session would end with its last window.
  const home = (await web.send('GET', `${session}/window`)) as string;
  let queue: Promise<unknown> = Promise.resolve();
  /** Commands go to the current window: a switch and what follows it must not be torn apart. */
  const inWindow = <T>(handle: string, act: () => Promise<T>): Promise<T> => {
    const result = queue.then(async () => {
      await web.send('POST', `${session}/window`, { handle });
      return act();
    });
    queue = result.catch(() => undefined);
    return result;
  };
  const opened = async (handle: string, url: string): Promise<EngineTab> => {
    const send = (path: string, body: unknown = {}): Promise<unknown> =>
      inWindow(handle, () => web.send('POST', `${session}${path}`, body) as Promise<unknown>);
    await send('/url', { url });
    return {
      async read(expression) {
        const script = `const done = arguments[0]; Promise.resolve(${expression}).then((value) => done({ value }), (error) => done({ error: String(error) }));`;
        const answer = (await send('/execute/async', { script, args: [] })) as { value?: unknown; error?: string };
        if (answer.error !== undefined) throw new Error(answer.error);
        return answer.value;
      },
      go: async (to) => void (await send('/url', { url: to })),
      reload: async () => void (await send('/refresh')),
      back: async () => void (await send('/back')),
      close: () => inWindow(handle, async () => void (await web.send('DELETE', `${session}/window`))),
    };
  };
  return {
    async open(url) {
      const { handle } = await inWindow(
        home,
        () => web.send('POST', `${session}/window/new`, { type: 'tab' }) as Promise<{ handle: string }>,
      );
      return opened(handle, url);
    },
    close: stop,
  };
}
