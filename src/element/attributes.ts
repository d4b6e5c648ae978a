import type { LitElement } from 'lit';
import { reflectingElement, type AttributeValues } from './reflecting-element.ts';
import { TIME_MODES, type TimeMode } from './util/time.ts';
import type { FollowMode } from './viewport/input/follow.ts';

export { isSetByCode } from './reflecting-element.ts';

export type OnOff = 'on' | 'off';
export type Theme = 'auto' | 'light' | 'dark';
export type ToolbarMode = 'full' | 'compact' | 'none';
export type GroupsMode = 'auto' | 'open' | 'off';
export type NotifyMode = 'off' | 'end' | 'error' | 'all';
export type TextSize = 'normal' | 'compact' | 'large';
export type AnnounceMode = 'summary' | 'lines' | 'off';

/** The properties that reflect attributes. `npm run manifest` reads what they do from here. */
export interface LogStreamProperties {
  /** The signed topic of the log to show. */
  get topic(): string;
  set topic(value: string | null);

  /**
   * Base URL of the server. By default the `href` of `<link rel="log-stream">` in the page's `<head>`, else `/log-stream`.
   * Fresh topics for a server of another origin are requested only where that link names it, or where the page's code sets
   * the property.
   */
  get endpoint(): string;
  set endpoint(value: string | null);

  /**
   * URL of the worker script, if it is not beside the element's own. In a page that enforces Trusted Types, the attribute
   * counts only where `<link rel="log-stream-worker" href="…">` in the `<head>` names the same URL; the property always
   * counts.
   */
  get workerUrl(): string;
  set workerUrl(value: string | null);

  /**
   * URL that answers GET with a fresh signed topic as text, before the current one expires. Without it, the event
   * `log-stream-refresh` asks for one.
   */
  get refreshUrl(): string;
  set refreshUrl(value: string | null);

  /** Whether the view follows the end of the log. `auto` follows while the log grows, and starts at the top of a complete one. */
  get follow(): FollowMode;
  set follow(value: FollowMode | null);

  /**
   * Whether long lines wrap. The attribute wraps them, `wrap="off"` never does, and without it they wrap where the element is
   * narrower than 480 px. Matches as `:state(wraps)`.
   */
  get wrap(): boolean;
  set wrap(value: boolean | null);

  /** Whether lines are numbered. */
  get lineNumbers(): OnOff;
  set lineNumbers(value: OnOff | null);

  /**
   * Groups of lines, as CI commands mark them: `auto` closes finished ones without an error once the log has more than 500 lines and
   * three groups, and otherwise does as their author says; `open` leaves all open; `off` draws the markers as plain lines.
   */
  get groups(): GroupsMode;
  set groups(value: GroupsMode | null);

  /** The timestamps of lines: none, local time, UTC, time since the first line, or time since the previous line. */
  get time(): TimeMode;
  set time(value: TimeMode | null);

  /**
   * The size of the lines: 13 px in rows of 20, `compact` 12 in 18, `large` 15 in 24, or in proportion to `--ls-size` and `--ls-line`
   * where these are set.
   */
  get size(): TextSize;
  set size(value: TextSize | null);

  /** The colours. `auto` follows the `color-scheme` of the page. */
  get theme(): Theme;
  set theme(value: Theme | null);

  /** The title in the header and the name of the region for screen readers. By default the channel. */
  get label(): string;
  set label(value: string | null);

  /**
   * Whether `#L120-L140` in the page's address selects lines, `#t=2026-11-29T17:00:00Z` and `#error` go to a time and to the first
   * error, and selecting lines changes the address.
   */
  permalink: boolean;

  /** How screen readers announce new lines: by number, by their text, or not at all. */
  get announce(): AnnounceMode;
  set announce(value: AnnounceMode | null);

  /**
   * Address of a place in a file, as a template: `https://example.org/blob/main/{path}#L{line}`, also with `{column}`. With it
   * `src/main.ts:12:3` in a line becomes a link. Without it, or if it is none of http, https and mailto, only addresses are links.
   */
  get sourceUrl(): string;
  set sourceUrl(value: string | null);

  /**
   * Whether what the reader chooses is remembered for all logs of the origin: whether lines wrap, the timestamps, the size of the lines
   * and the levels shown. An attribute that the page sets counts more.
   */
  get remember(): OnOff;
  set remember(value: OnOff | null);

  /**
   * What readers are told while they are in another tab: that the log ended, that it first failed, or both. The title of the page gets a mark,
   * and if a reader allowed it in the menu, the browser shows a notification.
   */
  get notify(): NotifyMode;
  set notify(value: NotifyMode | null);

  /** Whether single characters act as keys. */
  get shortcuts(): OnOff;
  set shortcuts(value: OnOff | null);

  /** The toolbar: the buttons there is room for and a menu with all, a menu and the button to follow, or none. */
  get toolbar(): ToolbarMode;
  set toolbar(value: ToolbarMode | null);
}

export const TEXT_SIZES: readonly [TextSize, ...TextSize[]] = ['normal', 'compact', 'large'];

const ON_OFF: AttributeValues = ['on', 'off'];
const ATTRIBUTES: Readonly<Record<string, AttributeValues>> = {
  topic: 'text',
  endpoint: 'text',
  'worker-url': 'text',
  'refresh-url': 'text',
  follow: ['auto', 'on', 'off'],
  wrap: 'own',
  'line-numbers': ON_OFF,
  groups: ['auto', 'open', 'off'],
  time: TIME_MODES,
  size: TEXT_SIZES,
  theme: ['auto', 'light', 'dark'],
  label: 'text',
  permalink: 'flag',
  announce: ['summary', 'lines', 'off'],
  'source-url': 'text',
  remember: ON_OFF,
  notify: ['off', 'end', 'error', 'all'],
  shortcuts: ON_OFF,
  toolbar: ['full', 'compact', 'none'],
};

/** The base class of the element, with the attributes of `<log-stream>` as properties. */
export type LogStreamAttributes = LitElement & LogStreamProperties;
// TypeScript cannot see accessors that are defined in a loop. Mapping the type keeps the statics of LitElement.
export const LogStreamAttributes = reflectingElement(ATTRIBUTES) as unknown as Pick<typeof LitElement, keyof typeof LitElement> &
  (new () => LogStreamAttributes);
