import type { Page } from 'puppeteer-core';
import { describe, expect, it } from 'vitest';
import { Stage } from './stage.ts';

const stage = Stage.set();

/** Lines that are drawn one by one, each in a frame of its own. */
const LINES = 40;
/** Lines that were there before: enough for a ruler. */
const BEFORE = 1_000;

/** A tab of usual size that follows a log, with all its tools. */
async function following(channel: string): Promise<Page> {
  await stage.write(channel, 1, BEFORE);
  const page = await stage.open(stage.site.page(channel));
  await page.setViewport({ width: 1_280, height: 800 });
  await drawn(page, BEFORE);
  await page.waitForFunction(() => {
    const root = document.querySelector('log-stream')?.shadowRoot;
    return root?.querySelector('.toolbar .icon') instanceof Element && root.querySelector<HTMLElement>('.ruler')?.hidden === false;
  });
  return page;
}

/** Waits for the frame that shows a line. Nothing here makes the browser lay out. */
async function drawn(page: Page, line: number): Promise<void> {
  await page.bringToFront();
  await page.waitForFunction(
    (text) => [...(document.querySelector('log-stream')?.shadowRoot?.querySelectorAll('.row') ?? [])].at(-1)?.textContent?.includes(text),
    { polling: 'raf' },
    `line ${line}`,
  );
}

describe('a line at the end of a log that is followed', () => {
  it('has little of the page drawn again', async () => {
    const page = await following('tabs:tiles');
    await page.tracing.start({ categories: ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'cc'] });
    for (let line = BEFORE + 1; line <= BEFORE + LINES; line += 1) {
      await stage.write('tabs:tiles', line, line);
      await drawn(page, line);
    }
    const trace = new TextDecoder().decode(await page.tracing.stop());
    const { traceEvents } = JSON.parse(trace) as { traceEvents: readonly { readonly name: string; readonly ph: string }[] };
    const tiles = traceEvents.filter(({ name, ph }) => name === 'RasterTask' && ph === 'X').length;
    expect(tiles).toBeGreaterThan(0);
    // With every row drawn again there are 20 a line, without 13.
    expect(tiles).toBeLessThanOrEqual(LINES * 16);
  });
});
