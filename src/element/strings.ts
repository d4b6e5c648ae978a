import type { LogState } from '../worker/api.ts';
import { outcomeOf, signalName, type Outcome } from './outcome.ts';

const NUMBER = new Intl.NumberFormat('en');

/** A number with thousands separators. */
export function count(value: number): string {
  return NUMBER.format(value);
}

/** Every text that the first load shows; `tools/strings.ts` has those of the reader's tools, which load later. */
export const STRINGS = {
  lines: (lines: number): string => `${count(lines)} ${lines === 1 ? 'line' : 'lines'}`,

  errors: (errors: number): string => `${count(errors)} ${errors === 1 ? 'error' : 'errors'}`,

  region: (title: string): string => (title === '' ? 'Log' : `Log ${title}`),
  viewport: 'Log lines',
  isError: 'error',
  isWarning: 'warning',
  /** What the viewport is, once it has a current line. */
  log: 'log',
  /** The name of a line; `level` if it is a warning or worse. */
  line: (line: number, level: string | undefined): string => `Line ${count(line)}${level === undefined ? '' : `, ${level}`}`,

  state: {
    connecting: 'Connecting',
    'catching-up': 'Catching up',
    live: 'Live',
    reconnecting: 'Reconnecting',
    offline: 'Offline',
    denied: 'No access',
    error: "Couldn't load",
  } satisfies Record<Exclude<LogState, 'ended'>, string>,
  /** The state of a complete log. */
  outcomes: {
    succeeded: 'Succeeded',
    failed: 'Failed',
    stopped: 'Stopped',
    killed: 'Killed',
    ended: 'Ended',
  } satisfies Record<Outcome, string>,
  percent: (label: string, part: number): string => `${label} ${Math.floor(part * 100)}%`,
  quiet: (ms: number): string => `last line ${age(ms)} ago`,

  noTopic: 'No log selected.',
  badTopic: "This log can't be opened.",
  /** For the page's developer, in the console. */
  setTopic: 'Set `topic` to a signed topic from your backend or from "log-stream sign".',
  noTools: "the toolbar couldn't be loaded. Reload the page.",
  notSigned: '`topic` is not a signed topic. Set it to one from your backend or from "log-stream sign".',

  waiting: 'Waiting for the first line…',
  empty: 'This log is empty.',
  /** How the log ended, by its exit code. */
  outcome: (code: number | undefined): string => {
    switch (outcomeOf(code)) {
      case 'failed':
        return `Failed with exit code ${code}`;
      case 'stopped':
        return `Stopped (exit code ${code})`;
      case 'killed':
        return `Killed by ${signalName(code)} (exit code ${code})`;
      case 'succeeded':
        return STRINGS.outcomes.succeeded;
      default:
        return 'Log ended';
    }
  },
  ended: (code: number | undefined, lines: number, ms: number | undefined): string =>
    `${STRINGS.outcome(code)} · ${STRINGS.lines(lines)}${ms === undefined ? '' : ` · ${duration(ms)}`}`,
  truncated: (lines: number): string => (lines === 1 ? 'Line 1 is no longer kept.' : `Lines 1–${count(lines)} are no longer kept.`),
  /** `unavailable`: the server answered without these lines. */
  missing: (from: number, to: number, unavailable: boolean): string => {
    const one = from === to;
    const what = one ? `Line ${count(from)}` : `Lines ${count(from)}–${count(to)}`;
    return `${what} ${unavailable ? `${one ? 'is' : 'are'} missing from the server` : "couldn't be loaded"}`;
  },
  lost: 'Connection lost.',
  unreachable: "Can't reach the server.",
  retrying: (why: string, seconds: number): string => `${why} ${seconds > 0 ? `Retrying in ${seconds}s` : 'Reconnecting…'}`,
  offline: 'Offline. Waiting for the network.',
  denied: "You don't have access to this log.",
  error: "This log couldn't be loaded.",
  retry: 'Retry',
  retryNow: 'Retry now',
  printed: (from: number, to: number, first: number, last: number): string | undefined =>
    from <= first && to >= last ? undefined : `Lines ${count(from)}–${count(to)} of ${count(last)}. Download the log for the rest.`,
  more: (characters: number): string => `+${count(characters)} characters`,
  updates: (updates: number, shown: boolean): string =>
    `${count(updates)} ${updates === 1 ? 'update' : 'updates'}${shown ? '' : ' hidden'}`,
  /** Before an error or a warning, for screen readers. */
  errorRow: 'Error, ',
  warningRow: 'Warning, ',
  /** Stack frames that are folded, or shown after they were. */
  frames: (frames: number, shown: boolean): string => `${shown ? '' : '+'}${count(frames)} stack ${frames === 1 ? 'frame' : 'frames'}`,
  /** How often a line was repeated in a row. */
  times: (times: number): string => `× ${count(times)}`,
  show: 'Show',
  hide: 'Hide',
  expand: 'Expand',
  collapse: 'Collapse',
  copyLine: 'Copy line',
  hiddenText: 'Hidden text',
} as const;

/** `<1s`, `2.1s`, `42s`, `3m 12s`, `2h 05m`. */
export function duration(ms: number): string {
  if (ms < 1_000) return '<1s';
  const tenths = Math.round(ms / 100);
  if (tenths < 100) return `${(tenths / 10).toFixed(1)}s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${two(seconds % 60)}s`;
  return `${Math.floor(minutes / 60)}h ${two(minutes % 60)}m`;
}

/** How long ago something was, in whole seconds; it never runs ahead of the clock. */
export function age(ms: number): string {
  return duration(Math.floor(ms / 1_000) * 1_000);
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
