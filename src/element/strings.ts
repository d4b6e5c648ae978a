import type { LogState } from '../worker/api.ts';
import { outcomeOf, signalName, type Outcome } from './outcome.ts';
import { ENGLISH } from './words/english-formats.ts';
import type { Formats } from './words/formats.ts';

/** Words that others contain, so that a page replaces them once. */
interface Terms extends Pick<Formats, 'count' | 'duration'> {
  age(ms: number): string;
  lines(lines: number): string;
  errors(errors: number): string;
  outcome(code: number | undefined): string;
  problem(text: string): string;
}

/** Why an element shows no log, where its topic cannot be read: the `problem` of its status. */
export const BAD_TOPIC = "This log can't be opened.";

/** Every text that the first load shows, in English; `tools/strings.ts` has those of the reader's tools, which load later. */
export const englishStrings = ({ language, count, percent, plural, duration, date }: Formats, terms: Terms) => ({
  /** The language that the words are in, as a BCP 47 tag: screen readers choose their voice by it. */
  language,
  /** A whole number, how long something took, and a date or a time. */
  count,
  duration,
  date,
  /** How long ago something was, in whole seconds; it never runs ahead of the clock. */
  age: (ms: number): string => terms.duration(Math.floor(ms / 1_000) * 1_000),
  lines: (lines: number): string => `${count(lines)} ${plural(lines, { one: 'line', other: 'lines' })}`,

  errors: (errors: number): string => `${count(errors)} ${plural(errors, { one: 'error', other: 'errors' })}`,

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
  percent: (label: string, part: number): string => `${label} ${percent(part)}`,
  quiet: (ms: number): string => `last line ${terms.age(ms)} ago`,

  noTopic: 'No log selected.',
  badTopic: BAD_TOPIC,
  /** Why a log cannot be shown: given as the client or the server says it, in English. */
  problem: (text: string): string => text,

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
        return 'Succeeded';
      default:
        return 'Log ended';
    }
  },
  ended: (code: number | undefined, lines: number, ms: number | undefined): string =>
    [terms.outcome(code), terms.lines(lines), ms === undefined ? undefined : terms.duration(ms)].filter(Boolean).join(' · '),
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
  printed: (from: number, to: number, last: number): string =>
    `Lines ${count(from)}–${count(to)} of ${count(last)}. Download the log for the rest.`,
  more: (characters: number): string => `+${count(characters)} characters`,
  updates: (updates: number, shown: boolean): string =>
    `${count(updates)} ${plural(updates, { one: 'update', other: 'updates' })}${shown ? '' : ' hidden'}`,
  /** Before an error or a warning, for screen readers. */
  errorRow: 'Error, ',
  warningRow: 'Warning, ',
  /** Stack frames that are folded, or shown after they were. */
  frames: (frames: number, shown: boolean): string =>
    `${shown ? '' : '+'}${count(frames)} stack ${plural(frames, { one: 'frame', other: 'frames' })}`,
  /** How often a line was repeated in a row. */
  times: (times: number): string => `× ${count(times)}`,
  show: 'Show',
  hide: 'Hide',
  expand: 'Expand',
  collapse: 'Collapse',
  copyLine: 'Copy line',
  hiddenText: 'Hidden text',
});

export type Strings = ReturnType<typeof englishStrings>;

/** The English words, for what is no element. */
export const STRINGS: Strings = /* @__PURE__ */ englishStrings(ENGLISH, {
  count: (value) => STRINGS.count(value),
  duration: (ms) => STRINGS.duration(ms),
  age: (ms) => STRINGS.age(ms),
  lines: (lines) => STRINGS.lines(lines),
  errors: (errors) => STRINGS.errors(errors),
  outcome: (code) => STRINGS.outcome(code),
  problem: (text) => STRINGS.problem(text),
});

/** What is told to the page's developer in the console, who reads English. */
export const ADVICE = {
  setTopic: 'Set `topic` to a signed topic from your backend or from "log-stream sign".',
  noTools: "the toolbar couldn't be loaded. Reload the page.",
  notSigned: '`topic` is not a signed topic. Set it to one from your backend or from "log-stream sign".',
} as const;

/** Why a log cannot be shown, in the words of the element. */
export function problemOf(problem: string | undefined, strings: Strings): string | undefined {
  if (problem === undefined) return undefined;
  return problem === BAD_TOPIC ? strings.badTopic : strings.problem(problem);
}
