import { createScroller, type Scroller } from './viewport/layout/scroller.ts';
import type { FollowMode } from './viewport/input/follow.ts';
import type { Strings } from './strings.ts';
import type { ElementWords } from './words/element-words.ts';
import { Viewport, type ViewportListener } from './viewport/viewport.ts';

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
  /** The page is about to be printed, or has been. */
  printingChanged(): void;
}

export function createParts(mode: FollowMode, words: ElementWords<Strings>, host: ElementPartsHost): ElementParts {
  const scroller = createScroller(
    (sizes) => viewport.resize(sizes),
    () => host.narrowChanged(),
    (ground) => viewport.restyle(ground),
    (isPrinting) => {
      viewport.print.printing = isPrinting;
      host.printingChanged();
    },
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
