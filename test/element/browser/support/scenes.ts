import type { LogStatus } from '../../../../src/worker/api.ts';
import { frame, mount, press, rowsOnScreen, shadow, shadowAll, until, type Mounted } from './fixture.ts';
import { groupsOf, marked, serveGroups } from './groups-server.ts';
import { MemoryLog, START } from './memory-log.ts';

/** Something that an element shows, with the attributes that it is mounted with. */
export type Scene = (attributes: Readonly<Record<string, string>>) => Promise<Mounted>;

const NO_SERVER = { endpoint: '/no-server' };
const hasTools = ({ element }: Mounted): boolean => shadowAll(element, '.toolbar .icon').length > 0;

/** The log in a state, with some lines; or without, for a head of 0. */
const inState =
  (change: Partial<LogStatus>, head = 3): Scene =>
  async (attributes) => {
    const mounted = mount(new MemoryLog(), { ...NO_SERVER, ...attributes });
    mounted.log.live(head);
    if (head > 0) await until(() => rowsOnScreen(mounted.element).length > 0);
    mounted.log.set(change);
    await until(() => hasTools(mounted) && (mounted.element.state === change.state || change.state === undefined));
    return mounted;
  };

/** Lines, once a selector matches. */
const withLines =
  (lines: readonly string[], selector: string): Scene =>
  async (attributes) => {
    const log = new MemoryLog();
    log.append(...marked(lines));
    const mounted = mount(log, { follow: 'off', ...NO_SERVER, ...attributes });
    log.set({ state: 'ended', end: 0 });
    await until(() => hasTools(mounted) && shadowAll(mounted.element, selector).length > 0);
    return mounted;
  };

/** What a reader does in a live log. */
const after =
  (act: (mounted: Mounted) => void, isDone: (element: Element) => boolean, head = 500): Scene =>
  async (attributes) => {
    const mounted = mount(new MemoryLog(), { ...NO_SERVER, ...attributes });
    mounted.log.live(head);
    await until(() => hasTools(mounted) && rowsOnScreen(mounted.element).length > 0);
    act(mounted);
    await until(() => isDone(mounted.element));
    return mounted;
  };

const key =
  (name: string, init: KeyboardEventInit = {}) =>
  ({ scroller }: Mounted): void =>
    press(scroller, name, init);
const has =
  (selector: string) =>
  (element: Element): boolean =>
    shadowAll(element, selector).some((found) => !found.hidden && (found.textContent !== '' || found.getAttribute('aria-label') !== null));
const search = async (mounted: Mounted, query: string, regex = false): Promise<void> => void (await mounted.element.find(query, { regex }));

const type = (mounted: Mounted, text: string): void => {
  const field = shadow<HTMLInputElement>(mounted.element, '.go-to input');
  field.value = text;
  shadow<HTMLButtonElement>(mounted.element, '.go-to .button').click();
};

const TRACE = ['Error: boom', ...Array.from({ length: 9 }, (_, at) => `    at f${at} (src/a.js:${at}:1)`)];
const PROGRESS = Array.from({ length: 9 }, (_, at) => `${at === 0 ? '' : '\x1b[1A\x1b[2K'}Pulling ${at}`);

/** Every state, and every tool a reader can open; by name. */
export const SCENES: Readonly<Record<string, Scene>> = {
  connecting: async (attributes) => mount(new MemoryLog(), attributes),
  'no topic': async (attributes) => mount(new MemoryLog(), { ...attributes, topic: '' }),
  'bad topic': async (attributes) => {
    const mounted = mount(new MemoryLog(), { ...attributes, topic: 'nonsense' });
    await until(() => mounted.element.state === 'error' && hasTools(mounted));
    return mounted;
  },
  'catching up': async (attributes) => {
    const mounted = mount(new MemoryLog(), attributes);
    mounted.log.stalled = true;
    mounted.log.set({ state: 'catching-up', epoch: '1', head: 5_000 });
    await until(() => mounted.element.state === 'catching-up' && hasTools(mounted));
    return mounted;
  },
  live: inState({}),
  'live over HTTP': inState({ overHttp: true }),
  waiting: inState({}, 0),
  empty: inState({ state: 'ended' }, 0),
  reconnecting: inState({ state: 'reconnecting', retryAt: Date.now() + 600_000 }),
  offline: inState({ state: 'offline' }),
  denied: inState({ state: 'denied', problem: 'This topic has expired: sign it again.' }),
  'denied, without lines': inState({ state: 'denied' }, 0),
  error: inState({ state: 'error', problem: 'No log-stream server at https://logs.example/log-stream (HTTP 404).' }, 0),
  succeeded: inState({ state: 'ended', end: 0 }),
  failed: inState({ state: 'ended', end: 3 }),
  stopped: inState({ state: 'ended', end: 143 }),
  killed: inState({ state: 'ended', end: 137 }),
  ended: inState({ state: 'ended' }),
  'removed lines': inState({ first: 3 }, 5),
  'missing lines': async (attributes) => {
    const log = new MemoryLog();
    log.broken = { from: 3, to: 400 };
    const mounted = mount(log, { follow: 'off', ...attributes });
    log.live(1_000);
    await until(() => shadowAll(mounted.element, '.state.missing').length > 0 && hasTools(mounted));
    return mounted;
  },
  'folded updates': withLines(['before', ...PROGRESS, 'after'], '.fold .more'),
  'folded stack trace': withLines(['before', ...TRACE, 'after'], '.fold .more'),
  'repeated lines': withLines(['before', 'same', 'same', 'same', 'after'], '.fold .more'),
  'long line': withLines(['x'.repeat(20_000)], '.row .more'),
  'hidden text': withLines(['rm -rf /\rls      '], '.hides'),
  'errors and warnings': withLines(['ERROR: one', 'WARN: two', 'three'], '.row.error .level'),
  'current line': async (attributes) => {
    const mounted = await withLines(['ERROR: one', 'two'], '.row.error')(attributes);
    press(mounted.scroller, 'ArrowDown');
    await until(() => shadowAll(mounted.element, '[aria-roledescription]').length > 0);
    return mounted;
  },
  groups: async (attributes) => {
    const lines = marked(['::group::Build', 'one', 'ERROR: two', '::endgroup::', '::group::Test', 'three', '::endgroup::', 'done']);
    const server = serveGroups(() => groupsOf(lines, true));
    const log = new MemoryLog();
    log.append(...lines);
    const mounted = mount(log, { follow: 'off', ...attributes });
    log.set({ state: 'ended', end: 0 });
    await until(() => shadowAll(mounted.element, '.row.group').length > 0 && hasTools(mounted));
    server.restore();
    press(mounted.scroller, '[');
    await until(() => shadowAll(mounted.element, '.facts .lines:not([hidden])').length > 0);
    return mounted;
  },
  menu: after(({ element }) => shadow<HTMLButtonElement>(element, '.more-actions').click(), has('.menu .item')),
  help: after(key('?'), has('dialog dd')),
  'times on': inState({}),
  'go to': after((mounted) => {
    press(mounted.scroller, 'l');
    void until(() => shadowAll(mounted.element, '.go-to input').length > 0).then(() => type(mounted, 'nowhere'));
  }, has('#go-to-problem')),
  'a line to come': after((mounted) => {
    press(mounted.scroller, 'l');
    void until(() => shadowAll(mounted.element, '.go-to input').length > 0).then(() => type(mounted, '1,204'));
  }, has('.toast')),
  'nothing selected': after(key('c'), has('.toast')),
  'all selected': after(key('a', { ctrlKey: true }), has('.toast')),
  'no errors': after(key('e'), has('.toast')),
  'no warnings': after(key('x'), has('.toast')),
  'new lines': async (attributes) => {
    const mounted = await after(
      ({ scroller }) => press(scroller, 'Home'),
      () => true,
    )(attributes);
    await frame();
    mounted.log.append([START, 'ERROR: new', { l: 17 }], 'more');
    await until(() => shadowAll(mounted.element, '.pill:not([hidden])').length > 0);
    return mounted;
  },
  find: after((mounted) => void search(mounted, 'line 4'), has('.found')),
  'no match': after(
    (mounted) => void search(mounted, 'nowhere'),
    (element) => /500/u.test(shadow(element, '.found').textContent ?? ''),
  ),
  'bad pattern': after((mounted) => void search(mounted, '(', true), has('.found.problem')),
  'printed part': async (attributes) => {
    const mounted = await inState({}, 50_000)(attributes);
    return mounted;
  },
};
