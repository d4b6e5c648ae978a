import { address, readAddress } from './address.ts';
import type { Snapshot } from './api.ts';
import { CommandBox } from './command-box.ts';
import { h, icon, setText } from './dom.ts';
import { statusOfEntry, nameOf, type Entry } from './entry.ts';
import { Feed } from './feed.ts';
import type { GatedPage } from './gate.ts';
import { ICONS } from './icons.ts';
import { LogList } from './log-list.ts';
import { LogPane } from './log-pane.ts';
import { Stats } from './stats.ts';
import { addTip } from './tooltip.ts';

/** ms between redraws of what only the clock changes. */
const TICK = 1_000;
const MARKS = { running: '▶', ok: '✓', failed: '✗', stopped: '■', broken: '■', open: '●' } as const;

/** The page: the command box, the list of logs, and the log that was chosen. */
export class Console implements GatedPage {
  readonly element: HTMLElement;
  readonly #box: CommandBox;
  readonly #list: LogList;
  readonly #pane: LogPane;
  readonly #stats = new Stats();
  readonly #trouble = h('p', { class: 'trouble', role: 'status', hidden: '' });
  readonly #directory = h('span', { tabindex: '0' });
  readonly #empty = emptyState();
  readonly #body = h('div', { class: 'body' });
  #feed: Feed | undefined;
  #snapshot: Snapshot | undefined;
  #selected = readAddress(location.search).log;
  /** A log that was just begun and is not in the list yet. */
  #expected: string | undefined;

  constructor() {
    this.#list = new LogList((channel) => this.#select(channel));
    this.#box = new CommandBox({ history: () => this.#history(), onStarted: (channel) => this.#begun(channel) });
    this.#pane = new LogPane({ onStarted: (channel) => this.#begun(channel), onBack: () => this.#showList() });
    const brand = h(
      'a',
      { class: 'brand', href: '/' },
      h('img', { src: new URL('./icon.svg?no-inline', import.meta.url).href, alt: '', width: '24', height: '24' }),
      'log-stream',
    );
    const side = h('aside', {}, this.#list.element, h('footer', {}, icon(...ICONS.folder), this.#directory));
    this.#body.append(side, h('main', {}, this.#empty, this.#pane.element));
    this.element = h(
      'div',
      { class: 'console' },
      h('header', { class: 'top' }, brand, this.#box.element, this.#stats.element),
      this.#trouble,
      this.#body,
    );
    addTip(this.#directory, () => this.#snapshot?.directory);
    this.#pane.element.hidden = true;
    this.#empty.hidden = true;
    this.#body.dataset['view'] = 'log';
  }

  start(): void {
    this.#feed = new Feed({
      onList: (snapshot) => {
        this.#snapshot = snapshot;
        this.#draw();
      },
      onTrouble: (message) => {
        this.#trouble.hidden = message === undefined;
        setText(this.#trouble, message ?? '');
      },
    });
    addEventListener('popstate', () => {
      this.#selected = readAddress(location.search).log;
      this.#draw();
    });
    setInterval(() => {
      if (document.visibilityState === 'visible') this.#draw();
    }, TICK);
    // Without the client there are no counts; everything else works.
    this.#stats.start().catch(() => (this.#stats.element.hidden = true));
  }

  retryNow(): void {
    this.#feed?.retryNow();
    this.#pane.retryNow();
  }

  focus(): void {
    this.#box.focus();
  }

  #draw(): void {
    if (this.#snapshot === undefined) return;
    const { entries, runs, directory } = this.#snapshot;
    const now = Date.now();
    if (this.#expected !== undefined && entries.some(({ channel }) => channel === this.#expected)) this.#expected = undefined;
    const chosen = this.#chosen(entries);
    this.#box.runs = runs;
    setText(this.#directory, directory.split(/[\\/]/u).findLast((name) => name !== '') ?? directory);
    this.#list.show(entries, chosen?.channel, now);
    this.#empty.hidden = entries.length > 0;
    this.#pane.element.hidden = chosen === undefined;
    if (chosen !== undefined) this.#pane.show(chosen, runs, now);
    document.title = chosen === undefined ? 'log-stream' : `${MARKS[statusOfEntry(chosen)]} ${nameOf(chosen)} · log-stream`;
  }

  /** The log in the address, also one that nobody wrote to yet; else the newest job, else the newest log. */
  #chosen(entries: readonly Entry[]): Entry | undefined {
    const named = entries.find(({ channel }) => channel === this.#selected);
    if (named !== undefined) return named;
    if (this.#selected !== undefined) {
      // What was just begun is in the list in a moment, with its command.
      if (this.#selected === this.#expected) return undefined;
      return { channel: this.#selected, command: undefined, state: 'open', code: undefined, lines: 0, startedAt: undefined, changedAt: 0 };
    }
    const first = entries.find(({ command }) => command !== undefined) ?? entries[0];
    this.#selected = first?.channel;
    return first;
  }

  #select(channel: string): void {
    this.#selected = channel;
    this.#body.dataset['view'] = 'log';
    if (readAddress(location.search).log !== channel) history.pushState(null, '', address(channel));
    const hadFocus = this.#list.element.contains(document.activeElement);
    this.#draw();
    // Where there is room for one of both, the list has gone.
    if (hadFocus && !this.#list.element.checkVisibility()) this.#pane.focus();
  }

  #begun(channel: string): void {
    this.#expected = channel;
    this.#select(channel);
  }

  #showList(): void {
    this.#body.dataset['view'] = 'list';
    const { element } = this.#list;
    (element.querySelector<HTMLElement>('[aria-current]') ?? element.querySelector('a'))?.focus();
  }

  #history(): readonly string[] {
    return [...new Set((this.#snapshot?.entries ?? []).flatMap(({ command }) => command ?? []))];
  }
}

function emptyState(): HTMLElement {
  const example = 'npm test 2>&1 | npx log-stream append tests';
  return h(
    'div',
    { class: 'empty' },
    h('h1', {}, 'No logs yet'),
    h('p', {}, 'Run a command above, or write to a log from anywhere:'),
    h('pre', {}, h('code', {}, example)),
    h('p', { class: 'hint' }, 'Output appears here as it is written.'),
  );
}
