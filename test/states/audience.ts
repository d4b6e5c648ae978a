import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { expect, vi } from 'vitest';
import type { LogState } from '../../src/worker/api.ts';

declare global {
  interface Window {
    told: Told[];
  }
}

/** An event of an element, as the page's script recorded it. */
interface Told {
  readonly type: 'state' | 'end' | 'follow';
  readonly log: number;
  readonly state?: LogState;
  readonly previous?: LogState;
  readonly code?: number;
  readonly lines?: number;
}

/** What a reader of the page sees. */
export interface Seen {
  readonly state: string | null;
  /** The custom states that match. */
  readonly states: readonly string[];
  readonly chip: string;
  readonly tone: string;
  readonly hint: string | null;
  readonly counts: string;
  /** The notice shown in place of the lines; empty when there are lines. */
  readonly notice: string;
  readonly skeleton: boolean;
  readonly rows: readonly string[];
  /** Rows that are not lines, with the labels of their buttons. */
  readonly stateRows: readonly string[];
  readonly pill: string;
  readonly toast: string;
  readonly announced: string;
}

const STATES: readonly LogState[] = ['connecting', 'catching-up', 'live', 'reconnecting', 'offline', 'ended', 'denied', 'error'];
export const patience = { timeout: 30_000, interval: 25 };

/** What an element of the page shows now; `at` counts the elements from 0. */
export function seen(page: Page, at = 0): Promise<Seen> {
  return page.evaluate(
    (index, names) => {
      const element = document.querySelectorAll('log-stream')[index];
      const root = element?.shadowRoot;
      if (!element || !root) throw new Error('The element is not there yet.');
      const shown = (selector: string): HTMLElement[] =>
        [...root.querySelectorAll<HTMLElement>(selector)].filter((found) => found.checkVisibility({ opacityProperty: true }));
      const text = (selector: string): string =>
        shown(selector)
          .map((found) => found.innerText.replace(/\s+/gu, ' ').trim())
          .join(' | ');
      const status = root.querySelector<HTMLElement>('[part="status"]');
      return {
        state: element.getAttribute('state'),
        states: names.filter((name) => element.matches(`:state(${name})`)),
        chip: text('[part="status"]'),
        tone: (status?.className ?? '').replace('status ', ''),
        hint: status?.dataset['tip'] ?? null,
        counts: text('[part="counts"]'),
        notice: text('[part="notice"]'),
        skeleton: shown('.skeleton').length > 0,
        rows: shown('.row:not(.wait)').map((row) => row.querySelector<HTMLElement>('[part="text"]')?.innerText ?? ''),
        stateRows: shown('[part="state-row"]').map((row) =>
          [...row.children].map((child) => (child instanceof HTMLElement ? child.innerText : '')).join(' · '),
        ),
        pill: text('[part="pill"]'),
        toast: text('[part="toast"]'),
        announced: root.querySelector('[role="status"]')?.textContent ?? '',
      };
    },
    at,
    [...STATES],
  );
}

/** Waits until the element shows what is expected, and that its attribute, custom state and chip agree. */
export async function waitToSee(page: Page, expected: Partial<Record<keyof Seen, unknown>>, at = 0): Promise<Seen> {
  await page.bringToFront();
  let now: Seen | undefined;
  await vi.waitFor(async () => {
    now = await seen(page, at);
    expect(now).toMatchObject(expected);
  }, patience);
  expect(now!.states).toEqual([now!.state]);
  return now!;
}

/** The states that an element reported so far, in order. */
export async function toldStates(page: Page, at = 0): Promise<(LogState | undefined)[]> {
  const told = await page.evaluate(() => window.told);
  const states = told.filter(({ type, log }) => type === 'state' && log === at);
  // Every change is reported once, and starts from the one before.
  for (const [index, { state, previous }] of states.entries()) {
    expect(state).not.toBe(previous);
    expect(previous).toBe(states[index - 1]?.state ?? 'connecting');
  }
  return states.map(({ state }) => state);
}

export async function toldEnds(page: Page): Promise<{ code: number | undefined; lines: number | undefined }[]> {
  const told = await page.evaluate(() => window.told);
  return told.filter(({ type }) => type === 'end').map(({ code, lines }) => ({ code, lines }));
}

/** Presses a button of the element, as a person does. */
export async function press(page: Page, label: string): Promise<void> {
  await page.bringToFront();
  const button = await page.evaluateHandle((wanted) => {
    const buttons = [...(document.querySelector('log-stream')?.shadowRoot?.querySelectorAll('button') ?? [])];
    return buttons.find((candidate) => candidate.innerText.trim() === wanted && candidate.checkVisibility()) ?? null;
  }, label);
  const element = button.asElement();
  if (element === null) throw new Error(`There is no button ${label} to press.`);
  await (element as unknown as { click(): Promise<void> }).click();
}

/** Writes pictures of the page, wide and narrow, dark and light, into the folder named by PICTURES, if it is set. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['PICTURES'];
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  for (const width of [1_280, 360]) {
    await page.setViewport({ width, height: 400 });
    for (const theme of ['dark', 'light']) {
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }]);
      await page.screenshot({ path: join(folder, `${name}-${width}-${theme}.png`) });
    }
  }
  await page.setViewport({ width: 800, height: 600 });
}
