import { attempt } from '../worker/platform/attempt.ts';
import type { LogStreamAttributes } from './attributes.ts';
import { TIME_MODES, type TimeMode } from './util/time.ts';

/** What readers chose in logs of this origin. */
export interface Choices {
  readonly wrap?: boolean;
  readonly time?: TimeMode;
}

const KEY = 'log-stream';
/** Elements whose attributes have been completed: moving one must not do so again. */
const completed = new WeakSet<Element>();

/** Sets attributes that the page left open to what the reader chose before. */
export function applyChoices(element: LogStreamAttributes): void {
  if (completed.has(element)) return;
  completed.add(element);
  if (element.remember === 'off') return;
  const { wrap, time } = readChoices();
  if (wrap !== undefined && !element.hasAttribute('wrap')) element.wrap = wrap;
  if (time !== undefined && !element.hasAttribute('time')) element.time = time;
}

/** Remembers what the reader has just chosen. */
export function rememberChoice({ remember }: LogStreamAttributes, choice: Choices): void {
  if (remember === 'off') return;
  // Storage may be blocked or full.
  attempt(() => localStorage.setItem(KEY, JSON.stringify({ ...storedObject(), ...choice })));
}

/** Other versions and pages may have stored anything. */
function readChoices(): Choices {
  const { wrap, time } = storedObject();
  const mode = TIME_MODES.find((known) => known === time);
  return { ...(typeof wrap === 'boolean' && { wrap }), ...(mode !== undefined && { time: mode }) };
}

function storedObject(): Readonly<Record<string, unknown>> {
  const stored: unknown = attempt(() => JSON.parse(localStorage.getItem(KEY) ?? '{}') as unknown);
  return typeof stored === 'object' && stored !== null ? { ...stored } : {};
}
