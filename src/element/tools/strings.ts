import type { LogState, Range } from '../../worker/api.ts';
import { STRINGS, count } from '../strings.ts';

/** The words of what is loaded later. */
export const WORDS = {
  toolbar: 'Log actions',
  followShort: 'Follow',
  follow: 'Follow new lines (f)',
  wrap: 'Wrap long lines (w)',
  time: {
    none: 'Times: none (t)',
    local: 'Times: local (t)',
    utc: 'Times: UTC (t)',
    elapsed: 'Times: since the start (t)',
    delta: 'Times: since the line before (t)',
  },
  copy: 'Copy lines (c)',
  copied: (lines: number): string => `Copied ${STRINGS.lines(lines)}`,
  copying: (lines: number, all: number): string => `Copying ${count(lines)} of ${STRINGS.lines(all)}`,
  copyFailed: 'The browser did not allow to copy.',
  copyTooLong: 'More than 10 MB cannot be copied; download it instead.',
  copyNeedsHttps: 'Browsers let a page copy this only over https; download it instead.',
  copiedLink: 'Copied the link',
  download: 'Download raw log',
  downloadInstead: 'Download',
  downloadWaits: 'Waiting for another download or a stream of this site to finish…',
  downloading: (bytes: number): string => `Downloading · ${(bytes / 1_048_576).toFixed(1)} MB`,
  downloadFailed: 'The download failed.',
  downloadRefused: (status: number): string => `The server answered ${status} to the download of this log.`,
  downloadBroke: 'The connection broke during the download. Try it again.',
  downloadGone: 'These lines were removed by retention; nothing is left of them to download.',
  cancel: 'Cancel',
  selected: ({ from, to }: Range): string =>
    from === to ? `Line ${count(from)} selected` : `Lines ${count(from)} to ${count(to)} selected`,
  nothingSelected: 'Nothing selected',

  error: 'Go to the next error (e)',
  lookingForError: (lines: number): string => `Looking for an error · ${STRINGS.lines(lines)}`,
  errorAt: (line: number, text: string): string => `Line ${count(line)}, error: ${text}`,
  errorWrapped: (backwards: boolean): string => (backwards ? 'Went on from the end' : 'Went on from the start'),
  noError: (lines: number): string => `No error found in ${STRINGS.lines(lines)}`,
  goOn: 'Go on',
  start: 'Go to the start (Home)',
  end: 'Go to the end (End)',
  menu: 'More actions',
  newLines: (lines: number): string => (lines > 9_999 ? '9,999+ new lines' : `${count(lines)} new ${lines === 1 ? 'line' : 'lines'}`),
  pill: (lines: number): string => `${WORDS.newLines(lines)}; go to the end`,

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
  quiet: (span: string): string => `Connected. No line for ${span}.`,
  behind: (lines: number): string => `Connected; ${STRINGS.lines(lines)} behind.`,
  exit: (code: number, signal: number): string =>
    `The log is complete; exit code ${code}${signal > 0 ? `: killed by signal ${signal}` : ''}.`,

  beganAnew: 'The log began anew.',
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

  noRefresh:
    'The topic expired and no new one was supplied. Set refresh-url, or answer the log-stream-refresh event with detail.respondWith().',
  refreshOther: (what: string, channel: string): string =>
    `${what} answered something else than a signed topic of ${channel}: sign that channel anew.`,
  refreshRefused: (status: number): string => `refresh-url answered ${status}: it must answer 200 with a signed topic as text.`,
} as const;
