import { createScroller, type Scroller } from './viewport/layout/scroller.ts';
import type { FollowMode } from './viewport/input/follow.ts';
import type { Strings } from './strings.ts';
import type { ElementWords } from './words/element-words.ts';
import { Viewport } from './viewport/viewport.ts';
import type { ViewportListener } from './viewport/viewport-listener.ts';

/** The parts of the element that no template renders. They exist before it is connected. */
export interface ElementParts {
  readonly scroller: Scroller;
  readonly viewport: Viewport;
  /** The element that screen readers announce, with the role `status`. */
  readonly liveRegion: HTMLElement;
}

export interface ElementPartsHost extends ViewportListener {
  /** The element became narrow, or is no longer. */
  narrowChanged(): void;
}

export function createParts(mode: FollowMode, words: ElementWords<Strings>, host: ElementPartsHost): ElementParts {
  const scroller = createScroller(
    (sizes) => viewport.resize(sizes),
    () => host.narrowChanged(),
    (ground) => viewport.restyle(ground),
  );
  const viewport = new Viewport(scroller.element, mode, words.strings, host);
  const liveRegion = document.createElement('div');
  liveRegion.className = 'hidden';
  liveRegion.setAttribute('role', 'status');
  words.use(({ viewport: name }) => {
    scroller.element.ariaLabel = name;
    viewport.restyle();
  });
  return { scroller, viewport, liveRegion };
}
