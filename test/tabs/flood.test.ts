import type { Page } from 'puppeteer-core';
import { describe, expect, it } from 'vitest';
import { Stage } from './stage.ts';

const stage = Stage.set();
/** Lines of an append, and how many appends there are: as much as a tab could not be sent in that time. */
const BATCH = 3_000;
const BATCHES = 100;

interface Watching {
  /** Frames that were looked at, and those with a row whose line was not there. */
  readonly frames: { seen: number; blank: number };
}

/** Looks at every frame of a page from now on. */
async function watch(page: Page): Promise<void> {
  await page.evaluate(() => {
    const frames = { seen: 0, blank: 0 };
    Object.assign(globalThis, { frames } satisfies Watching);
    const root = document.querySelector('log-stream')?.shadowRoot;
    const box = root?.querySelector('.viewport')?.getBoundingClientRect();
    const look = (): void => {
      const shown = [...(root?.querySelectorAll('.row') ?? [])].filter((row) => {
        const { top, bottom } = row.getBoundingClientRect();
        return box !== undefined && bottom > box.top + 0.5 && top < box.bottom - 0.5;
      });
      const isBlank = (row: Element): boolean => {
        const number = row.querySelector<HTMLElement>('.num')?.dataset['n'] ?? '';
        return row.querySelector('.text')?.textContent !== `line ${number}`;
      };
      frames.seen += 1;
      if (shown.some(isBlank)) frames.blank += 1;
      // What a frame shows is there once its own callbacks have run.
      requestAnimationFrame(() => setTimeout(look));
    };
    look();
  });
}

/** History requests that the server has answered. */
function requests(): number {
  const counts = [...stage.site.logs.metrics().matchAll(/^log_stream_requests_total\{([^}]*)\} (\d+)$/gmu)];
  return counts
    .filter(([, labels = '']) => labels.includes('route="topics"') && labels.includes('method="GET"'))
    .reduce((sum, [, , count]) => sum + Number(count), 0);
}

describe('a log that grows faster than it can be read', () => {
  it('shows its end whole in every frame, and fetches nothing that only passes', async () => {
    const channel = 'tabs:flood';
    await stage.write(channel, 1, 200);
    const page = await stage.open(stage.site.page(channel), 1);
    await stage.waitForRows(page, (shown) => expect(shown.at(-1)).toBe('200: line 200'));
    await watch(page);
    const before = requests();
    const writer = stage.site.logs.writer(channel);
    for (let from = 201; from <= 200 + BATCH * BATCHES; from += BATCH) {
      await writer.write(Array.from({ length: BATCH }, (_, index) => `line ${from + index}\n`).join(''));
    }
    await writer.end(0);
    const head = 200 + BATCH * BATCHES;
    await stage.waitForRows(page, (shown) => expect(shown.at(-1)).toBe(`${head}: line ${head}`));
    const { seen, blank } = await page.evaluate(() => (globalThis as unknown as Watching).frames);
    expect(seen).toBeGreaterThan(10);
    expect(blank).toBe(0);
    expect(requests()).toBe(before);
    const delivered = /^log_stream_delivered_lines_total\{transport="websocket"\} (\d+)$/mu.exec(stage.site.logs.metrics())?.[1];
    expect(Number(delivered)).toBeLessThan(head / 2);
  });
});
