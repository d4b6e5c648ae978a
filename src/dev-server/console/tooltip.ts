import { noChange, type ElementPart } from 'lit/html.js';
import { Directive, directive, PartType, type PartInfo } from 'lit/directive.js';

/** ms that the pointer must rest on an element; the keyboard shows a tip at once. */
const DELAY = 300;
const GAP = 6;

/** The text of an element's tip; undefined while it needs none. */
type TipText = (element: Element) => string | undefined;

/**
 * Describes the element under the pointer or with the keyboard focus. Unlike a `title` it works for both, stays while the pointer
 * is on it, and closes with Escape.
 */
class Tooltip {
  readonly #element = document.createElement('div');
  readonly #tips = new WeakMap<Element, TipText>();
  #owner: HTMLElement | undefined;
  #timer: number | undefined;

  constructor() {
    this.#element.className = this.#element.id = 'tip';
    this.#element.role = 'tooltip';
    this.#element.popover = 'manual';
    document.addEventListener('pointerover', ({ target }) => this.#onPointer(target));
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

  add(owner: Element, text: TipText): void {
    this.#tips.set(owner, text);
  }

  #onPointer(target: EventTarget | null): void {
    if (target === this.#element) return;
    const owner = this.#ownerOf(target);
    if (owner === this.#owner && owner !== undefined) return;
    clearTimeout(this.#timer);
    // The tip of the element with the keyboard focus stays until the focus moves on.
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
    const text = this.#tips.get(owner)?.(owner);
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

class TipDirective extends Directive {
  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new Error('A tip belongs to an element.');
  }

  override render(_text: TipText): typeof noChange {
    return noChange;
  }

  override update({ element }: ElementPart, [text]: [TipText]): typeof noChange {
    tooltip ??= new Tooltip();
    tooltip.add(element, text);
    return this.render(text);
  }
}

/** Gives the element it stands in a tip, whose text is read each time it is shown: `<a ${tip(() => text)}>`. */
export const tip = directive(TipDirective);
