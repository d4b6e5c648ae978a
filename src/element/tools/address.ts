import type { Range } from '../../worker/api.ts';
import { formatPermalink, parsePermalink } from './permalink.ts';

/** The part of the page's address that names lines of this log. */
export class Address {
  readonly #host: HTMLElement;
  readonly #onChange: (range: Range) => void;

  constructor(host: HTMLElement, onChange: (range: Range) => void) {
    this.#host = host;
    this.#onChange = onChange;
  }

  connect(): void {
    window.addEventListener('hashchange', this.read);
  }

  disconnect(): void {
    window.removeEventListener('hashchange', this.read);
  }

  /** Tells of the lines the address names, if it names any. */
  readonly read = (): void => {
    const range = parsePermalink(location.hash, this.#host.id, this.#isAlone());
    if (range !== undefined) this.#onChange(range);
  };

  /** The address of a range of lines. */
  link(range: Range): string {
    return new URL(formatPermalink(range, this.#host.id, this.#isAlone()), location.href).href;
  }

  write(range: Range): void {
    try {
      history.replaceState(history.state, '', this.link(range));
    } catch {
      // A sandboxed or about: page has no address to change, and browsers limit how often it may be.
    }
  }

  #isAlone(): boolean {
    return this.#host.ownerDocument.querySelectorAll(this.#host.localName).length <= 1;
  }
}
