import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import puppeteer, { type Browser, type CDPSession, type Page } from 'puppeteer-core';
import { serveStates } from '../../scripts/states-page.mjs';
import { chromiumPath, CHROMIUM_FLAGS } from '../support/chromium.ts';
import type { Box, StateShown } from './browser/api.ts';
import { encodePalette } from './palette-png.ts';

export const WIDTHS = [1_280, 640, 320] as const;
export const THEMES = ['light', 'dark', 'forced'] as const;
export type Theme = (typeof THEMES)[number];

/** A width of the page and a theme. */
export interface View {
  readonly width: number;
  readonly theme: Theme;
}

/** Where a state is in a sheet, and where its parts are in the state; px. */
export interface StateBoxes {
  readonly place: Box;
  readonly parts: Readonly<Record<string, Box>>;
}

/** All states in one view: what they look like, and where everything is. */
export interface Sheet {
  readonly image: PNG;
  readonly states: Readonly<Record<string, StateBoxes>>;
}

/** Rendering that does not depend on the machine: no hints of its fonts, no subpixels of its screen, none of its colours. */
const FLAGS = ['--font-render-hinting=none', '--disable-lcd-text', '--force-color-profile=srgb', '--lang=en', '--hide-scrollbars'];
const FOLDER = new URL('sheets', import.meta.url).pathname;

/** The states page in a browser. */
export class StatesBrowser {
  readonly page: Page;
  /** What went wrong in the page so far. */
  readonly problems: string[] = [];
  readonly #browser: Browser;
  readonly #session: CDPSession;
  readonly #close: () => Promise<void>;

  private constructor(browser: Browser, page: Page, session: CDPSession, close: () => Promise<void>) {
    this.#browser = browser;
    this.page = page;
    this.#session = session;
    this.#close = close;
    page.on('pageerror', (error) => this.problems.push(String(error)));
  }

  static async launch(): Promise<StatesBrowser> {
    const served = await serveStates({ isWatched: false });
    const browser = await puppeteer.launch({
      executablePath: chromiumPath(),
      args: [...CHROMIUM_FLAGS, ...FLAGS],
      env: { ...process.env, LANG: 'en_US.UTF-8', TZ: 'UTC' },
      timeout: 60_000,
      protocolTimeout: 180_000,
    });
    const page = await browser.newPage();
    const session = await page.createCDPSession();
    await session.send('Emulation.setFocusEmulationEnabled', { enabled: true });
    const states = new StatesBrowser(browser, page, session, () => served.close());
    await states.#emulate('light');
    await states.page.setViewport({ width: WIDTHS[0], height: 800 });
    await states.page.goto(served.url, { waitUntil: 'load', timeout: 120_000 });
    await states.page.evaluate(() => window.shown);
    return states;
  }

  /** By the protocol itself: the library knows no forced colours. */
  async #emulate(theme: Theme): Promise<void> {
    await this.#session.send('Emulation.setEmulatedMedia', {
      features: [
        { name: 'prefers-color-scheme', value: theme === 'dark' ? 'dark' : 'light' },
        { name: 'prefers-reduced-motion', value: 'reduce' },
        { name: 'forced-colors', value: theme === 'forced' ? 'active' : 'none' },
      ],
    });
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#close();
  }

  /** Sets the width and the theme, and shows all states but those that are shown by themselves. */
  async showAll({ width, theme }: View): Promise<readonly StateShown[]> {
    await this.#emulate(theme);
    await this.page.setViewport({ width, height: await this.page.evaluate(() => window.states.height) });
    await this.page.evaluate(() => window.states.showAll());
    return this.page.evaluate(() => window.states.all);
  }

  /** Shows a state by itself, at the top of a page that is as high as the state, while something is done with it. */
  async alone({ name, coarse }: Pick<StateShown, 'name' | 'coarse'>, use: () => Promise<void>): Promise<void> {
    const { width } = this.page.viewport()!;
    await this.#session.send('Emulation.setTouchEmulationEnabled', { enabled: coarse });
    await this.page.evaluate((state) => window.states.alone(state), name);
    const { place } = await this.#place(name);
    await this.page.setViewport({ width, height: Math.ceil(place[3]) });
    await this.page.evaluate((state) => window.states.show(state), name);
    await use();
    await this.page.evaluate(() => window.states.alone(undefined));
    await this.#session.send('Emulation.setTouchEmulationEnabled', { enabled: false });
  }

  #place(name: string): Promise<{ readonly place: Box }> {
    return this.page.evaluate((state) => ({ place: window.states.place(state) }), name);
  }

  #parts(name: string): Promise<StateBoxes['parts']> {
    return this.page.evaluate((state) => window.states.boxes(state), name);
  }

  /** Takes a picture of everything in a view. */
  async sheet(view: View): Promise<Sheet> {
    const all = await this.showAll(view);
    const image = await this.#screenshot();
    const states: Record<string, StateBoxes> = {};
    for (const { name, alone } of all) states[name] = { ...(await this.#place(name)), parts: alone ? {} : await this.#parts(name) };
    for (const state of all.filter(({ alone }) => alone)) {
      await this.alone(state, async () => {
        states[state.name] = await this.#look(state.name, states[state.name]!.place, image);
      });
    }
    return { image, states };
  }

  /** What a sheet becomes when one state is shown again, and changed before it is looked at. */
  async changed(sheet: Sheet, name: string, change: (element: Element) => void): Promise<Sheet> {
    const image = Object.assign(new PNG({ width: sheet.image.width, height: sheet.image.height }), { data: Buffer.from(sheet.image.data) });
    const states = { ...sheet.states };
    await this.alone({ name, coarse: false }, async () => {
      const host = await this.page.$('log-stream');
      await host!.evaluate(change);
      states[name] = await this.#look(name, states[name]!.place, image);
    });
    return { image, states };
  }

  /** Takes a picture of a state that is shown by itself, and puts it where it is in the sheet. */
  async #look(name: string, place: Box, image: PNG): Promise<StateBoxes> {
    const part = await this.#screenshot();
    PNG.bitblt(part, image, 0, 0, part.width, part.height, place[0], place[1]);
    return { place, parts: await this.#parts(name) };
  }

  async #screenshot(): Promise<PNG> {
    const bytes = await this.page.screenshot({ optimizeForSpeed: true });
    return PNG.sync.read(Buffer.from(bytes));
  }
}

function nameOf({ width, theme }: View): string {
  return `${width}-${theme}`;
}

/** Reads a sheet as it should be. */
export async function readSheet(view: View): Promise<Sheet> {
  const file = join(FOLDER, nameOf(view));
  const [image, states] = await Promise.all([readFile(`${file}.png`), readFile(`${file}.json`, 'utf8')]);
  return { image: PNG.sync.read(image), states: JSON.parse(states) as Sheet['states'] };
}

/** Writes a sheet: by default where it is read from. */
export async function writeSheet(view: View, { image, states }: Sheet, folder: string = FOLDER): Promise<void> {
  await mkdir(folder, { recursive: true });
  const lines = Object.entries(states).map(([name, { place, parts }]) => {
    const boxes = Object.entries(parts).map(([part, box]) => `\n  ${JSON.stringify(part)}:${JSON.stringify(box)}`);
    return `${JSON.stringify(name)}:{"place":${JSON.stringify(place)},"parts":{${boxes.join(',')}}}`;
  });
  await writeFile(join(folder, `${nameOf(view)}.json`), `{\n${lines.join(',\n')}\n}\n`);
  await writeFile(join(folder, `${nameOf(view)}.png`), encodePalette(image));
}
