import type { Strings } from '../../strings.ts';
import type { DrawContext } from '../lines/collapsed-range.ts';
import { formatTime } from '../../util/format-time.ts';
import type { OutlineGroup } from './group-outline.ts';

/** What a header shows besides its group. */
export interface HeaderState extends DrawContext {
  readonly isOpen: boolean;
  /** Lines in a closed group, its header included. */
  readonly lines: number;
  /** How many open groups it is in. */
  readonly indent: number;
  /** Px. */
  readonly height: number;
  /** Whether the log may still grow. */
  readonly isLive: boolean;
}

/** The header row of a group, with a button that closes and opens it. */
export class GroupHeader {
  readonly element = document.createElement('div');
  readonly #number = span('num');
  readonly #button = document.createElement('button');
  readonly #time = span('time');
  readonly #title = span('text');
  readonly #facts: GroupFacts;
  #group: OutlineGroup | undefined;
  #state: HeaderState | undefined;

  /** `toggle` is called with whether all groups beside it are meant, too. */
  constructor(strings: Strings, toggle: (all: boolean) => void) {
    this.#facts = new GroupFacts(strings);
    this.element.setAttribute('role', 'listitem');
    this.#number.setAttribute('part', 'number');
    this.#number.ariaHidden = 'true';
    this.#button.type = 'button';
    this.#button.className = 'group-toggle';
    // Tab leaves the log in one step; Enter in the log reaches what is on screen.
    this.#button.tabIndex = -1;
    this.#button.addEventListener('click', ({ altKey }) => toggle(altKey));
    this.#time.setAttribute('part', 'time');
    this.#title.setAttribute('part', 'text');
    this.#button.append(chevron(), this.#time, this.#title, this.#facts.element);
    this.element.append(this.#number, this.#button);
  }

  update(group: OutlineGroup, state: HeaderState): void {
    this.#group = group;
    this.#state = state;
    const { line, t, d, time } = group;
    const { isOpen, indent, height, selected, setSize } = state;
    const isSelected = selected !== undefined && line >= selected.from && line <= selected.to;
    const { element } = this;
    element.className = `row group in${indent}${isSelected ? ' selected' : ''}`;
    element.setAttribute('part', isSelected ? 'row group row-selected' : 'row group');
    element.dataset['line'] = this.#number.dataset['n'] = String(line);
    element.setAttribute('aria-posinset', String(line));
    element.setAttribute('aria-setsize', String(setSize));
    element.style.setProperty('height', `${height}px`);
    element.setAttribute('aria-level', String(d + 1));
    this.#button.ariaExpanded = String(isOpen);
    this.#time.hidden = state.time === 'none';
    this.#time.dataset['t'] = formatTime(state.time, time, state.startTime, undefined);
    if (this.#title.textContent !== t) this.#title.textContent = t;
    this.tick(Date.now());
  }

  /** Updates the duration of a group that is not finished. @param now Unix ms. */
  tick(now: number): void {
    if (this.#group === undefined || this.#state === undefined) return;
    const { isOpen, lines, isLive } = this.#state;
    const words = this.#facts.update(this.#group, isOpen ? undefined : lines, isLive ? now : undefined);
    this.#button.ariaLabel = [this.#group.t, ...words].join(', ');
  }
}

/** What is known of a group, at the right end of its header. It is not text, so that it is in no selection. */
export class GroupFacts {
  readonly element = span('facts');
  readonly #errors = span('errors');
  readonly #lines = span('lines');
  readonly #duration = span('duration');
  readonly #strings: Strings;

  constructor(strings: Strings) {
    this.#strings = strings;
    this.element.append(this.#errors, this.#lines, this.#duration);
  }

  /** Shows errors, lines where given, and how long the group took, or has taken until `now`. Returns them in words. */
  update(group: OutlineGroup, lines: number | undefined, now: number | undefined): string[] {
    const { error, time } = group;
    const { count, duration, errors } = this.#strings;
    const until = group.until ?? now;
    const took = until === undefined ? undefined : duration(Math.max(0, until - time));
    const counted = lines === undefined ? undefined : this.#strings.lines(lines);
    label(this.#errors, error > 0 ? `✕ ${count(error)}` : undefined);
    label(this.#lines, counted);
    label(this.#duration, took);
    return [error > 0 ? errors(error) : undefined, counted, took].filter((words) => words !== undefined);
  }
}

const SVG = 'http://www.w3.org/2000/svg';

/** A sign in the column of marks that says whether a group is open; styles turn it. */
export function chevron(): HTMLElement {
  const mark = span('mark');
  mark.ariaHidden = 'true';
  const icon = document.createElementNS(SVG, 'svg');
  icon.setAttribute('viewBox', '0 0 12 12');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', 'm4 2.5 3.5 3.5L4 9.5');
  icon.append(path);
  mark.append(icon);
  return mark;
}

export function span(className: string): HTMLSpanElement {
  const element = document.createElement('span');
  element.className = className;
  return element;
}

function label(element: HTMLElement, text: string | undefined): void {
  element.hidden = text === undefined;
  if (element.dataset['label'] !== (text ?? '')) element.dataset['label'] = text ?? '';
}
