import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { createRef, ref } from 'lit/directives/ref.js';
import { repeat } from 'lit/directives/repeat.js';
import { isComposed } from '../../element/util/keys.ts';
import { address } from './address.ts';
import { factsText, nameOf, stateText, type Entry } from './entry.ts';
import { count } from './format.ts';
import { statusMark } from './status-mark.ts';
import { tip } from './tooltip.ts';

/** The list of logs. A row keeps its element as long as its log is listed, so that focus and hover stay where they are. */
export class LogList {
  readonly element = document.createElement('nav');
  readonly #list = createRef<HTMLElement>();
  readonly #onSelect: (channel: string) => void;

  constructor(onSelect: (channel: string) => void) {
    this.#onSelect = onSelect;
    this.element.className = 'logs';
    this.element.ariaLabel = 'Logs';
    this.show([], undefined, 0);
  }

  show(entries: readonly Entry[], selected: string | undefined, now: number): void {
    const rows = [...(this.#list.value?.children ?? [])];
    const { activeElement } = document;
    const focusedAt = rows.findIndex((row) => row.contains(activeElement));
    render(
      html`
        <h2>Logs<span class="total">${entries.length === 0 ? nothing : count(entries.length)}</span></h2>
        <ul ${ref(this.#list)} @keydown=${(event: KeyboardEvent) => this.#moveFocus(event)}>
          ${repeat(
            entries,
            ({ channel }) => channel,
            (entry) => this.#row(entry, entry.channel === selected, now),
          )}
        </ul>
      `,
      this.element,
    );
    if (focusedAt !== -1 && activeElement !== document.activeElement) this.#restoreFocus(activeElement, focusedAt);
  }

  #row(entry: Entry, isSelected: boolean, now: number): TemplateResult {
    const { channel, command } = entry;
    // Without white space: the text of the link begins with the name.
    return html`<li>
      <a
        href=${address(channel)}
        aria-current=${isSelected ? 'page' : nothing}
        @click=${(event: MouseEvent) => this.#clicked(event, channel)}
        ${tip(() => (command === undefined ? channel : `${command}\n${channel}`))}
        >${statusMark(entry)}<span class="name">${nameOf(entry)}</span
        ><span class="about"><span class="state">${stateText(entry)}</span><span class="facts">${factsText(entry, now)}</span></span></a
      >
    </li>`;
  }

  #clicked(event: MouseEvent, channel: string): void {
    // A click that asks for a new tab or window gets one.
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    this.#onSelect(channel);
  }

  /** A row that moved lost the focus; a row that is gone leaves it to the row in its place. */
  #restoreFocus(focused: Element | null, at: number): void {
    const list = this.#list.value;
    const target = focused?.isConnected === true ? focused : (list?.children[at] ?? list?.lastElementChild)?.querySelector('a');
    if (target instanceof HTMLElement) target.focus();
  }

  #moveFocus(event: KeyboardEvent): void {
    if (!(event.target instanceof Element) || event.altKey || event.ctrlKey || event.metaKey || isComposed(event)) return;
    const next = this.#neighbour(event.target.closest('li'), event.key);
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
