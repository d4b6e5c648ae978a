/** The language of an element, as HTML has it: the nearest `lang`, through shadow roots; empty where none is set. */
export function languageOf(element: Element): string {
  for (const root of rootsOf(element)) {
    const holder = (root === element ? element : root).closest('[lang]');
    if (holder !== null) return holder.getAttribute('lang') ?? '';
  }
  return '';
}

/** The element itself, and the hosts of the shadow trees around it, from the inside out. */
function* rootsOf(element: Element): Generator<Element> {
  let inner: Element | undefined = element;
  while (inner !== undefined) {
    yield inner;
    const root: Node = inner.getRootNode();
    inner = root instanceof ShadowRoot ? root.host : undefined;
  }
}

/** Notices when a `lang` changes on an element or on anything around it. Moving the element is noticed by connecting again. */
export class LanguageWatch {
  readonly #changed: () => void;
  #observer: MutationObserver | undefined;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  connect(element: Element): void {
    this.disconnect();
    const observer = (this.#observer = new MutationObserver(this.#changed));
    for (const each of rootsOf(element))
      observer.observe(each.getRootNode(), { attributes: true, attributeFilter: ['lang'], subtree: true });
  }

  disconnect(): void {
    this.#observer?.disconnect();
  }
}
