import type { LogState, Range } from '../../worker/api.ts';
import { isNoteworthy } from '../outcome.ts';
import { STRINGS, count } from '../strings.ts';

/** Every text of the reader's tools. */
export const TOOL_STRINGS = {
  toolbar: 'Log actions',
  followShort: 'Follow',
  follow: 'Follow new lines (f)',
  wrap: 'Wrap long lines (w)',
  time: {
    none: 'Timestamps: off (t)',
    local: 'Timestamps: local time (t)',
    utc: 'Timestamps: UTC (t)',
    elapsed: 'Timestamps: since start (t)',
    delta: 'Timestamps: since previous line (t)',
  },
  copy: 'Copy selection or line (c)',
  copied: (lines: number): string => `Copied ${STRINGS.lines(lines)}`,
  copying: (lines: number, all: number): string => `Copying ${count(lines)} of ${STRINGS.lines(all)}`,
  copyFailed: 'Your browser blocked copying.',
  copyTooLong: 'Too large to copy (over 10 MB). Download it instead.',
  copyNeedsHttps: 'Copying this much needs HTTPS. Download it instead.',
  copiedLink: 'Link copied',
  copiedLinkTo: ({ from, to }: Range): string =>
    `Link to ${from === to ? `line ${count(from)}` : `lines ${count(from)}–${count(to)}`} copied`,
  download: 'Download raw log',
  downloadInstead: 'Download',
  downloadWaits: 'Waiting for another download or stream to finish…',
  downloading: (bytes: number): string => `Downloading… ${(bytes / 1_048_576).toFixed(1)} MB`,
  downloadFailed: 'Download failed.',
  downloadRefused: (status: number): string => `Download failed (HTTP ${status}).`,
  downloadBroke: 'The download was interrupted. Try again.',
  downloadGone: "These lines are no longer kept, so they can't be downloaded.",
  cancel: 'Cancel',
  selected: ({ from, to }: Range): string => (from === to ? `Line ${count(from)} selected` : `Lines ${count(from)}–${count(to)} selected`),
  notYet: (line: number, lines: number): string => `Line ${count(line)} doesn't exist yet (${STRINGS.lines(lines)} so far)`,
  notKept: (line: number): string => `Line ${count(line)} is no longer kept`,
  nothingSelected: 'Nothing selected',
  howToSelect: 'Nothing selected. Select text, click a line number, go to a line with the arrow keys, or press Ctrl+A for all lines.',
  noLines: 'No lines yet.',

  error: 'Next error (e)',
  searching: (lines: number): string => `Searching for errors… ${STRINGS.lines(lines)} checked`,
  errorAt: (line: number, text: string): string => `Line ${count(line)}, error: ${text}`,
  errorWrapped: (backwards: boolean): string => (backwards ? 'Continued from the end' : 'Continued from the start'),
  noError: (lines: number): string => `No errors in ${STRINGS.lines(lines)}`,
  keepSearching: 'Keep searching',
  start: 'Jump to start (Home)',
  end: 'Jump to end (End)',
  menu: 'More actions',
  newLines: (lines: number): string => (lines > 9_999 ? '9,999+ new lines' : `${count(lines)} new ${lines === 1 ? 'line' : 'lines'}`),
  pill: (lines: number): string => `${TOOL_STRINGS.newLines(lines)}. Jump to end`,

  explanations: {
    connecting: 'Opening the log.',
    'catching-up': 'Connected. Loading lines…',
    live: 'Connected. Lines appear as they are written.',
    reconnecting: 'Connection lost. These lines stay, and missed lines are filled in when it returns.',
    offline: "You're offline. The log resumes when you're back online.",
    ended: 'The log is complete.',
    denied: STRINGS.denied,
    error: STRINGS.error,
  } satisfies Record<LogState, string>,
  quiet: (span: string): string => `No new lines for ${span}.`,
  overHttp: "Connected over HTTP because WebSockets don't get through. Lines appear as they are written.",
  toLoad: (lines: number): string => `${STRINGS.lines(lines)} to load.`,
  exit: (code: number): string => `The log is complete (exit code ${code}).`,

  restarted: 'The log was restarted.',
  announceState: {
    connecting: '',
    'catching-up': '',
    live: 'Live',
    reconnecting: 'Reconnecting',
    offline: 'Offline',
    ended: 'Log ended',
    denied: 'No access to this log',
    error: "This log couldn't be loaded",
  } satisfies Record<LogState, string>,
  announceEnd: (code: number | undefined, lines: number): string =>
    isNoteworthy(code) ? `${STRINGS.outcome(code)}. ${STRINGS.lines(lines)}.` : `${STRINGS.outcome(code)}, ${STRINGS.lines(lines)}`,
  tooMuch: 'Too much output to read aloud. Go to the log to read it.',

  noRefresh:
    'The topic expired and no new one was supplied. Set refresh-url, or answer the log-stream-refresh event with detail.respondWith().',
  refreshOther: (what: string, channel: string): string => `${what} did not return a signed topic for ${channel}. Sign that channel again.`,
  refreshElsewhere: (endpoint: string): string =>
    `Not asking for a new topic: it would be sent to another origin, which only markup names. Add <link rel="log-stream" href="${endpoint}"> to the page's <head>, or set endpoint as a property.`,
  refreshRefused: (status: number): string => `refresh-url answered ${status}. It must answer 200 with a signed topic as text.`,
} as const;
