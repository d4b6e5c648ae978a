import { isComposed } from '../../element/tools/keyboard/composing.ts';
import { address } from './address.ts';
import { h, setAttribute, setText } from './dom.ts';
import { factsText, nameOf, stateText, type Entry } from './entry.ts';
import { count } from './format.ts';
import { drawState } from './state-mark.ts';
import { addTip } from './tooltip.ts';

interface Row {
  readonly item: HTMLLIElement;
  readonly link: HTMLAnchorElement;
  readonly mark: HTMLElement;
  readonly name: HTMLElement;
  readonly state: HTMLElement;
  readonly facts: HTMLElement;
  tip: string;
}

/** The list of logs. Rows are kept as they change, so that focus and hover stay where they are. */
export class LogList {
  readonly element: HTMLElement;
  readonly #list = h('ul', {});
  readonly #total = h('span', { class: 'total' });
  readonly #rows = new Map<string, Row>();
  readonly #onSelect: (channel: string) => void;

  constructor(onSelect: (channel: string) => void) {
    this.#onSelect = onSelect;
    this.element = h('nav', { class: 'logs', 'aria-label': 'Logs' }, h('h2', {}, 'Logs', this.#total), this.#list);
    this.#list.addEventListener('keydown', (event) => this.#move(event));
  }

  show(entries: readonly Entry[], selected: string | undefined, now: number): void {
    const focused = this.#list.contains(document.activeElement) ? (document.activeElement ?? undefined) : undefined;
    const place = [...this.#list.children].findIndex((item) => item.contains(focused ?? null));
    const left = new Set(this.#rows.keys());
    entries.forEach((entry, at) => {
      left.delete(entry.channel);
      const row = this.#rows.get(entry.channel) ?? this.#add(entry.channel);
      if (this.#list.children[at] !== row.item) this.#list.insertBefore(row.item, this.#list.children[at] ?? null);
      draw(row, entry, now);
      setAttribute(row.link, 'aria-current', entry.channel === selected ? 'page' : undefined);
    });
    for (const channel of left) {
      this.#rows.get(channel)?.item.remove();
      this.#rows.delete(channel);
    }
    this.#keepFocus(focused, place);
    setText(this.#total, entries.length === 0 ? '' : count(entries.length));
  }

  /** A row that was moved loses the focus, and one that is gone leaves it to the one in its place. */
  #keepFocus(focused: Element | undefined, place: number): void {
    if (focused === undefined || document.activeElement === focused) return;
    const item = focused.isConnected ? focused : (this.#list.children[place] ?? this.#list.lastElementChild)?.querySelector('a');
    if (item instanceof HTMLElement) item.focus();
  }

  #add(channel: string): Row {
    const mark = h('span', { class: 'mark', 'aria-hidden': 'true' });
    const name = h('span', { class: 'name' });
    const state = h('span', { class: 'state' });
    const facts = h('span', { class: 'facts' });
    const link = h('a', { href: address(channel) }, mark, name, h('span', { class: 'about' }, state, facts));
    link.addEventListener('click', (event) => {
      // A click that asks for a new tab or window gets one.
      if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      this.#onSelect(channel);
    });
    const row: Row = { item: h('li', {}, link), link, mark, name, state, facts, tip: channel };
    addTip(link, () => row.tip);
    this.#rows.set(channel, row);
    return row;
  }

  #move(event: KeyboardEvent): void {
    if (!(event.target instanceof Element) || event.altKey || event.ctrlKey || event.metaKey || isComposed(event)) return;
    const item = event.target.closest('li');
    const next =
      event.key === 'ArrowDown'
        ? item?.nextElementSibling
        : event.key === 'ArrowUp'
          ? item?.previousElementSibling
          : event.key === 'Home'
            ? this.#list.firstElementChild
            : event.key === 'End'
              ? this.#list.lastElementChild
              : undefined;
    if (next === undefined || next === null) return;
    event.preventDefault();
    next.querySelector('a')?.focus();
  }
}

function draw(row: Row, entry: Entry, now: number): void {
  const { mark, name, state, facts } = row;
  row.tip = entry.command === undefined ? entry.channel : `${entry.command}\n${entry.channel}`;
  drawState(mark, entry);
  setText(name, nameOf(entry));
  setText(state, stateText(entry));
  setText(facts, factsText(entry, now));
}
