import type { Strings } from '../../strings.ts';
import { setStyle } from '../../util/set-style.ts';
import { GroupFacts, chevron, span } from './group-header.ts';
import type { OutlineGroup } from './group-outline.ts';

/** Height, px. */
export const STICKY_HEIGHT = 24;
/** Lower viewports have no room for it, px. */
export const STICKY_FROM = 240;

/** The header of the innermost open group whose own header is above the view, at the upper edge. Screen readers have the row itself. */
export class StickyHeader {
  readonly element = document.createElement('div');
  readonly #bar = document.createElement('div');
  readonly #number = span('num');
  readonly #title = button('sticky-title');
  readonly #facts: GroupFacts;
  #group: OutlineGroup | undefined;
  #isLive = false;

  constructor(strings: Strings, goTo: (line: number) => void, close: (line: number) => void) {
    this.#facts = new GroupFacts(strings);
    this.element.className = 'sticky-group';
    this.element.ariaHidden = 'true';
    this.element.hidden = true;
    this.#bar.className = 'sticky-bar';
    const fold = button('sticky-fold');
    fold.ariaExpanded = 'true';
    fold.append(chevron());
    fold.addEventListener('click', () => this.#group && close(this.#group.line));
    this.#title.addEventListener('click', () => this.#group && goTo(this.#group.line));
    this.#bar.append(this.#number, fold, this.#title, this.#facts.element);
    this.element.append(this.#bar);
  }

  /** The first line of the group that is shown. */
  get line(): number | undefined {
    return this.#group?.line;
  }

  /** Shows groups, the innermost first, moved up by `offset` px; none hides it. `now` is given while the log may grow, unix ms. */
  show(path: readonly OutlineGroup[], offset: number, now: number | undefined): void {
    const [group] = path;
    this.#group = group;
    this.element.hidden = group === undefined;
    if (group === undefined) return;
    const title = path
      .map(({ t }) => t)
      .toReversed()
      .join(' › ');
    if (this.#title.textContent !== title) this.#title.textContent = title;
    this.#number.dataset['n'] = String(group.line);
    setStyle(this.#bar, 'transform', `translateY(${offset}px)`);
    this.#isLive = now !== undefined;
    this.#facts.update(group, undefined, now);
  }

  /** Updates the duration of a group that is not finished. @param now Unix ms. */
  tick(now: number): void {
    if (this.#group !== undefined && this.#isLive) this.#facts.update(this.#group, undefined, now);
  }
}

function button(className: string): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.className = className;
  element.tabIndex = -1;
  return element;
}
