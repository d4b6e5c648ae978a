import type { LogState, Range } from '../../worker/api.ts';
import { isNoteworthy } from '../outcome.ts';
import type { Strings } from '../strings.ts';
import type { Formats } from '../words/formats.ts';

/** Every text of the reader's tools, in English; `strings` are those of the first load. */
export const englishTools = ({ count, decimal, percent, plural }: Formats, strings: Strings) => ({
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
  size: 'Text size',
  sizes: { compact: 'Compact', normal: 'Normal', large: 'Large' },
  copy: 'Copy selection or line (c)',
  copied: (lines: number): string => `Copied ${strings.lines(lines)}`,
  copying: (lines: number, all: number): string => `Copying ${count(lines)} of ${strings.lines(all)}`,
  copyFailed: 'Your browser blocked copying.',
  copyTooLong: 'Too large to copy (over 10 MB). Download it instead.',
  copyNeedsHttps: 'Copying this much needs HTTPS. Download it instead.',
  copiedLink: 'Link copied',
  copiedLinkTo: ({ from, to }: Range): string =>
    `Link to ${from === to ? `line ${count(from)}` : `lines ${count(from)}–${count(to)}`} copied`,
  copyLink: 'Copy link (y)',
  copyMarkdown: 'Copy as Markdown',
  /** Title of a copied part of a log. */
  excerpt: (title: string, { from, to }: Range): string =>
    `${title === '' ? 'Log' : title}, ${from === to ? `line ${count(from)}` : `lines ${count(from)}–${count(to)}`}`,
  download: 'Download raw log',
  downloadInstead: 'Download',
  downloadWaits: 'Waiting for another download or stream to finish…',
  downloading: (bytes: number): string => `Downloading… ${decimal(bytes / 1_048_576)} MB`,
  downloadFailed: 'Download failed.',
  downloadRefused: (status: number): string => `Download failed (HTTP ${status}).`,
  downloadBroke: 'The download was interrupted. Try again.',
  downloadGone: "These lines are no longer kept, so they can't be downloaded.",
  cancel: 'Cancel',
  selected: ({ from, to }: Range): string => (from === to ? `Line ${count(from)} selected` : `Lines ${count(from)}–${count(to)} selected`),
  notYet: (line: number, lines: number): string => `Line ${count(line)} doesn't exist yet (${strings.lines(lines)} so far)`,
  notKept: (line: number): string => `Line ${count(line)} is no longer kept`,
  nothingSelected: 'Nothing selected',
  howToSelect: 'Nothing selected. Select text, click a line number, go to a line with the arrow keys, or press Ctrl+A for all lines.',
  noLines: 'No lines yet.',

  find: 'Find (/)',
  error: 'Next error (e)',
  warning: 'Next warning (x)',
  nextError: 'Next error',
  levels: {
    menu: 'Levels',
    item: 'Filter by level…',
    all: 'All lines',
    info: 'Info and above',
    warnings: 'Warnings and above',
    errors: 'Errors only',
    entries: (entries: number): string => count(entries),
  },
  /** The fields of structured lines. */
  fields: {
    toggle: 'Fields',
    of: (line: number): string => `Fields of line ${count(line)}`,
    opened: (fields: number): string => `${count(fields)} ${plural(fields, { one: 'field', other: 'fields' })}`,
    copy: (name: string): string => `Copy ${name}`,
    copied: (name: string): string => `Copied ${name}`,
    filter: (name: string): string => `Show only lines with this ${name}`,
    /** Lines of a value that are not shown. */
    moreLines: (lines: number): string => `+${strings.lines(lines)}`,
    cutFields: (fields: number): string => `Only the first ${count(fields)} fields are shown.`,
    cutText: (kibibytes: number): string => `Only the first ${count(kibibytes)} KiB of this line were read.`,
  },
  atMost: (entries: number): string => (entries > 9_999 ? `${count(9_999)}+` : count(entries)),
  orMore: (entries: number): string => `${count(Math.min(entries, 9_999))}+`,
  atLeast: (entries: string): string => `At least ${entries}`,
  countEntries: 'Count errors and warnings',
  countingEntries: (lines: number, all: number): string => `Reading… ${count(lines)} of ${strings.lines(all)}`,
  countedEntries: (errors: string, warnings: string): string => `${errors}, ${warnings}`,
  countedInPart: (lines: number): string => `Only ${strings.lines(lines)} could be read`,
  finding: {
    error: {
      count: (errors: number): string => strings.errors(errors),
      searching: (lines: number): string => `Searching for errors… ${strings.lines(lines)} checked`,
      at: (line: number, text: string): string => `Line ${count(line)}, error: ${text}`,
      none: (lines: number): string => `No errors in ${strings.lines(lines)}`,
    },
    warning: {
      count: (warnings: number): string => `${count(warnings)} ${plural(warnings, { one: 'warning', other: 'warnings' })}`,
      searching: (lines: number): string => `Searching for warnings… ${strings.lines(lines)} checked`,
      at: (line: number, text: string): string => `Line ${count(line)}, warning: ${text}`,
      none: (lines: number): string => `No warnings in ${strings.lines(lines)}`,
    },
  },
  goToNext: (what: string): string => `${what}. Go to the next one`,
  errorWrapped: (backwards: boolean): string => (backwards ? 'Continued from the end' : 'Continued from the start'),
  keepSearching: 'Keep searching',
  goTo: 'Go to line or time',
  goToItem: 'Go to line or time… (l)',
  goToExamples: '412, 12:04, 15m ago',
  go: 'Go',
  close: 'Close',
  notATarget: 'Not a line or a time. Try 412, 12:04, 15m or 2026-11-29T17:00:00Z.',
  seekingTime: 'Looking for that time…',
  seekFailed: "That time couldn't be looked up. Try again.",
  allOlder: (date: Date): string => `All lines are older than ${strings.date(date, { dateStyle: 'medium', timeStyle: 'medium' })}`,
  tellMe: 'Tell me when it ends or fails',
  willTell: "You'll be told when the log ends or fails",
  willMark: "This page's title will show when the log ends or fails. Your browser blocks notifications.",
  tellNothing: "You won't be told when the log ends or fails",
  firstError: 'An error was written.',
  help: 'Keyboard shortcuts',
  helpItem: 'Keyboard shortcuts (?)',
  /** What each key does: the same sentences as in the manual, without markup. */
  keys: {
    'line-up': 'Goes to the line above.',
    'line-down': 'Goes to the line below.',
    'page-up': 'Goes up one page.',
    'page-down': 'Goes down one page.',
    start: 'Jumps to the start.',
    end: 'Jumps to the end and follows new lines.',
    left: 'Closes the group that the current line begins, else scrolls left.',
    right: 'Opens the group that the current line begins, else moves the focus to the open fields of the current line, else scrolls right.',
    follow: 'Follows new lines, or stops following.',
    wrap: 'Wraps long lines, or stops wrapping.',
    time: 'Shows the next kind of timestamp.',
    raw: 'Shows structured lines raw, or with all but their message muted.',
    'go-to': 'Asks for a line or a time to go to.',
    copy: 'Copies the selection, else the current line.',
    'copy-link': 'Copies a link to the selected lines, else to the current line, else to the first one on screen.',
    error: 'Jumps to the next error.',
    'previous-error': 'Jumps to the previous error.',
    warning: 'Jumps to the next warning.',
    'previous-warning': 'Jumps to the previous warning.',
    find: "Opens the search; in its field, Ctrl+F is the browser's.",
    'next-match': 'Goes to the next match.',
    'previous-match': 'Goes to the previous match.',
    'close-groups': 'Closes all groups.',
    'open-groups': 'Opens all groups.',
    help: 'Shows all keys.',
    'select-all': 'Selects all lines.',
    enter:
      'Among filtered lines it shows all, with the current one in its place. Else it expands or collapses the current line, or opens its fields, or follows its link. Without any of these it moves the focus to the first link or button on screen; arrow keys go on to the others, Escape back to the log.',
    escape:
      'Cancels what is running, else closes the search, else the fields of the current line, else clears the selection, else moves the focus to the toolbar.',
  },
  /** Keys by the name they have in events, as they are printed on a keyboard. */
  keyNames: {
    ArrowUp: '↑',
    ArrowDown: '↓',
    ArrowLeft: '←',
    ArrowRight: '→',
    PageUp: 'Page Up',
    PageDown: 'Page Down',
    Escape: 'Esc',
    Home: 'Home',
    End: 'End',
    Enter: 'Enter',
    Space: 'Space',
    Shift: 'Shift',
    Ctrl: 'Ctrl',
    Cmd: 'Cmd',
  } as Readonly<Record<string, string>>,
  start: 'Jump to start (Home)',
  end: 'Jump to end (End)',
  menu: 'More actions',
  newLines: (lines: number): string =>
    lines > 9_999 ? `${count(9_999)}+ new lines` : `${count(lines)} new ${plural(lines, { one: 'line', other: 'lines' })}`,
  newErrors: (errors: number): string => (errors > 9_999 ? `${count(9_999)}+ errors` : strings.errors(errors)),
  pill: (text: string): string => `${text}. Jump to end`,

  explanations: {
    connecting: 'Opening the log.',
    'catching-up': 'Connected. Loading lines…',
    live: 'Connected. Lines appear as they are written.',
    reconnecting: 'Connection lost. These lines stay, and missed lines are filled in when it returns.',
    offline: "You're offline. The log resumes when you're back online.",
    ended: 'The log is complete.',
    denied: strings.denied,
    error: strings.error,
  } satisfies Record<LogState, string>,
  quiet: (span: string): string => `No new lines for ${span}.`,
  overHttp: "Connected over HTTP because WebSockets don't get through. Lines appear as they are written.",
  toLoad: (lines: number): string => `${strings.lines(lines)} to load.`,
  exit: (code: number): string => `The log is complete (exit code ${code}).`,

  /** Where the reader is: `share` is that of the lines up to here, 0 to 1. */
  position: (line: number, time: string | undefined, share: number): string =>
    [`Line ${count(line)}`, time, percent(share)].filter(Boolean).join(' · '),
  /** A place on the ruler. */
  place: (line: number, time: string | undefined, errors: number): string =>
    [`Line ${count(line)}`, time, errors > 0 && strings.errors(errors)].filter(Boolean).join(' · '),

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
  announceEnd: (code: number | undefined, lines: number, errors: number): string => {
    const counts = `${strings.lines(lines)}${errors === 0 ? '' : `, ${strings.errors(errors)}`}`;
    return isNoteworthy(code) ? `${strings.outcome(code)}. ${counts}.` : `${strings.outcome(code)}, ${counts}`;
  },
  tooMuch: 'Too much output to read aloud. Go to the log to read it.',
});

export type ToolStrings = ReturnType<typeof englishTools>;

/** What is told to the page's developer, in the console or as the message of an error. */
export const TOPIC_ADVICE = {
  noRefresh:
    'The topic expired and no new one was supplied. Set refresh-url, or answer the log-stream-refresh event with detail.respondWith().',
  refreshOther: (what: string, channel: string): string => `${what} did not return a signed topic for ${channel}. Sign that channel again.`,
  refreshElsewhere: (endpoint: string): string =>
    `Not asking for a new topic: it would be sent to another origin, which only markup names. Add <link rel="log-stream" href="${endpoint}"> to the page's <head>, or set endpoint as a property.`,
  refreshRefused: (status: number): string => `refresh-url answered ${status}. It must answer 200 with a signed topic as text.`,
} as const;
