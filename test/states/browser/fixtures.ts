import type { LogStreamElement } from '../../../src/element/element.ts';
import type { LogStatus, Range } from '../../../src/worker/api.ts';
import type { MemoryLog } from '../../element/browser/support/memory-log.ts';
import { BUILD, CI, COLORS, FRAMES, JSON_LINES, LEVELS, REDRAWN, REPEATED, numbered } from './logs.ts';
import { appendLines } from './make-log.ts';
import type { ServedLog } from './memory-server.ts';
import { NOW } from './pins.ts';
import { choose, click, press, search, shadowAll, until } from './reader.ts';

/** A state that is shown, with what a reader can reach in it. */
export interface Shown {
  readonly element: LogStreamElement;
  readonly root: ShadowRoot;
  readonly log: MemoryLog;
}

/** One state or mode of the element. All but its name has a default: a live log without lines. */
export interface Fixture {
  /** Unique, in words. */
  readonly name: string;
  readonly lines?: readonly string[];
  /** What differs from a live log of these lines. */
  readonly status?: Partial<LogStatus>;
  readonly attributes?: Readonly<Record<string, string>>;
  /** The height of the element, px. @default 160 */
  readonly height?: number;
  /** Room below it for what is drawn over its edge, px. */
  readonly below?: number;
  readonly style?: string;
  readonly dir?: 'rtl';
  /** Lines that cannot be fetched. */
  readonly broken?: Range;
  /** No line arrives. */
  readonly isStalled?: boolean;
  /** How long ago the last line was written, ms. */
  readonly quietFor?: number;
  /** What the server of the log can do; by default all of it. */
  readonly server?: Omit<ServedLog, 'log'>;
  /** Puts a page's own content into the element. */
  readonly fill?: (element: LogStreamElement) => void;
  /** Selects what loads after the lines: the state is not complete without it. */
  readonly awaits?: string;
  /** What a reader does, or what happens, once the log is drawn. */
  readonly act?: (shown: Shown) => Promise<unknown> | void;
  /** The message that tells of what the reader did stays; else it is gone before the state is complete. */
  readonly isToastKept?: true;
  /** It needs the focus, or is over the page: in a screenshot it is shown by itself, after the others. */
  readonly alone?: true;
  /** It is shown by itself, with a coarse pointer. */
  readonly coarse?: true;
}

const FOLD = '[data-act="toggle"]';
const HOUR = 3_600_000;
const ended = (end?: number): Partial<LogStatus> => ({ state: 'ended', end });
const failed = ended(1);

/** Reads on above the end, while lines come. */
const readAbove = async ({ element, log }: Shown, ...texts: readonly string[]): Promise<void> => {
  element.goTo('start');
  await until(() => element.shadowRoot?.querySelector<HTMLElement>('.viewport')?.scrollTop === 0);
  appendLines(log, NOW, ...texts);
  await until(() => element.shadowRoot?.querySelector<HTMLElement>('.pill')?.hidden === false);
};

const closeGroups = async (shown: Shown): Promise<void> => {
  await until(() => shown.root.querySelector('.row.group') !== null);
  press(shown, '[');
};

/** Every state and mode. A new one is an entry here; then run `npm run screenshots -- --update`. */
export const STATES: readonly Fixture[] = [
  // How the log comes.
  { name: 'no topic', attributes: { topic: '' }, status: { state: 'connecting' } },
  { name: 'connecting', status: { state: 'connecting' } },
  { name: 'catching up', lines: numbered(1_200), status: { state: 'catching-up' }, isStalled: true },
  { name: 'live', lines: BUILD },
  { name: 'live and unfinished', lines: BUILD.slice(0, 3), status: { part: [NOW - 400, 'Downloading… 45%'] } },
  { name: 'live and quiet', lines: BUILD, quietFor: 2 * HOUR + 5 * 60_000 + 20_000 },
  { name: 'paused', lines: numbered(60), act: (shown) => readAbove(shown, ...numbered(214)) },
  { name: 'paused with errors', lines: numbered(60), act: (shown) => readAbove(shown, 'error: one', ...numbered(30), 'error: two') },
  { name: 'reconnecting', lines: BUILD, status: { state: 'reconnecting', retryAt: NOW + 3_000 } },
  { name: 'reconnecting without lines', height: 200, status: { state: 'reconnecting', retryAt: NOW + 3_000 } },
  { name: 'offline', lines: BUILD, status: { state: 'offline' } },
  { name: 'no access (403)', height: 200, status: { state: 'denied', problem: 'This log could not be loaded (403).' } },
  { name: 'no access to more lines', lines: BUILD, status: { state: 'denied' } },
  { name: 'not found (404)', height: 200, status: { state: 'error', problem: 'This log could not be loaded (404).' } },
  { name: 'not loaded further', lines: BUILD, status: { state: 'error', problem: 'The server answered 503. Try again in a while.' } },
  { name: 'empty and live' },
  { name: 'empty and ended', status: ended(0) },

  // What is not there.
  {
    name: 'gap',
    lines: numbered(40),
    status: { ...ended(0), missingOnServer: true, unavailable: [{ from: 34, to: 37 }] },
    broken: { from: 34, to: 37 },
  },
  { name: 'gap of a server that does not answer', lines: numbered(40), broken: { from: 34, to: 37 } },
  { name: 'trimmed', lines: BUILD.slice(0, 3), status: { first: 120_001 } },

  // How it ends.
  { name: 'succeeded', lines: BUILD, status: ended(0) },
  { name: 'failed', awaits: '.row.group', lines: CI, status: failed, height: 240 },
  { name: 'stopped', lines: BUILD, status: ended(143) },
  { name: 'killed', lines: BUILD, status: ended(137) },
  { name: 'ended', lines: BUILD, status: ended() },

  // Lines.
  { name: 'levels', lines: LEVELS, height: 280 },
  { name: 'levels of a server without marks', lines: LEVELS, height: 280, server: { marks: false } },
  { name: 'colours', lines: COLORS, height: 280 },
  { name: 'stack trace folded', lines: FRAMES, awaits: FOLD, height: 200 },
  { name: 'stack trace open', lines: FRAMES, height: 320, act: (shown) => click(shown, FOLD) },
  { name: 'repeats folded', lines: REPEATED, awaits: FOLD },
  { name: 'structured lines', lines: JSON_LINES },
  { name: 'structured lines raw', lines: JSON_LINES, act: (shown) => press(shown, 'r') },
  { name: 'redrawn lines folded', lines: REDRAWN, awaits: FOLD },
  { name: 'redrawn lines shown', lines: REDRAWN, height: 280, act: (shown) => click(shown, FOLD) },
  { name: 'hidden text', lines: ['plain', 'a\u001b[8msecret\u001b[0mb', 'zero\u200bwidth', 'overwritten\rkept       '] },
  {
    name: 'links',
    lines: ['see https://example.com/build/42', 'at src/pay.test.ts:88:19'],
    attributes: { 'source-url': 'https://example.com/{path}#L{line}' },
  },
  { name: 'long line', lines: ['short', 'x'.repeat(12_000), 'short'], height: 200 },
  { name: 'wrapped', lines: ['short', `${'many words '.repeat(40)}end`, 'short'], attributes: { wrap: '' }, height: 240 },
  {
    name: 'not wrapped, scrolled sideways',
    lines: ['short', `${'many words '.repeat(40)}end`, 'error: short'],
    attributes: { wrap: 'off', time: 'utc' },
    act({ root }) {
      root.querySelector('.viewport')!.scrollLeft = 120;
    },
  },
  { name: 'right to left text', lines: ['שלום (build) 1', 'plain'] },
  { name: 'seven digits', lines: numbered(3), status: { first: 7_340_010, ...ended(0) } },

  // Columns and modes.
  { name: 'times in UTC', lines: BUILD, attributes: { time: 'utc' } },
  { name: 'times since the start', lines: BUILD, attributes: { time: 'elapsed' } },
  { name: 'times since the line before', lines: BUILD, attributes: { time: 'delta' } },
  { name: 'no line numbers', lines: LEVELS.slice(0, 4), attributes: { 'line-numbers': 'off' } },
  { name: 'compact', lines: BUILD, style: '--ls-size: 12px; --ls-line: 18px' },
  { name: 'large', lines: BUILD, style: '--ls-size: 15px; --ls-line: 24px' },
  { name: 'toolbar compact', lines: BUILD, attributes: { toolbar: 'compact' } },
  { name: 'no toolbar', lines: BUILD, attributes: { toolbar: 'none' } },
  {
    name: 'slots',
    fill(element) {
      element.innerHTML =
        '<b slot="title">My build</b><button slot="actions">Stop</button><p slot="empty" style="margin: 0">Nothing yet.</p>';
    },
  },
  { name: 'page from right to left', awaits: '.row.group', lines: CI, status: failed, dir: 'rtl', height: 200 },

  // Groups.
  { name: 'groups open', awaits: '.row.group', lines: CI.slice(0, 12), height: 280 },
  { name: 'groups closed', lines: CI, status: failed, height: 200, act: closeGroups },
  {
    name: 'groups nested',
    awaits: '.row.group',
    lines: ['::group::Outer', 'a', '::group::Inner', 'b', 'error: c', '::endgroup::', '::endgroup::', 'd'],
    height: 240,
  },
  {
    name: 'group header at the upper edge',
    awaits: '.row.group',
    lines: ['::group::Outer', ...numbered(3), '::group::Inner', ...numbered(60), '::endgroup::', '::endgroup::'],
    height: 320,
    async act(shown) {
      shown.element.goTo(40);
      await until(() => shadowAll(shown.root, '.row').some((row) => row.dataset['line'] === '40'));
    },
  },
  { name: 'groups off', lines: CI.slice(0, 6), attributes: { groups: 'off' } },

  // Search.
  { name: 'find with hits', awaits: '.row.group', lines: CI, status: failed, height: 280, act: (shown) => search(shown, 'pay', 'of 13') },
  {
    name: 'find without hits',
    awaits: '.row.group',
    lines: CI,
    status: failed,
    height: 200,
    act: (shown) => search(shown, 'needle', 'No matches'),
  },
  {
    name: 'find under way',
    lines: numbered(1_204),
    height: 200,
    server: { searching: 'endless' },
    act: (shown) => search(shown, '7', '41%'),
  },
  {
    name: 'find too slow',
    lines: BUILD,
    height: 200,
    server: { searching: 'slow' },
    act: (shown) => search(shown, '(a+)+$', 'Too slow', { regex: true }),
  },
  { name: 'find refused', lines: BUILD, height: 200, act: (shown) => search(shown, '(', 'not a regular', { regex: true }) },
  {
    name: 'find without a search on the server',
    lines: BUILD,
    height: 200,
    server: { marks: false },
    act: (shown) => search(shown, 'ok', 'all 4'),
  },
  { name: 'find in the field', lines: BUILD, height: 200, alone: true, act: (shown) => press(shown, '/') },

  // Finding the way.
  { name: 'ruler', awaits: '.ruler', lines: [...numbered(200), ...LEVELS, ...numbered(300), ...CI], status: failed, height: 280 },
  { name: 'ruler with hits', awaits: '.ruler', lines: numbered(600), height: 280, act: (shown) => search(shown, '42', 'of 16') },
  { name: 'next error', awaits: '.row.group', lines: CI, status: failed, height: 280, act: ({ element }) => element.goTo('error') },
  { name: 'next warning', lines: LEVELS, height: 280, act: (shown) => press(shown, 'x') },
  { name: 'all selected', lines: LEVELS, height: 280, act: (shown) => press(shown, 'a', { ctrlKey: true }) },
  { name: 'current line', lines: LEVELS, height: 280, alone: true, act: (shown) => choose(shown, 'ArrowUp', 'ArrowUp') },
  { name: 'focus on the log', lines: numbered(60), height: 200, alone: true, act: (shown) => choose(shown, 'Home') },
  { name: 'focus on a control', lines: BUILD, alone: true, act: (shown) => choose(shown, 'Escape') },
  { name: 'go to', lines: numbered(60), height: 200, alone: true, act: (shown) => press(shown, 'l') },
  { name: 'help', lines: BUILD, height: 720, alone: true, act: (shown) => press(shown, '?') },
  { name: 'menu', lines: BUILD, below: 330, alone: true, act: (shown) => click(shown, '.more-actions') },
  { name: 'toast', lines: BUILD, alone: true, isToastKept: true, act: (shown) => press(shown, 'y') },

  // Another pointer.
  { name: 'coarse pointer', awaits: '.row.group', lines: CI, status: failed, height: 280, coarse: true },
  { name: 'coarse pointer, groups closed', lines: CI, status: failed, height: 280, coarse: true, act: closeGroups },
  { name: 'coarse pointer, find', lines: BUILD, height: 200, coarse: true, act: (shown) => search(shown, 'ok', 'all 4') },
  { name: 'coarse pointer, paused', lines: numbered(60), coarse: true, act: (shown) => readAbove(shown, 'error: one', ...numbered(30)) },
];
