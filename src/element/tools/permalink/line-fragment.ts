import type { Range } from '../../../worker/api.ts';
import type { ShownFilter } from '../find/finder-host.ts';
import { formatFilter, splitFragment, type SplitFragment } from './filter-address.ts';
import { formatPermalink, parseLinkTarget, prefixOf, type LinkTarget } from './permalink.ts';

/** `popstate` for going back and forth. Not every engine dispatches one for a link to the current address. */
const CHANGES = ['hashchange', 'popstate'] as const;

export interface LineFragmentHost {
  /** The address names something of this log. */
  named(target: LinkTarget | undefined, filter: ShownFilter | undefined): void;
  /** The lines that are shown alone. */
  filter(): ShownFilter | undefined;
}

/** The fragment of the page's address that names a place in this log, and the lines that are shown alone. */
export class LineFragment {
  readonly #element: HTMLElement;
  readonly #host: LineFragmentHost;

  constructor(element: HTMLElement, host: LineFragmentHost) {
    this.#element = element;
    this.#host = host;
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
    const { place, filter } = this.#split();
    const target = parseLinkTarget(place, this.#element.id, this.#isAlone(), Date.now());
    if (target !== undefined || filter !== undefined) this.#host.named(target, filter);
  };

  /** The address of a range of lines, as they are shown now. */
  link(range: Range): string {
    return this.#with(formatPermalink(range, this.#element.id, this.#isAlone()));
  }

  write(range: Range): void {
    this.#replace(this.link(range));
  }

  /** Other lines are shown alone, or all are again. The place that the address names stays. */
  writeFilter(): void {
    const { place, filter } = this.#split();
    const isOurs = parseLinkTarget(place, this.#element.id, this.#isAlone(), 0) !== undefined;
    if (filter !== undefined || this.#host.filter() !== undefined) this.#replace(this.#with(isOurs ? place : ''));
  }

  #split(): SplitFragment {
    return splitFragment(location.hash, this.#element.id, this.#isAlone());
  }

  /** The page's address with a place in this log, and the lines that are shown alone. */
  #with(place: string): string {
    const filter = formatFilter(this.#host.filter());
    const url = new URL(location.href);
    url.hash =
      place === '' && filter !== ''
        ? `#${prefixOf(this.#element.id, this.#isAlone())}${filter}`
        : [place, filter].filter(Boolean).join('&');
    return url.href;
  }

  #replace(href: string): void {
    try {
      history.replaceState(history.state, '', href);
    } catch {
      // A sandboxed or about: page cannot change its address, and browsers limit how often one may change.
    }
  }

  #isAlone(): boolean {
    return this.#element.ownerDocument.querySelectorAll(this.#element.localName).length <= 1;
  }
}

/** Whether a link with this target opens in the same page. */
function isHere(target: string): boolean {
  return target === '' || target === '_self';
}
