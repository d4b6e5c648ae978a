import { resetMouse, sendKeys, sendMouse } from '@web/test-runner-commands';
import { frame, shadowAll } from './fixture.ts';

/** A point of the page, CSS px. */
export type Point = readonly [x: number, y: number];

/** Where the row of a line is, and the point before one of the characters of its text. */
export function pointIn(element: Element, line: number, column = 0): Point {
  const row = shadowAll(element, '.row:not([data-pinned])').find(({ dataset }) => dataset['line'] === String(line));
  return pointOf(row, `Line ${line}`, column);
}

/** The same for a row of a fold, by the first line of the fold. */
export function pointInFold(element: Element, line: number, row: number, column = 0): Point {
  return pointOf(shadowAll(element, `.fold[data-fold="${line}"]:not([data-pinned]) .frame`)[row], `Row ${row} of fold ${line}`, column);
}

function pointOf(row: Element | undefined, name: string, column: number): Point {
  const text = row?.querySelector('.text');
  if (!text) throw new Error(`${name} is not in the document.`);
  const range = document.createRange();
  range.selectNodeContents(text);
  const all = range.toString();
  if (all === '') throw new Error(`${name} has no text to point at yet.`);
  const { left, right, top, height } = range.getBoundingClientRect();
  // Slightly to the right: the gutter is at the very edge.
  return [Math.ceil(left + ((right - left) * column) / all.length) + 1, Math.round(top + height / 2)];
}

export async function moveTo([x, y]: Point): Promise<void> {
  await sendMouse({ type: 'move', position: [Math.round(x), Math.round(y)] });
  await frame();
}

/** Presses the button at one point and moves to others; `drop` releases it. */
export async function drag(from: Point, ...to: readonly Point[]): Promise<void> {
  await moveTo(from);
  await sendMouse({ type: 'down' });
  for (const point of to) await moveTo(point);
}

export async function drop(): Promise<void> {
  await sendMouse({ type: 'up' });
  await frame();
}

/** Clicks, with modifier keys held down. */
export async function click(at: Point, ...held: readonly string[]): Promise<void> {
  for (const key of held) await sendKeys({ down: key });
  await moveTo(at);
  await sendMouse({ type: 'down' });
  await sendMouse({ type: 'up' });
  for (const key of held) await sendKeys({ up: key });
  await frame();
}

/** Presses a key, with modifier keys held down. */
export async function type(key: string, ...held: readonly string[]): Promise<void> {
  for (const other of held) await sendKeys({ down: other });
  await sendKeys({ down: key });
  await sendKeys({ up: key });
  for (const other of held) await sendKeys({ up: other });
  await frame();
}

/** Presses a key together with the modifier of shortcuts on this platform. */
export function shortcut(key: string): Promise<void> {
  return type(key, 'Control');
}

/** Leaves the page, as a reader does. */
export async function release(): Promise<void> {
  await resetMouse();
  document.getSelection()?.removeAllRanges();
}
