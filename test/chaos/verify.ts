import type { Page } from 'puppeteer-core';
import type { Tab } from './fleet.ts';
import type { Random } from './random.ts';
import { lineText, plainText } from './site/line-text.js';
import { until } from './wait.ts';

/** What is still not right may become so for so long, ms. */
export const PATIENCE = 120_000;

/** The log as the server has it is exactly lines 1 to `count`. */
export async function verifyLog(url: string, topic: string, count: number): Promise<void> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${topic}`, accept: 'text/plain' } });
  const lines = (await response.text()).split('\n');
  if (lines.pop() !== '') throw new Error('The log does not end with a whole line.');
  if (lines.length !== count) throw new Error(`The log has ${lines.length} lines, and ${count} were acknowledged.`);
  const wrong = lines.findIndex((text, index) => text !== lineText(index + 1));
  if (wrong !== -1) throw new Error(`Line ${wrong + 1} of the log reads ${lines[wrong]}`);
}

/** `lines()` of a tab gave exactly lines 1 to `count`, each with its text, and came to its end. */
export async function verifyLines({ page }: Tab, count: number): Promise<void> {
  const seen = (): Promise<Window['seen']> => page.evaluate(() => window.seen);
  await until(`lines() came to its end at ${count}`, async () => (await seen()).complete || (await seen()).problem !== '', PATIENCE).catch(
    async (error: unknown) => {
      throw new Error(`lines() waits for ${(await seen()).next} of ${count}.`, { cause: error });
    },
  );
  const { next, problem } = await seen();
  if (problem !== '') throw new Error(`lines(): ${problem}`);
  if (next !== count + 1) throw new Error(`lines() gave ${next - 1} of ${count} lines.`);
}

/** The element of a tab shows lines 1 to `count` at its ends and at so many other places. Returns how many rows were compared. */
export async function verifyElement({ page }: Tab, count: number, random: Random, elsewhere: number): Promise<number> {
  await page.bringToFront();
  const state = (): Promise<unknown> => page.evaluate(() => document.querySelector('log-stream')?.getAttribute('state'));
  await until('the element says that the log has ended', async () => (await state()) === 'ended', PATIENCE);
  let compared = 0;
  const places = ['start', 'end', ...Array.from({ length: elsewhere }, () => random.between(1, count))] as const;
  for (const place of places) {
    await page.evaluate((target) => {
      const element = document.querySelector('log-stream');
      if (element !== null && 'goTo' in element && typeof element.goTo === 'function') element.goTo(target);
    }, place);
    let rows: Row[] = [];
    const must = place === 'start' ? 1 : place === 'end' ? count : place;
    await until(
      `the element shows line ${must} and those around it as they are`,
      async () => {
        rows = await shown(page);
        const first = rows[0]?.number ?? 0;
        const wrong = rows.find(({ number, of, text }, index) => number !== first + index || of !== count || text !== plainText(number));
        if (wrong !== undefined) throw new Error(JSON.stringify(wrong));
        return rows.some(({ number }) => number === must);
      },
      PATIENCE,
    );
    compared += rows.length;
  }
  return compared;
}

interface Row {
  readonly number: number;
  readonly of: number;
  readonly text: string;
}

function shown(page: Page): Promise<Row[]> {
  return page.evaluate(() =>
    [...(document.querySelector('log-stream')?.shadowRoot?.querySelectorAll('[part~="row"]') ?? [])]
      .map((row) => ({
        number: Number(row.getAttribute('aria-posinset')),
        of: Number(row.getAttribute('aria-setsize')),
        text: row.querySelector('[part~="text"]')?.textContent ?? '',
      }))
      .sort((one, other) => one.number - other.number),
  );
}
