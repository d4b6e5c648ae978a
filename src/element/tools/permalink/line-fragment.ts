import type { Range } from '../../../worker/api.ts';
import { formatPermalink, parseLinkTarget, type LinkTarget } from './permalink.ts';

/** `popstate` for going back and forth. Not every engine dispatches one for a link to the current address. */
const CHANGES = ['hashchange', 'popstate'] as const;

/** The fragment of the page's address that names a place in this log. */
export class LineFragment {
  readonly #host: HTMLElement;
  readonly #onChange: (target: LinkTarget) => void;

  constructor(host: HTMLElement, onChange: (target: LinkTarget) => void) {
    this.#host = host;
    this.#onChange = onChange;
  }

  connect(): void {
    for (const type of CHANGES) window.addEventListener(type, this.read);
    window.addEventListener('click', this.#onClick);
  }

  disconnect(): void {
    for (const type of CHANGES) window.removeEventListener(type, this.read);
    window.removeEventListener('click', this.#onClick);
  }

  /** A link to the current address changes nothing, but a reader who follows it wants to see those lines again. */
  readonly #onClick = (event: MouseEvent): void => {
    const link = event.composedPath().find((target) => target instanceof HTMLAnchorElement && target.href !== '');
    const isFollowed = !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (isFollowed && link instanceof HTMLAnchorElement && link.href === location.href && isHere(link.target)) this.read();
  };

  /** Reports what the address names of this log, if anything. */
  readonly read = (): void => {
    const target = parseLinkTarget(location.hash, this.#host.id, this.#isAlone(), Date.now());
    if (target !== undefined) this.#onChange(target);
  };

  /** The address of a range of lines. */
  link(range: Range): string {
    return new URL(formatPermalink(range, this.#host.id, this.#isAlone()), location.href).href;
  }

  write(range: Range): void {
    try {
      history.replaceState(history.state, '', this.link(range));
    } catch {
      // A sandboxed or about: page cannot change its address, and browsers limit how often one may change.
    }
  }

  #isAlone(): boolean {
    return this.#host.ownerDocument.querySelectorAll(this.#host.localName).length <= 1;
  }
}

/** Whether a link with this target opens in the same page. */
function isHere(target: string): boolean {
  return target === '' || target === '_self';
}
