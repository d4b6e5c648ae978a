/** How the timestamp of a line is shown. */
export type TimeMode = 'none' | 'local' | 'utc' | 'elapsed' | 'delta';

export const TIME_MODES: readonly [TimeMode, ...TimeMode[]] = ['none', 'local', 'utc', 'elapsed', 'delta'];

/** The width of the column in characters: the longest text of each mode, up to 99 hours. */
export const TIME_WIDTH: Readonly<Record<TimeMode, number>> = { none: 0, local: 12, utc: 13, elapsed: 12, delta: 13 };

/** The mode after `mode`, as the button and the key `t` cycle through them. */
export function nextTimeMode(mode: TimeMode): TimeMode {
  return TIME_MODES[(TIME_MODES.indexOf(mode) + 1) % TIME_MODES.length] ?? TIME_MODES[0];
}
