import { LEVEL, type Level } from '../protocol/marks/level.ts';
import { attempt } from '../worker/platform/attempt.ts';
import { TEXT_SIZES, type LogStreamAttributes, type TextSize } from './attributes.ts';
import { TIME_MODES, type TimeMode } from './util/time.ts';

/** What readers chose in logs of this origin. */
export interface Choices {
  readonly wrap?: boolean;
  readonly time?: TimeMode;
  readonly size?: TextSize;
  /** The lowest level that is shown; undefined for all. */
  readonly levels?: Level | undefined;
}

const KEY = 'log-stream';
/** Elements whose attributes have been completed: moving one must not do so again. */
const completed = new WeakSet<Element>();

/** Sets attributes that the page left open to what the reader chose before. */
export function applyChoices(element: LogStreamAttributes): void {
  if (completed.has(element)) return;
  completed.add(element);
  const { wrap, time, size } = choicesFor(element);
  if (wrap !== undefined && !element.hasAttribute('wrap')) element.wrap = wrap;
  if (time !== undefined && !element.hasAttribute('time')) element.time = time;
  if (size !== undefined && !element.hasAttribute('size')) element.size = size;
}

/** What the reader chose before; nothing where it is not to be remembered. */
export function choicesFor({ remember }: Pick<LogStreamAttributes, 'remember'>): Choices {
  return remember === 'off' ? {} : readChoices();
}

/** Remembers what the reader has just chosen. */
export function rememberChoice({ remember }: LogStreamAttributes, choice: Choices): void {
  if (remember === 'off') return;
  // Storage may be blocked or full.
  attempt(() => localStorage.setItem(KEY, JSON.stringify({ ...storedObject(), ...choice })));
}

/** Other versions and pages may have stored anything. */
function readChoices(): Choices {
  const stored = storedObject();
  const { wrap } = stored;
  const known = <T>(key: string, values: readonly T[]): T | undefined => values.find((value) => value === stored[key]);
  const time = known('time', TIME_MODES);
  const size = known('size', TEXT_SIZES);
  const levels = known('levels', Object.values(LEVEL));
  return {
    ...(typeof wrap === 'boolean' && { wrap }),
    ...(time !== undefined && { time }),
    ...(size !== undefined && { size }),
    ...(levels !== undefined && { levels }),
  };
}

function storedObject(): Readonly<Record<string, unknown>> {
  const stored: unknown = attempt(() => JSON.parse(localStorage.getItem(KEY) ?? '{}') as unknown);
  return typeof stored === 'object' && stored !== null ? { ...stored } : {};
}
