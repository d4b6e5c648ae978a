import { attempt } from '../../../worker/platform/attempt.ts';
import { STRINGS } from '../../strings.ts';
import { backgroundOf, type Background } from '../../terminal/cell-style.ts';
import type { Sizes } from './row-metrics.ts';
import { listenForPrinting } from '../lines/print-range.ts';
import { innerSize } from './measure-element.ts';

/** Room that a broken line has beyond its characters, px, so that no fraction of a pixel takes one off. */
const SLACK = 2;
/** Characters in the probe whose width is measured, and the fewest that stand side by side. */
const PROBE = 64;
const MIN_COLUMNS = 8;
/** Where there is less room than this the reader would scroll sideways all the time, px; the styles of narrow logs say the same. */
const NARROW = 480;

/** The scrolling element and what is measured in it; made by hand, so that it is there before the chrome is drawn. */
export interface Scroller {
  readonly element: HTMLDivElement;
  /** Whether there is little room for a line. */
  readonly narrow: boolean;
  /** Observes the sizes and the style until disconnected. */
  observe(): void;
  disconnect(): void;
}

/**
 * `onSize` hears the sizes of the visible part and of its rows, `onNarrow` that it became narrow or is no more, `onStyle`
 * that the font is another or came late, or what the rows stand on now, `onPrint` that the page is printed, or is no more.
 */
export function createScroller(
  onSize: (sizes: Sizes) => void,
  onNarrow: () => void,
  onStyle: (ground?: Background) => void,
  onPrint: (printing: boolean) => void,
): Scroller {
  const element = document.createElement('div');
  element.className = 'viewport';
  element.tabIndex = 0;
  for (const [name, value] of [
    ['part', 'viewport'],
    ['role', 'log'],
    // Rows are used again for other lines: as a live region they would be read out over and over.
    ['aria-live', 'off'],
    ['aria-label', STRINGS.viewport],
    ['aria-describedby', 'status'],
  ] as const) {
    element.setAttribute(name, value);
  }
  const probe = document.createElement('div');
  probe.className = 'probe';
  const cells = document.createElement('span');
  cells.dataset['cells'] = '0'.repeat(PROBE);
  probe.append(cells);
  element.append(probe);
  // A change of style that no other observer tells is told by a transition.
  probe.addEventListener('transitionend', ({ propertyName }) => {
    if (propertyName === 'font-family') onFont();
    else readGround();
  });
  const onFont = (): void => onStyle();
  const readGround = (): void => {
    const { backgroundColor, color } = getComputedStyle(probe, '::before');
    onStyle(backgroundOf(backgroundColor, color === 'rgb(255, 255, 255)'));
  };
  let narrow = false;
  let cell = 0;
  let stopPrinting = (): void => undefined;
  const observer = new ResizeObserver(() => {
    // With its scrollbars: these come and go with what is shown, so that it would go to and fro. What is not displayed has no width.
    const { offsetWidth } = element;
    if (offsetWidth > 0 && offsetWidth < NARROW !== narrow) {
      narrow = !narrow;
      // What follows from it may resize what is observed, which has to wait for the next frame.
      setTimeout(onNarrow);
    }
    // Sideways scrolling moves the rows; what says something about the log stays as wide as what is seen.
    element.style.setProperty('--visible', `${element.clientWidth}px`);
    const width = innerSize(cells).width / PROBE;
    if (width !== cell) {
      cell = width;
      onFont();
      readGround();
    }
    const room = innerSize(probe);
    const columns = cell > 0 ? Math.max(MIN_COLUMNS, Math.floor((room.width - SLACK) / cell)) : 0;
    element.style.setProperty('--text', `${columns * cell + SLACK}px`);
    onSize({ height: element.clientHeight, rowHeight: room.height, columns });
  });
  return {
    element,
    get narrow() {
      return narrow;
    },
    observe() {
      // Styles may have changed, and fonts come, while nobody listened.
      cell = 0;
      stopPrinting();
      stopPrinting = listenForPrinting(onPrint);
      attempt(() => document.fonts.addEventListener('loadingdone', onFont));
      observer.observe(element);
      observer.observe(probe);
      observer.observe(cells);
    },
    disconnect() {
      observer.disconnect();
      stopPrinting();
      attempt(() => document.fonts.removeEventListener('loadingdone', onFont));
    },
  };
}
