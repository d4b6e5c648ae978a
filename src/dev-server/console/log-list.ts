import { isComposed } from '../../element/composing.ts';
import { address } from './address.ts';
import { h, setAttribute, setText } from './dom.ts';
import { factsText, nameOf, stateText, type Entry } from './entry.ts';
import { count } from './format.ts';
import { drawState } from './state-mark.ts';

interface Row {
  readonly item: HTMLLIElement;
  readonly link: HTMLAnchorElement;
  readonly mark: HTMLElement;
  readonly name: HTMLElement;
  readonly state: HTMLElement;
  readonly facts: HTMLElement;
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
    setText(this.#total, entries.length === 0 ? '' : count(entries.length));
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
    const row = { item: h('li', {}, link), link, mark, name, state, facts };
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

function draw({ link, mark, name, state, facts }: Row, entry: Entry, now: number): void {
  drawState(mark, entry);
  setText(name, nameOf(entry));
  setAttribute(link, 'title', entry.command === undefined ? entry.channel : `${entry.command}\n${entry.channel}`);
  setText(state, stateText(entry));
  setText(facts, factsText(entry, now));
}
