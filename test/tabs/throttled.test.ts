import type { Page } from 'puppeteer-core';
import { describe, expect, it } from 'vitest';
import { Stage } from './stage.ts';

const stage = Stage.set();
/** A connection of 1 Mbit/s … */
const BYTES_PER_SECOND = 125_000;
/** … and a log of 40 MB, which would take it five minutes: more than is waited for. */
const LINES = 400_000;

const lineText = (line: number): string => `line ${line} ${'.'.repeat(88)}`;

describe('a log that is written faster than the network carries it', () => {
  it('is shown to its real end all the same, and what was skipped when it is looked at', async () => {
    const channel = 'tabs:throttled';
    await stage.write(channel, 1, 20);
    await stage.open(stage.site.page(channel), 1);
    const [page] = stage.pages as [Page];
    await stage.waitForRows(page, (shown) => expect(shown).toHaveLength(20));
    stage.site.proxy.throttle(BYTES_PER_SECOND);
    const writer = stage.site.logs.writer(channel);
    for (let from = 21; from <= LINES; from += 1_000) {
      const lines = Array.from({ length: Math.min(1_000, LINES - from + 1) }, (_, index) => `${lineText(from + index)}\n`);
      await writer.write(lines.join(''));
    }
    await writer.end(0);
    await stage.waitForRows(page, (shown) => expect(shown.at(-1)).toBe(`${LINES}: ${lineText(LINES)}`));
    const skipped = LINES / 2;
    await page.evaluate((line) => {
      (document.querySelector('log-stream') as unknown as { goTo(line: number): void }).goTo(line);
    }, skipped);
    await stage.waitForRows(page, (shown) => expect(shown).toContain(`${skipped}: ${lineText(skipped)}`));
  });
});
