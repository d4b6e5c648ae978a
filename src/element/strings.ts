import type { LogState } from '../worker/api.ts';

const NUMBER = new Intl.NumberFormat('en');

/** Every word the element shows or says, in one place. */
export const STRINGS = {
  number: (value: number): string => NUMBER.format(value),
  lines: (count: number): string => `${NUMBER.format(count)} ${count === 1 ? 'line' : 'lines'}`,

  region: (title: string): string => (title === '' ? 'Log' : `Log ${title}`),
  viewport: 'Log lines',
  toolbar: 'Log actions',

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
  quiet: (label: string, seconds: number): string => `${label} · quiet ${duration(seconds * 1_000)}`,
  quietHint: (seconds: number): string => `Connected. No line for ${duration(seconds * 1_000)}.`,
  hints: {
    connecting: 'Opening the log.',
    'catching-up': 'Connected; fetching lines.',
    live: 'Connected; lines appear as they are written.',
    reconnecting: 'The connection was lost. What is shown stays; nothing is skipped once it is back.',
    offline: 'This device is offline. The log goes on when the network is back.',
    ended: 'The log is complete.',
    denied: 'Access to this log was refused.',
    error: 'This log could not be loaded.',
  } satisfies Record<LogState, string>,
  behind: (count: number): string => `Connected; ${STRINGS.lines(count)} behind.`,
  exitHint: (code: number): string =>
    `The log is complete; exit code ${code}${signalOf(code) ? `: killed by signal ${signalOf(code)}` : ''}.`,

  beganAnew: 'The log began anew.',
  noTopic: 'No log to show yet: set topic to a signed topic, as the backend or `log-stream sign` makes it.',
  badTopic: 'The topic cannot be read. Set it to a signed topic, as the backend or `log-stream sign` makes it.',
  noRefresh: 'Nobody supplied a fresh topic: set refresh-url, or answer the log-stream-refresh event with detail.respondWith().',
  refreshOther: (what: string, channel: string): string =>
    `${what} answered something else than a signed topic of ${channel}: sign that channel anew.`,
  refreshRefused: (status: number): string => `refresh-url answered ${status}: it must answer 200 with a signed topic as text.`,

  waiting: 'Waiting for the first line…',
  empty: 'This log is empty.',
  ended: (lines: number, ms: number | undefined): string =>
    `Log ended · ${STRINGS.lines(lines)}${ms === undefined ? '' : ` · ${duration(ms)}`}`,
  failed: (code: number, lines: number, ms: number | undefined): string =>
    `${signalOf(code) ? `Killed by signal ${signalOf(code)} (${code})` : `Log ended with exit code ${code}`} · ${STRINGS.lines(lines)}${ms === undefined ? '' : ` · ${duration(ms)}`}`,
  truncated: (count: number): string => `The first ${STRINGS.lines(count)} ${count === 1 ? 'was' : 'were'} removed by retention.`,
  missing: (from: number, to: number): string =>
    from === to
      ? `Line ${NUMBER.format(from)} is missing on the server`
      : `Lines ${NUMBER.format(from)}–${NUMBER.format(to)} are missing on the server`,
  unloaded: (from: number, to: number): string =>
    `${from === to ? `Line ${NUMBER.format(from)}` : `Lines ${NUMBER.format(from)}–${NUMBER.format(to)}`} could not be loaded`,
  lost: 'Connection lost.',
  unreachable: 'The server cannot be reached.',
  retrying: (why: string, seconds: number): string => `${why} ${seconds > 0 ? `Retrying in ${seconds} s` : 'Reconnecting…'}`,
  offline: 'Offline. Waiting for the network.',
  retry: 'Retry',
  retryNow: 'Retry now',
  more: (characters: number): string => `+${NUMBER.format(characters)} characters`,

  newLines: (count: number): string =>
    count > 9_999 ? '9,999+ new lines' : `${NUMBER.format(count)} new ${count === 1 ? 'line' : 'lines'}`,
  pill: (count: number): string => `${STRINGS.newLines(count)}; go to the end`,

  followShort: 'Follow',
  follow: 'Follow new lines (f)',
  time: {
    none: 'Times: none (t)',
    local: 'Times: local (t)',
    utc: 'Times: UTC (t)',
    elapsed: 'Times: since the start (t)',
    delta: 'Times: since the line before (t)',
  },
  copy: 'Copy lines (c)',
  copied: (count: number): string => `Copied ${STRINGS.lines(count)}`,
  copyFailed: 'The browser did not allow to copy.',
  copiedLink: 'Copied the link',
  download: 'Download raw log',
  downloadFailed: 'The download failed.',
  start: 'Go to the start (Home)',
  end: 'Go to the end (End)',
  menu: 'More actions',

  announceState: {
    connecting: '',
    'catching-up': '',
    live: 'Live',
    reconnecting: 'Reconnecting',
    offline: 'Offline',
    ended: 'Log ended',
    denied: 'No access to this log',
    error: 'This log could not be loaded',
  } satisfies Record<LogState, string>,
  tooMuch: 'Too much output to read; use the log.',
} as const;

/** The signal that killed a process, by its exit code; 0 for none. */
function signalOf(code: number): number {
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
