import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { createRef, ref } from 'lit/directives/ref.js';
import { repeat } from 'lit/directives/repeat.js';
import { isComposed } from '../../element/util/keys.ts';
import { address } from './address.ts';
import { factsText, isRunning, nameOf, stateText, type Entry } from './entry.ts';
import { count } from './format.ts';
import { icon } from './icons.ts';
import { FILTERED_FROM, filterEntries, isIn, NO_FILTER, runNumbers, STATE_FILTERS, type ListFilter } from './list-filter.ts';
import { statusMark } from './status-mark.ts';
import { tip } from './tooltip.ts';

export interface LogListOptions {
  readonly onSelect: (channel: string) => void;
  readonly onRemove: (entry: Entry) => void;
  /** The last removal is to be undone. */
  readonly onUndo: () => void;
}

/** What is shown: the logs, as of a moment. */
interface Shown {
  readonly entries: readonly Entry[];
  readonly selected: string | undefined;
  readonly now: number;
  /** How many logs are listed, where there are or may be older ones; undefined if all are. */
  readonly limit: number | undefined;
}

/** The list of logs. A row keeps its element as long as its log is listed, so that focus and hover stay where they are. */
export class LogList {
  readonly element = document.createElement('nav');
  readonly #list = createRef<HTMLElement>();
  readonly #options: LogListOptions;
  readonly #input = createRef<HTMLInputElement>();
  #filter: ListFilter = NO_FILTER;
  /** The log that had the focus last: of all rows, only its row is a tab stop. */
  #focused: string | undefined;
  #shown: Shown = { entries: [], selected: undefined, now: 0, limit: undefined };

  constructor(options: LogListOptions) {
    this.#options = options;
    this.element.className = 'logs';
    this.element.ariaLabel = 'Logs';
    this.element.addEventListener('keydown', (event) => this.#undoKey(event));
    this.#render();
  }

  show(entries: readonly Entry[], selected: string | undefined, now: number, limit: number | undefined): void {
    this.#shown = { entries, selected, now, limit };
    this.#render();
  }

  /** A filter that is in use stays, however few logs there are. */
  get #isFiltered(): boolean {
    const { text, state } = this.#filter;
    return text !== '' || state !== NO_FILTER.state || this.#input.value?.matches(':focus') === true;
  }

  /** Focuses a listed log, whatever the filter is. */
  focus(channel: string): void {
    const entry = this.#shown.entries.find((listed) => listed.channel === channel);
    if (entry !== undefined && filterEntries([entry], this.#filter).length === 0) this.#setFilter(NO_FILTER);
    const at = filterEntries(this.#shown.entries, this.#filter).findIndex((listed) => listed.channel === channel);
    this.#list.value?.children[at]?.querySelector('a')?.focus();
  }

  #render(): void {
    const { entries, selected, now, limit } = this.#shown;
    const numbers = runNumbers(entries);
    const listed = filterEntries(entries, this.#filter);
    const rows = [...(this.#list.value?.children ?? [])];
    const { activeElement } = document;
    const focusedAt = rows.findIndex((row) => row.contains(activeElement));
    const hasFilter = entries.length >= FILTERED_FROM || this.#isFiltered;
    const stop = [this.#focused, selected].find((channel) => listed.some((entry) => entry.channel === channel)) ?? listed[0]?.channel;
    render(
      html`
        <h2>Logs<span class="total">${totalText(listed.length, entries.length)}</span></h2>
        ${hasFilter ? this.#filterBar(entries) : nothing}
        <ul
          ${ref(this.#list)}
          @keydown=${(event: KeyboardEvent) => this.#moveFocus(event)}
          @focusin=${(event: Event) => this.#focusMoved(event)}
        >
          ${repeat(
            listed,
            ({ channel }) => channel,
            (entry) => this.#row(entry, numbers.get(entry.channel), entry.channel === selected, entry.channel === stop, now),
          )}
        </ul>
        <div class="none">
          <p role="status">${entries.length > 0 && listed.length === 0 ? 'No logs match.' : nothing}</p>
          ${
            entries.length > 0 && listed.length === 0
              ? html`<button type="button" @click=${() => this.#clearFilter()}>Show all logs</button>`
              : nothing
          }
        </div>
        ${limit === undefined ? nothing : html`<p class="older">Only the newest ${count(limit)} logs are listed.</p>`}
      `,
      this.element,
    );
    if (focusedAt !== -1 && activeElement !== document.activeElement) this.#restoreFocus(activeElement, focusedAt);
  }

  #filterBar(entries: readonly Entry[]): TemplateResult {
    return html`<div class="filter">
      <input
        ${ref(this.#input)}
        type="search"
        aria-label="Filter logs"
        placeholder="Filter logs"
        autocomplete="off"
        spellcheck="false"
        .value=${this.#filter.text}
        @input=${({ currentTarget }: Event) => {
          if (currentTarget instanceof HTMLInputElement) this.#setFilter({ text: currentTarget.value });
        }}
      />
      <div class="states" role="group" aria-label="State">
        ${STATE_FILTERS.map(
          ({ state, label }) =>
            html`<button
              type="button"
              aria-pressed=${this.#filter.state === state ? 'true' : 'false'}
              @click=${() => this.#setFilter({ state })}
            >
              ${label} <span class="total">${count(entries.filter((entry) => isIn(entry, state)).length)}</span>
            </button>`,
        )}
      </div>
    </div>`;
  }

  #setFilter(change: Partial<ListFilter>): void {
    this.#filter = { ...this.#filter, ...change };
    this.#render();
  }

  #clearFilter(): void {
    this.#setFilter(NO_FILTER);
    this.#input.value?.focus();
  }

  #row(entry: Entry, number: string | undefined, isSelected: boolean, isStop: boolean, now: number): TemplateResult {
    const { channel, command } = entry;
    const tabIndex = isStop ? 0 : -1;
    // Without white space: the text of the link begins with the name.
    return html`<li data-channel=${channel}>
      <a
        tabindex=${tabIndex}
        href=${address(channel)}
        aria-current=${isSelected ? 'page' : nothing}
        @click=${(event: MouseEvent) => this.#clicked(event, channel)}
        ${tip(() => (command === undefined ? channel : `${command}\n${channel}`))}
        >${statusMark(entry)}<span class="name">${nameOf(entry)}</span
        >${number === undefined ? nothing : html`<span class="run-number">${number}</span>`}<span class="about"
          ><span class="state">${stateText(entry)}</span><span class="facts">${factsText(entry, now)}</span></span
        ></a
      ><button
        type="button"
        class="remove"
        tabindex=${tabIndex}
        aria-label=${`Remove ${nameOf(entry)}${number === undefined ? '' : ` ${number}`}`}
        ?hidden=${isRunning(entry)}
        @click=${() => this.#options.onRemove(entry)}
        ${tip(() => 'Remove')}
      >
        ${icon('cross')}
      </button>
    </li>`;
  }

  #clicked(event: MouseEvent, channel: string): void {
    // A click that asks for a new tab or window gets one.
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    this.#options.onSelect(channel);
  }

  /** A row that moved lost the focus; a row that is gone leaves it to the row in its place, or to the filter that admits no other. */
  #restoreFocus(focused: Element | null, at: number): void {
    const list = this.#list.value;
    const target = focused?.isConnected === true ? focused : (list?.children[at] ?? list?.lastElementChild)?.querySelector('a');
    if (target instanceof HTMLElement) target.focus();
    else this.#input.value?.focus();
  }

  #focusMoved({ target }: Event): void {
    const channel = target instanceof Element ? target.closest<HTMLElement>('li')?.dataset['channel'] : undefined;
    if (channel === undefined || channel === this.#focused) return;
    this.#focused = channel;
    this.#render();
  }

  #undoKey(event: KeyboardEvent): void {
    const { key, ctrlKey, metaKey, altKey, shiftKey, target } = event;
    if (key.toLowerCase() !== 'z' || ctrlKey === metaKey || altKey || shiftKey || target instanceof HTMLInputElement) return;
    event.preventDefault();
    this.#options.onUndo();
  }

  #moveFocus(event: KeyboardEvent): void {
    if (!(event.target instanceof Element) || event.altKey || event.ctrlKey || event.metaKey || isComposed(event)) return;
    if (event.target instanceof HTMLInputElement) return;
    const row = event.target.closest('li');
    if (event.key === 'Delete' && row !== null) {
      row.querySelector<HTMLElement>('.remove:not([hidden])')?.click();
      return;
    }
    const next = this.#neighbour(row, event.key);
    if (next === undefined || next === null) return;
    event.preventDefault();
    next.querySelector('a')?.focus();
  }

  #neighbour(row: Element | null, key: string): Element | null | undefined {
    switch (key) {
      case 'ArrowDown':
        return row?.nextElementSibling;
      case 'ArrowUp':
        return row?.previousElementSibling;
      case 'Home':
        return this.#list.value?.firstElementChild;
      case 'End':
        return this.#list.value?.lastElementChild;
      default:
        return undefined;
    }
  }
}

/** How many logs there are, and how many of them are shown. */
function totalText(listed: number, all: number): string {
  if (all === 0) return '';
  return listed === all ? count(all) : `${count(listed)} of ${count(all)}`;
}
