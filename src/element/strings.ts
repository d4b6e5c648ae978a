import type { LogState } from '../worker/api.ts';

const NUMBER = new Intl.NumberFormat('en');

/** A number with its thousands apart. */
export function count(value: number): string {
  return NUMBER.format(value);
}

/** Every word that the log itself shows, in one place; `tools/strings.ts` has those of what is loaded later. */
export const STRINGS = {
  lines: (lines: number): string => `${count(lines)} ${lines === 1 ? 'line' : 'lines'}`,

  region: (title: string): string => (title === '' ? 'Log' : `Log ${title}`),
  viewport: 'Log lines',

  state: {
    connecting: 'Connecting',
    'catching-up': 'Catching up',
    live: 'Live',
    reconnecting: 'Reconnecting',
    offline: 'Offline',
    ended: 'Ended',
    denied: 'No access',
    error: 'Cannot load',
  } satisfies Record<LogState, string>,
  percent: (label: string, part: number): string => `${label} ${Math.floor(part * 100)}%`,
  quiet: (label: string, ms: number): string => `${label} · quiet ${duration(Math.floor(ms / 1_000) * 1_000)}`,

  noTopic: 'No log to show yet: set topic to a signed topic, as the backend or `log-stream sign` makes it.',
  badTopic: 'The topic cannot be read. Set it to a signed topic, as the backend or `log-stream sign` makes it.',

  waiting: 'Waiting for the first line…',
  empty: 'This log is empty.',
  ended: (code: number, lines: number, ms: number | undefined): string => {
    const signal = signalOf(code);
    const how = signal > 0 ? `Killed by signal ${signal} (${code})` : `Log ended${code === 0 ? '' : ` with exit code ${code}`}`;
    return `${how} · ${STRINGS.lines(lines)}${ms === undefined ? '' : ` · ${duration(ms)}`}`;
  },
  truncated: (lines: number): string => `The first ${STRINGS.lines(lines)} ${lines === 1 ? 'was' : 'were'} removed by retention.`,
  /** `absent`: the server answered, without them. */
  missing: (from: number, to: number, absent: boolean): string => {
    const one = from === to;
    const what = one ? `Line ${count(from)}` : `Lines ${count(from)}–${count(to)}`;
    return `${what} ${absent ? `${one ? 'is' : 'are'} missing on the server` : 'could not be loaded'}`;
  },
  lost: 'Connection lost.',
  unreachable: 'The server cannot be reached.',
  retrying: (why: string, seconds: number): string => `${why} ${seconds > 0 ? `Retrying in ${seconds} s` : 'Reconnecting…'}`,
  offline: 'Offline. Waiting for the network.',
  denied: 'Access to this log was refused.',
  error: 'This log could not be loaded.',
  retry: 'Retry',
  retryNow: 'Retry now',
  printed: (from: number, to: number, first: number, last: number): string | undefined =>
    from <= first && to >= last
      ? undefined
      : `Lines ${count(from)} to ${count(to)} of ${count(last)}. The rest was not printed: download the log to have all of it.`,
  more: (characters: number): string => `+${count(characters)} characters`,
  updates: (updates: number, shown: boolean): string =>
    `${count(updates)} ${updates === 1 ? 'update' : 'updates'}${shown ? '' : ' hidden'}`,
  show: 'Show',
  hide: 'Hide',
  expand: 'Expand',
  collapse: 'Collapse',
  copyLine: 'Copy',
} as const;

/** The signal that killed a process, by its exit code; 0 for none. */
export function signalOf(code: number): number {
  return code > 128 && code <= 192 ? code - 128 : 0;
}

/** `42 s`, `3m 12s`, `2h 05m`; what is under a second counts as one when anything passed at all. */
export function duration(ms: number): string {
  const seconds = Math.max(ms > 0 ? 1 : 0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${two(seconds % 60)}s`;
  return `${Math.floor(minutes / 60)}h ${two(minutes % 60)}m`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
