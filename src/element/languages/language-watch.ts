/** Notices when a `lang` changes on an element or on anything around it. Moving the element is noticed by connecting again. */
export class LanguageWatch {
  readonly #observer: MutationObserver;

  constructor(changed: () => void) {
    this.#observer = new MutationObserver(changed);
  }

  connect(element: Element): void {
    this.#observer.disconnect();
    for (let inner: Element | undefined = element; inner !== undefined;) {
      const root: Node = inner.getRootNode();
      this.#observer.observe(root, { attributes: true, attributeFilter: ['lang'], subtree: true });
      inner = root instanceof ShadowRoot ? root.host : undefined;
    }
  }

  disconnect(): void {
    this.#observer.disconnect();
  }
}
