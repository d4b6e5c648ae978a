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
}

/** What is shown: the logs, as of a moment. */
interface Shown {
  readonly entries: readonly Entry[];
  readonly selected: string | undefined;
  readonly now: number;
}

/** The list of logs. A row keeps its element as long as its log is listed, so that focus and hover stay where they are. */
export class LogList {
  readonly element = document.createElement('nav');
  readonly #list = createRef<HTMLElement>();
  readonly #options: LogListOptions;
  #filter: ListFilter = NO_FILTER;
  #shown: Shown = { entries: [], selected: undefined, now: 0 };

  constructor(options: LogListOptions) {
    this.#options = options;
    this.element.className = 'logs';
    this.element.ariaLabel = 'Logs';
    this.#render();
  }

  show(entries: readonly Entry[], selected: string | undefined, now: number): void {
    this.#shown = { entries, selected, now };
    if (entries.length < FILTERED_FROM) this.#filter = NO_FILTER;
    this.#render();
  }

  /** Focuses a listed log. */
  focus(channel: string): void {
    const at = filterEntries(this.#shown.entries, this.#filter).findIndex((entry) => entry.channel === channel);
    this.#list.value?.children[at]?.querySelector('a')?.focus();
  }

  #render(): void {
    const { entries, selected, now } = this.#shown;
    const numbers = runNumbers(entries);
    const listed = filterEntries(entries, this.#filter);
    const rows = [...(this.#list.value?.children ?? [])];
    const { activeElement } = document;
    const focusedAt = rows.findIndex((row) => row.contains(activeElement));
    render(
      html`
        <h2>Logs<span class="total">${entries.length === 0 ? nothing : count(entries.length)}</span></h2>
        ${entries.length < FILTERED_FROM ? nothing : this.#filterBar(entries)}
        <ul ${ref(this.#list)} @keydown=${(event: KeyboardEvent) => this.#moveFocus(event)}>
          ${repeat(
            listed,
            ({ channel }) => channel,
            (entry) => this.#row(entry, numbers.get(entry.channel), entry.channel === selected, now),
          )}
        </ul>
        <p class="none" role="status">${entries.length > 0 && listed.length === 0 ? 'No logs match.' : nothing}</p>
      `,
      this.element,
    );
    if (focusedAt !== -1 && activeElement !== document.activeElement) this.#restoreFocus(activeElement, focusedAt);
  }

  #filterBar(entries: readonly Entry[]): TemplateResult {
    return html`<div class="filter">
      <input
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

  #row(entry: Entry, number: string | undefined, isSelected: boolean, now: number): TemplateResult {
    const { channel, command } = entry;
    // Without white space: the text of the link begins with the name.
    return html`<li>
      <a
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

  /** A row that moved lost the focus; a row that is gone leaves it to the row in its place. */
  #restoreFocus(focused: Element | null, at: number): void {
    const list = this.#list.value;
    const target = focused?.isConnected === true ? focused : (list?.children[at] ?? list?.lastElementChild)?.querySelector('a');
    if (target instanceof HTMLElement) target.focus();
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
