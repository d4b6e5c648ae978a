import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { expect, vi } from 'vitest';
import { BUILD } from '../../docs/demo/build-log.ts';
import { ROOT } from '../../scripts/processes.mjs';
import { Signer } from '../../src/server/access/signer.ts';
import { shownRows } from '../tabs/site.ts';
import { patience } from '../tabs/stage.ts';
import { SECRET } from './visit.ts';

/** What a picture shows. */
export interface Scene {
  /** CSS pixels. @default [840, 520] */
  readonly size?: readonly [width: number, height: number];
  /** @default 'build:7' */
  readonly channel?: string;
  /** What a reader or the page then does. */
  readonly act?: (log: LogStreamElement) => unknown;
  /** The log has ended. @default false */
  readonly isOver?: boolean;
}

type LogStreamElement = HTMLElementTagNameMap['log-stream'];

/** Written at once, so that no duration is told: two pictures of the same sources are alike. */
const LINES = BUILD.map(([, text]) => `${text}\n`).join('');
const LAST = /build finished/u;

/**
 * Takes the picture of a page for docs/dashboards.md, of a log that is the same in all of them. Does nothing but in `npm run pictures`.
 * The page's log server has to have the secret of the consumers.
 */
export async function takePicture(page: Page, name: string, scene: Scene = {}): Promise<void> {
  if (process.env['PICTURES'] === undefined) return;
  const { size: [width, height] = [840, 520], channel = 'build:7', act = () => undefined, isOver = false } = scene;
  await write(new URL(page.url()).origin, channel, isOver);
  await page.bringToFront();
  await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
  await page.setViewport({ width, height, deviceScaleFactor: 2 });
  await page.mouse.move(0, 0);
  const topic = new Signer(SECRET).sign(channel);
  await page.$eval('log-stream', (log, signed) => Object.assign(log, { topic: signed }), topic);
  await vi.waitFor(async () => expect((await shownRows(page)).at(-1)).toMatch(LAST), patience);
  await page.$eval('log-stream', act);
  await settled(page);
  const folder = join(ROOT, 'docs/dashboards');
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.webp`), type: 'webp', quality: 50 });
}

async function write(origin: string, channel: string, isOver: boolean): Promise<void> {
  const answer = await fetch(`${origin}/log-stream/topics/${encodeURIComponent(channel)}${isOver ? '?end=0' : ''}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${new Signer(SECRET).sign(channel, { write: true })}` },
    body: LINES,
  });
  expect(answer.status, await answer.text()).toBe(200);
}

/** Waits until the log has been the same for ten frames, without what is shown for a moment after scrolling. */
async function settled(page: Page): Promise<void> {
  const looks = (): Promise<string> =>
    page.evaluate(async () => {
      await document.fonts.ready;
      for (let frame = 0; frame < 10; frame += 1) await new Promise(requestAnimationFrame);
      const log = document.querySelector('log-stream');
      const isScrolling = log?.shadowRoot?.querySelector('.readout:not([hidden])') !== null;
      return isScrolling ? '' : `${log?.getAttribute('state')} ${log?.shadowRoot?.innerHTML}`;
    });
  let before = '';
  await vi.waitFor(async () => {
    const now = await looks();
    const isSettled = now !== '' && now === before;
    before = now;
    expect(isSettled).toBe(true);
  }, patience);
}
