import { h } from './dom.ts';

/** ms until the pointer must have rested; what has the focus says at once what it is. */
const DELAY = 300;
const GAP = 6;

/** Whom a tip belongs to; `undefined` when there is nothing to say at the moment. */
type Tip = () => string | undefined;

/**
 * Says more of what the pointer rests on or the keyboard has reached. Unlike a title it is there for both, stays while the pointer
 * is on it, and goes with Escape.
 */
class Tooltip {
  readonly #element = h('div', { class: 'tip', id: 'tip', role: 'tooltip', popover: 'manual' });
  readonly #tips = new WeakMap<Element, Tip>();
  #owner: HTMLElement | undefined;
  #timer: number | undefined;

  constructor() {
    document.addEventListener('pointerover', ({ target }) => this.#pointedAt(target));
    document.addEventListener('focusin', ({ target }) => {
      const owner = this.#ownerOf(target);
      if (owner?.matches(':focus-visible') === true) this.#show(owner);
    });
    document.addEventListener('focusout', () => this.#hide());
    document.addEventListener('pointerdown', () => this.#hide());
    document.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape') this.#hide();
    });
    document.addEventListener('scroll', () => this.#hide(), { capture: true, passive: true });
  }

  add(owner: HTMLElement, tip: Tip): void {
    this.#tips.set(owner, tip);
  }

  #pointedAt(target: EventTarget | null): void {
    if (target === this.#element) return;
    const owner = this.#ownerOf(target);
    if (owner === this.#owner && owner !== undefined) return;
    clearTimeout(this.#timer);
    // What the keyboard has reached keeps its tip until the focus moves on.
    if (this.#owner?.matches(':focus-visible') !== true) this.#hide();
    if (owner !== undefined) this.#timer = setTimeout(() => this.#show(owner), DELAY);
  }

  #ownerOf(target: EventTarget | null): HTMLElement | undefined {
    for (let element = target instanceof Element ? target : null; element !== null; element = element.parentElement) {
      if (this.#tips.has(element) && element instanceof HTMLElement) return element;
    }
    return undefined;
  }

  #show(owner: HTMLElement): void {
    const text = this.#tips.get(owner)?.();
    this.#hide();
    if (text === undefined || !owner.isConnected) return;
    this.#owner = owner;
    this.#element.textContent = text;
    document.body.append(this.#element);
    this.#element.showPopover();
    owner.setAttribute('aria-describedby', this.#element.id);
    const beside = owner.getBoundingClientRect();
    const { width, height } = this.#element.getBoundingClientRect();
    const below = beside.bottom + GAP + height <= innerHeight;
    this.#element.style.left = `${Math.max(GAP, Math.min(beside.left, innerWidth - width - GAP))}px`;
    this.#element.style.top = `${below ? beside.bottom + GAP : Math.max(GAP, beside.top - GAP - height)}px`;
  }

  #hide(): void {
    clearTimeout(this.#timer);
    this.#owner?.removeAttribute('aria-describedby');
    this.#owner = undefined;
    this.#element.remove();
  }
}

let tooltip: Tooltip | undefined;

/** Gives an element a tip, read each time it is shown. */
export function addTip(owner: HTMLElement, tip: Tip): void {
  tooltip ??= new Tooltip();
  tooltip.add(owner, tip);
}
