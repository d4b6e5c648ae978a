// Generated from the TSDoc in src/element: edit that, then run `npm run manifest`.

import type {
  LogStreamElement,
  LogStreamStateEvent,
  LogStreamEndEvent,
  LogStreamFollowEvent,
  LogStreamSelectEvent,
  LogStreamFindEvent,
  LogStreamRefreshEvent,
} from '../dist/lib/element/log-stream.js';

/** The properties of `<log-stream>` that a template sets. `null` removes the attribute. */
export interface LogStreamProps {
  /** The signed topic of the log to show. */
  topic?: string | null | undefined;
  /** Base URL of the server. By default the `href` of `<link rel="log-stream">` in the page's `<head>`, else `/log-stream`. Fresh topics for a server of another origin are requested only where that link names it, or where the page's code sets the property. */
  endpoint?: string | null | undefined;
  /** URL of the worker script, if it is not beside the element's own. In a page that enforces Trusted Types, the attribute counts only where `<link rel="log-stream-worker" href="…">` in the `<head>` names the same URL; the property always counts. */
  workerUrl?: string | null | undefined;
  /** URL that answers GET with a fresh signed topic as text, before the current one expires. Without it, the event `log-stream-refresh` asks for one. */
  refreshUrl?: string | null | undefined;
  /** Whether the view follows the end of the log. `auto` follows while the log grows, and starts at the top of a complete one. */
  follow?: 'auto' | 'on' | 'off' | null | undefined;
  /** Whether long lines wrap. The attribute wraps them, `wrap="off"` never does, and without it they wrap where the element is narrower than 480 px. Matches as `:state(wraps)`. */
  wrap?: boolean | null | undefined;
  /** Whether lines are numbered. */
  lineNumbers?: 'on' | 'off' | null | undefined;
  /** Groups of lines, as CI commands mark them: `auto` closes finished ones without an error once the log has more than 500 lines and three groups, and otherwise does as their author says; `open` leaves all open; `off` draws the markers as plain lines. */
  groups?: 'auto' | 'open' | 'off' | null | undefined;
  /** The timestamps of lines: none, local time, UTC, time since the first line, or time since the previous line. */
  time?: 'none' | 'local' | 'utc' | 'elapsed' | 'delta' | null | undefined;
  /** The size of the lines: 13 px in rows of 20, `compact` 12 in 18, `large` 15 in 24, or in proportion to `--ls-size` and `--ls-line` where these are set. */
  size?: 'normal' | 'compact' | 'large' | null | undefined;
  /** The colours. `auto` follows the `color-scheme` of the page. */
  theme?: 'auto' | 'light' | 'dark' | null | undefined;
  /** The title in the header and the name of the region for screen readers. By default the channel. */
  label?: string | null | undefined;
  /** Whether `#L120-L140` in the page's address selects lines, `#t=2026-11-29T17:00:00Z` and `#error` go to a time and to the first error, and selecting lines changes the address. */
  permalink?: boolean | null | undefined;
  /** How screen readers announce new lines: by number, by their text, or not at all. */
  announce?: 'summary' | 'lines' | 'off' | null | undefined;
  /** Address of a place in a file, as a template: `https://example.org/blob/main/{path}#L{line}`, also with `{column}`. With it `src/main.ts:12:3` in a line becomes a link. Without it, or if it is none of http, https and mailto, only addresses are links. */
  sourceUrl?: string | null | undefined;
  /** Whether what the reader chooses is remembered for all logs of the origin: whether lines wrap, the timestamps, the size of the lines and the levels shown. An attribute that the page sets counts more. */
  remember?: 'on' | 'off' | null | undefined;
  /** What readers are told while they are in another tab: that the log ended, that it first failed, or both. The title of the page gets a mark, and if a reader allowed it in the menu, the browser shows a notification. */
  notify?: 'off' | 'end' | 'error' | 'all' | null | undefined;
  /** Whether single characters act as keys. */
  shortcuts?: 'on' | 'off' | null | undefined;
  /** The toolbar: the buttons there is room for and a menu with all, a menu and the button to follow, or none. */
  toolbar?: 'full' | 'compact' | 'none' | null | undefined;
  /** Words in place of the element’s own, for this element alone. */
  strings?: LogStreamElement['strings'];
}

/** Attributes that are named otherwise than their properties. */
export interface LogStreamHyphenated {
  /** URL of the worker script, if it is not beside the element's own. In a page that enforces Trusted Types, the attribute counts only where `<link rel="log-stream-worker" href="…">` in the `<head>` names the same URL; the property always counts. */
  'worker-url'?: string | undefined;
  /** URL that answers GET with a fresh signed topic as text, before the current one expires. Without it, the event `log-stream-refresh` asks for one. */
  'refresh-url'?: string | undefined;
  /** Whether lines are numbered. */
  'line-numbers'?: 'on' | 'off' | undefined;
  /** Address of a place in a file, as a template: `https://example.org/blob/main/{path}#L{line}`, also with `{column}`. With it `src/main.ts:12:3` in a line becomes a link. Without it, or if it is none of http, https and mailto, only addresses are links. */
  'source-url'?: string | undefined;
}

/** The events of `<log-stream>`, by name. */
export interface LogStreamEvents {
  /** The state of the log changed. */
  'log-stream-state': LogStreamStateEvent;
  /** The log is complete. */
  'log-stream-end': LogStreamEndEvent;
  /** The view started or stopped following the end of the log. */
  'log-stream-follow': LogStreamFollowEvent;
  /** Lines were selected by number, or that selection was cleared. */
  'log-stream-select': LogStreamSelectEvent;
  /** A search began, found more, ended or was closed, or the reader went to another match. */
  'log-stream-find': LogStreamFindEvent;
  /** The signed topic is about to expire or was refused as expired, and there is no `refresh-url`. */
  'log-stream-refresh': LogStreamRefreshEvent;
}

/** The custom properties that style `<log-stream>`, on itself or on any ancestor. */
export interface LogStreamCssProperties {
  /** The height of the element. By default `auto`. */
  '--ls-height'?: string | number | undefined;
  /** The font family of the lines; by default the system's monospaced font. */
  '--ls-font'?: string | number | undefined;
  /** The font size of the lines. By default `13px`. */
  '--ls-size'?: string | number | undefined;
  /** The height of a row. By default `20px`. */
  '--ls-line'?: string | number | undefined;
  /** The background. On an opaque one, text outside the palette is adjusted until its contrast is 4.5 to 1. By default `light-dark(#ffffff, #0e1116)`. */
  '--ls-bg'?: string | number | undefined;
  /** The text. By default `light-dark(#1f2328, #e6edf3)`. */
  '--ls-fg'?: string | number | undefined;
  /** The background of the header and of buttons. By default `light-dark(#f6f8fa, #161b22)`. */
  '--ls-surface'?: string | number | undefined;
  /** The background of the row under the pointer. By default `light-dark(#ebeef2, #1e242c)`. */
  '--ls-hover'?: string | number | undefined;
  /** Secondary text: line numbers, timestamps, counts. By default `light-dark(#59636e, #8b949e)`. */
  '--ls-muted'?: string | number | undefined;
  /** Borders. By default `light-dark(#d1d9e0, #30363d)`. */
  '--ls-border'?: string | number | undefined;
  /** Borders of buttons, and the scrollbar. By default `light-dark(#818b98, #6e7681)`. */
  '--ls-edge'?: string | number | undefined;
  /** Progress, pressed buttons and the mark of selected lines. By default `light-dark(#0969da, #4493f8)`. */
  '--ls-accent'?: string | number | undefined;
  /** The focus ring. By default `light-dark(#0969da, #4493f8)`. */
  '--ls-focus'?: string | number | undefined;
  /** The button that jumps to new lines. By default `light-dark(#0969da, #1f6feb)`. */
  '--ls-pill'?: string | number | undefined;
  /** The background of selected lines. By default `light-dark(#ddf0ff, #132339)`. */
  '--ls-sel'?: string | number | undefined;
  /** The background of rows that are not lines. By default `light-dark(#f0f2f4, #1c2129)`. */
  '--ls-gap'?: string | number | undefined;
  /** The background of errors, and of a row that says the log failed. By default `light-dark(#fff0f0, #2a1618)`. */
  '--ls-err-bg'?: string | number | undefined;
  /** Errors. By default `light-dark(#d1242f, #f85149)`. */
  '--ls-err'?: string | number | undefined;
  /** The bar at the edge of errors. By default `--ls-err`. */
  '--ls-err-edge'?: string | number | undefined;
  /** The background of warnings. By default `light-dark(#fff8e1, #2b2210)`. */
  '--ls-warn-bg'?: string | number | undefined;
  /** Warnings; the log reconnects. By default `light-dark(#9a6700, #d29922)`. */
  '--ls-warn'?: string | number | undefined;
  /** The bar at the edge of warnings. By default `--ls-warn`. */
  '--ls-warn-edge'?: string | number | undefined;
  /** The log is live. By default `light-dark(#1a7f37, #3fb950)`. */
  '--ls-ok'?: string | number | undefined;
  /** The background of matches. By default `light-dark(#ffdf5d, #e3b341)`. */
  '--ls-match-bg'?: string | number | undefined;
  /** The text of matches. By default `light-dark(#1f2328, #0e1116)`. */
  '--ls-match-fg'?: string | number | undefined;
  /** The background of the match that the reader is at. By default `light-dark(#ffb454, #ff8c3a)`. */
  '--ls-match-current'?: string | number | undefined;
  /** ANSI colour 0. By default `light-dark(#1f2328, #8b949e)`. */
  '--ls-ansi-0'?: string | number | undefined;
  /** ANSI colour 1. By default `light-dark(#b3182a, #ff7b72)`. */
  '--ls-ansi-1'?: string | number | undefined;
  /** ANSI colour 2. By default `light-dark(#116329, #4ac26b)`. */
  '--ls-ansi-2'?: string | number | undefined;
  /** ANSI colour 3. By default `light-dark(#744500, #d9a020)`. */
  '--ls-ansi-3'?: string | number | undefined;
  /** ANSI colour 4. By default `light-dark(#0550ae, #6cb0ff)`. */
  '--ls-ansi-4'?: string | number | undefined;
  /** ANSI colour 5. By default `light-dark(#6e35b8, #c79bff)`. */
  '--ls-ansi-5'?: string | number | undefined;
  /** ANSI colour 6. By default `light-dark(#0a616a, #3fc8d4)`. */
  '--ls-ansi-6'?: string | number | undefined;
  /** ANSI colour 7. By default `light-dark(#57606a, #c9d1d9)`. */
  '--ls-ansi-7'?: string | number | undefined;
  /** ANSI colour 8. By default `light-dark(#59636e, #9aa4b0)`. */
  '--ls-ansi-8'?: string | number | undefined;
  /** ANSI colour 9. By default `light-dark(#c21c2c, #ffa198)`. */
  '--ls-ansi-9'?: string | number | undefined;
  /** ANSI colour 10. By default `light-dark(#176e35, #6bdc85)`. */
  '--ls-ansi-10'?: string | number | undefined;
  /** ANSI colour 11. By default `light-dark(#805200, #eac55f)`. */
  '--ls-ansi-11'?: string | number | undefined;
  /** ANSI colour 12. By default `light-dark(#0860c9, #96ccff)`. */
  '--ls-ansi-12'?: string | number | undefined;
  /** ANSI colour 13. By default `light-dark(#7843d4, #dcbcff)`. */
  '--ls-ansi-13'?: string | number | undefined;
  /** ANSI colour 14. By default `light-dark(#0f6f78, #6fdde6)`. */
  '--ls-ansi-14'?: string | number | undefined;
  /** ANSI colour 15. By default `light-dark(#606a74, #ffffff)`. */
  '--ls-ansi-15'?: string | number | undefined;
}

/**
 * What the `slot` attribute of a child of `<log-stream>` may name.
 *
 * - `title`: The title in the header, in place of `label` or the channel.
 * - `actions`: Controls of the page's own, at the end of the header.
 * - `empty`: What is shown in place of the lines while there are none.
 * - `error`: What is shown in place of the lines when the log can't be loaded.
 */
export type LogStreamSlot = 'title' | 'actions' | 'empty' | 'error';

/**
 * What `log-stream::part(…)` may name.
 *
 * - `base`: Everything inside the host.
 * - `header`: The header.
 * - `status`: The chip with the state of the log.
 * - `title`: The title.
 * - `counts`: The number of lines and the time they span.
 * - `toolbar`: The toolbar.
 * - `find`: The find bar.
 * - `viewport`: The scrolling log.
 * - `row`: A row with a line.
 * - `row-selected`: A row that is selected by number; it is a `row`, too.
 * - `number`: The line number.
 * - `time`: The timestamp.
 * - `text`: The text of a line.
 * - `group`: The header of a group of lines; it is a `row`, too.
 * - `fold`: The rows that remain of folded progress updates.
 * - `fields`: The fields of a structured line, below it.
 * - `state-row`: A row that is not a line, e.g. how the log ended.
 * - `notice`: What is shown in place of the lines.
 * - `pill`: The button that jumps to new lines.
 * - `toast`: A short message over the log.
 * - `ruler`: The strip beside the scrollbar that marks errors, warnings and density.
 */
export type LogStreamPart =
  | 'base'
  | 'header'
  | 'status'
  | 'title'
  | 'counts'
  | 'toolbar'
  | 'find'
  | 'viewport'
  | 'row'
  | 'row-selected'
  | 'number'
  | 'time'
  | 'text'
  | 'group'
  | 'fold'
  | 'fields'
  | 'state-row'
  | 'notice'
  | 'pill'
  | 'toast'
  | 'ruler';

/**
 * What `log-stream:state(…)` may name.
 *
 * - `connecting`: The log is being opened.
 * - `catching-up`: Connected; lines are loading.
 * - `live`: New lines appear as they are written.
 * - `reconnecting`: The connection is lost.
 * - `offline`: The device is offline.
 * - `ended`: The log is complete.
 * - `denied`: The server refused access.
 * - `error`: The log can't be loaded.
 * - `wraps`: Long lines wrap.
 */
export type LogStreamCustomState =
  'connecting' | 'catching-up' | 'live' | 'reconnecting' | 'offline' | 'ended' | 'denied' | 'error' | 'wraps';
