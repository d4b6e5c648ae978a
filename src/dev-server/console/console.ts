import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { messageOf } from '../../protocol/message-of.ts';
import { address, readAddress } from './address.ts';
import { removeLog, type Snapshot } from './api.ts';
import { CommandBox } from './command-box.ts';
import { statusOfEntry, nameOf, unwrittenEntry, writeCommand, type Entry } from './entry.ts';
import { Feed } from './feed.ts';
import type { GatedPage } from './gate.ts';
import { icon } from './icons.ts';
import { runNumbers } from './list-filter.ts';
import { LogList } from './log-list.ts';
import { LogPane } from './log-pane.ts';
import { Removals } from './removals.ts';
import { Stats } from './stats.ts';
import { tip } from './tooltip.ts';

/** ms between redraws of what only the clock changes. */
const TICK = 1_000;
const TITLE_MARKS = { running: '▶', ok: '✓', failed: '✗', stopped: '■', interrupted: '■', active: '●', unwritten: '○' } as const;
const ICON = new URL('./icon.svg?no-inline', import.meta.url).href;

/** The page: the command box, the list of logs, and the chosen log. */
export class Console implements GatedPage {
  readonly element = document.createElement('div');
  readonly #box: CommandBox;
  readonly #list: LogList;
  readonly #pane: LogPane;
  readonly #stats = new Stats();
  readonly #removals = new Removals({
    remove: removeLog,
    onChange: () => this.#update(),
    onFailed: (entry, error) => {
      this.#failure = `Couldn't remove ${nameOf(entry)}: ${messageOf(error)}`;
      this.#update();
    },
  });
  #feed: Feed | undefined;
  #snapshot: Snapshot | undefined;
  /** Why a log could not be removed. */
  #failure: string | undefined;
  /** Why the list is not up to date. */
  #trouble: string | undefined;
  #selected = readAddress(location.search).log;
  /** A log that was just started and is not listed yet. */
  #expected: string | undefined;
  /** Shown where there is room for only one of both. */
  #view: 'log' | 'list' = 'log';

  constructor() {
    this.element.className = 'console';
    this.#list = new LogList({
      onSelect: (channel) => this.#select(channel),
      onRemove: (entry) => this.#remove(entry),
      onUndo: () => this.#undo(),
    });
    this.#box = new CommandBox({ history: () => this.#history(), onStarted: (channel) => this.#started(channel) });
    this.#pane = new LogPane({
      onStarted: (channel) => this.#started(channel),
      onBack: () => this.#showList(),
      onRemove: (entry) => this.#remove(entry),
    });
    this.#pane.element.hidden = true;
    this.#render();
  }

  start(): void {
    this.#feed = new Feed({
      onList: (snapshot) => {
        this.#snapshot = snapshot;
        this.#update();
      },
      onTrouble: (message) => {
        this.#trouble = message;
        this.#render();
      },
    });
    addEventListener('popstate', () => {
      this.#selected = readAddress(location.search).log;
      this.#update();
    });
    setInterval(() => {
      if (document.visibilityState === 'visible') this.#update();
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

  /** Shows the list as it is now, and the chosen log of it. */
  #update(): void {
    if (this.#snapshot === undefined) return;
    const { isRunAllowed, limit, entries: all } = this.#snapshot;
    this.#removals.gone(new Set(all.map(({ channel }) => channel)));
    const entries = this.#listed();
    const now = Date.now();
    if (this.#expected !== undefined && entries.some(({ channel }) => channel === this.#expected)) this.#expected = undefined;
    const chosen = this.#chosen(entries);
    this.#box.isRunAllowed = isRunAllowed;
    this.#list.show(entries, chosen?.channel, now, all.length >= limit ? limit : undefined);
    this.#pane.element.hidden = chosen === undefined;
    if (chosen !== undefined) this.#pane.show({ entry: chosen, runNumber: runNumbers(entries).get(chosen.channel), isRunAllowed });
    document.title = chosen === undefined ? 'log-stream' : `${TITLE_MARKS[statusOfEntry(chosen)]} ${nameOf(chosen)} · log-stream`;
    this.#render();
  }

  #render(): void {
    const { directory = '' } = this.#snapshot ?? {};
    const isEmpty = this.#snapshot !== undefined && this.#pane.element.hidden && this.#listed().length === 0;
    render(
      html`
        <p class="trouble" role="status" ?hidden=${this.#trouble === undefined}>${this.#trouble}</p>
        <div class="body" data-view=${isEmpty ? 'empty' : this.#view}>
          <aside>
            <header class="top">
              <a class="brand" href="/"><img src=${ICON} alt="" width="20" height="20" />log-stream</a>
              ${this.#box.element}
            </header>
            ${this.#list.element}
          </aside>
          ${this.#undoBar()}
          <footer>
            ${icon('folder')}<span class="directory" tabindex="0" ${tip(() => this.#snapshot?.directory)}>${baseName(directory)}</span>
            ${this.#stats.element}
          </footer>
          <main>${isEmpty ? emptyState() : nothing}${this.#pane.element}</main>
        </div>
      `,
      this.element,
    );
  }

  /** What was removed, and a way back. It stays while the pointer or the focus is on it. */
  #undoBar(): TemplateResult {
    const { undoable } = this.#removals;
    return html`<div
      class="undo"
      @pointerenter=${() => this.#removals.hold()}
      @pointerleave=${() => this.#removals.release()}
      @focusin=${() => this.#removals.hold()}
      @focusout=${() => this.#removals.release()}
    >
      <span role="status">${undoable === undefined ? (this.#failure ?? nothing) : `Removed ${nameOf(undoable)}`}</span
      ><button type="button" ?hidden=${undoable === undefined} @click=${() => this.#undo()}>Undo</button>
    </div>`;
  }

  /** The log in the address, even if nothing was written to it yet; else the newest job, else the newest log. */
  #chosen(entries: readonly Entry[]): Entry | undefined {
    const named = entries.find(({ channel }) => channel === this.#selected);
    if (named !== undefined) return named;
    if (this.#selected !== undefined) {
      // A job that was just started will be listed in a moment, with its command.
      if (this.#selected === this.#expected) return undefined;
      return unwrittenEntry(this.#selected);
    }
    const first = entries.find(({ command }) => command !== undefined) ?? entries[0];
    this.#selected = first?.channel;
    return first;
  }

  #select(channel: string): void {
    this.#selected = channel;
    this.#view = 'log';
    if (readAddress(location.search).log !== channel) history.pushState(null, '', address(channel));
    const hadFocus = this.#list.element.contains(document.activeElement);
    this.#update();
    // On a small screen the list is hidden now.
    if (hadFocus && !this.#list.element.checkVisibility()) this.#pane.focus();
  }

  /** The logs of the list, but for those that were removed. */
  #listed(): readonly Entry[] {
    return (this.#snapshot?.entries ?? []).filter(({ channel }) => !this.#removals.isHidden(channel));
  }

  /** Removes a log. If it was shown, the one after it is. */
  #remove(entry: Entry): void {
    const entries = this.#listed();
    const at = entries.findIndex(({ channel }) => channel === entry.channel);
    const next = entries[at + 1] ?? entries[at - 1];
    this.#failure = undefined;
    this.#removals.remove(entry);
    if (this.#selected !== entry.channel) return;
    if (next !== undefined) return this.#select(next.channel);
    this.#selected = undefined;
    history.pushState(null, '', '/');
    this.#update();
  }

  /** Lists the log again that was removed last; the focus moves there from the button, which goes. */
  #undo(): void {
    const channel = this.#removals.undoable?.channel;
    this.#removals.undo();
    if (channel !== undefined) this.#list.focus(channel);
  }

  #started(channel: string): void {
    this.#expected = channel;
    this.#select(channel);
  }

  #showList(): void {
    this.#view = 'list';
    this.#render();
    const { element } = this.#list;
    (element.querySelector<HTMLElement>('[aria-current]') ?? element.querySelector('a'))?.focus();
  }

  #history(): readonly string[] {
    return [...new Set((this.#snapshot?.entries ?? []).flatMap(({ command }) => command ?? []))];
  }
}

function emptyState(): TemplateResult {
  return html`
    <div class="empty">
      <h1>No logs yet</h1>
      <p>Run a command, or write to a log from anywhere:</p>
      <pre><code>${writeCommand('tests')}</code></pre>
      <p class="hint">Output appears here as it is written.</p>
    </div>
  `;
}

/** The last part of a path of any system. */
function baseName(path: string): string {
  return path.split(/[\\/]/u).findLast((name) => name !== '') ?? path;
}
