// examples/page-1999: a page in quirks mode, laid out by tables.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../src/server/util/package-root.ts';
import { PageStage } from './page-stage.ts';

const stage = PageStage.set();

it('a page of 1999 shows its log in a cell of a table, with the looks that it has elsewhere', async () => {
  const site = await stage.site();
  const html = await readFile(join(packageRoot(), 'examples/page-1999/index.html'), 'utf8');
  const { page } = await stage.open(site.put('/', html.replace('SIGNED-TOPIC', site.topic)));
  await page.setViewport({ width: 1_024, height: 768 });
  await stage.waitForLog(page);
  const seen = await page.evaluate(() => {
    const log = document.querySelector('log-stream')!;
    const row = log.shadowRoot!.querySelector('.row')!;
    const { width, height } = log.getBoundingClientRect();
    const { fontSize, color, textAlign } = getComputedStyle(row.querySelector('.text')!);
    return { mode: document.compatMode, width, height, row: row.getBoundingClientRect().height, fontSize, color, textAlign };
  });
  expect(seen).toEqual({
    mode: 'BackCompat',
    width: 640,
    height: 480,
    row: 20,
    fontSize: '13px',
    color: 'rgb(31, 35, 40)',
    textAlign: 'start',
  });
});
