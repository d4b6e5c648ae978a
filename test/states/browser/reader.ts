import type { FindOptions } from '../../../src/element/element.ts';
import type { Shown } from './fixtures.ts';

/** How long a state may take, ms: the machine may be busy. */
const PATIENCE = 120_000;

/** Waits, a frame at a time, until something holds. An error costs more than a frame, and is made only in the end. */
export async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`Not so after ${PATIENCE} ms: ${String(holds)}`);
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}

export function shadowAll(root: ShadowRoot, selector: string): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(selector)];
}

function viewport({ root }: Shown): HTMLElement {
  return root.querySelector<HTMLElement>('.viewport')!;
}

/** A key in the log, which does not get the focus. */
export function press(shown: Shown, key: string, held: KeyboardEventInit = {}): void {
  viewport(shown).dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true, ...held }));
}

/** Keys in the log, which has the focus. */
export function choose(shown: Shown, ...keys: readonly string[]): void {
  viewport(shown).focus({ preventScroll: true });
  for (const key of keys) press(shown, key);
}

/** Clicks on the first control of a kind once it is there. */
export async function click({ root }: Shown, selector: string): Promise<void> {
  await until(() => root.querySelector(selector) !== null);
  root.querySelector<HTMLElement>(selector)!.click();
}

/** Searches; resolves once the bar says what is expected. */
export async function search({ element, root }: Shown, text: string, said: string, options?: FindOptions): Promise<void> {
  element.find(text, options).catch(() => undefined);
  await until(() => root.querySelector('.found')?.textContent?.includes(said) === true);
}
