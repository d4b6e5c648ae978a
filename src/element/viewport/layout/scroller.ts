import { attempt } from '../../../worker/platform/attempt.ts';
import type { Sizes } from './row-metrics.ts';
import type { Ground } from '../text/ground.ts';
import { innerSize } from './measure-element.ts';

/** Width added to a broken line, px, so that no fraction of a pixel costs it a character. */
const SLACK = 2;
/** Characters in the probe whose width is measured, and the fewest that stand side by side. */
const PROBE = 64;
const MIN_COLUMNS = 8;
/** Below this width, px, the reader would scroll sideways all the time; the styles of narrow logs use the same. */
const NARROW = 480;

/** The scrolling element and what is measured in it; created by hand, so that it exists before the chrome is drawn. */
export interface Scroller {
  readonly element: HTMLDivElement;
  /** Whether the log is narrow. */
  readonly narrow: boolean;
  /** Observes the sizes and the style until disconnected. */
  observe(): void;
  disconnect(): void;
}

/**
 * `onSize` is called with the sizes of the viewport and its rows, `onNarrow` when `narrow` changes, `onStyle` when the
 * font changed or loaded or, with it, when the background did.
 */
export function createScroller(onSize: (sizes: Sizes) => void, onNarrow: () => void, onStyle: (ground?: Ground) => void): Scroller {
  const element = document.createElement('div');
  element.className = 'viewport';
  element.tabIndex = 0;
  for (const [name, value] of [
    ['part', 'viewport'],
    ['role', 'log'],
    // Rows are reused for other lines: as a live region they would be read out over and over.
    ['aria-live', 'off'],
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
  // A transition reports changes of style that no observer does.
  probe.addEventListener('transitionend', ({ propertyName }) => {
    if (propertyName === 'font-family') onFont();
    else readBackground();
  });
  const onFont = (): void => onStyle();
  const readBackground = (): void => {
    const { backgroundColor, color } = getComputedStyle(probe, '::before');
    onStyle({ color: backgroundColor, isLight: color === 'rgb(255, 255, 255)' });
  };
  let narrow = false;
  let cell = 0;
  const observer = new ResizeObserver(() => {
    // With its scrollbars and the ruler, which come and go with the content: without them `narrow` could alternate. Not displayed, it has no width.
    const width = element.offsetWidth > 0 ? (element.parentElement?.clientWidth ?? 0) : 0;
    if (width > 0 && width < NARROW !== narrow) {
      narrow = !narrow;
      // The reaction may resize what is observed, which has to wait for the next frame.
      setTimeout(onNarrow);
    }
    element.style.setProperty('--scrollbar', `${element.offsetWidth - element.clientWidth}px`);
    const cellWidth = innerSize(cells).width / PROBE;
    if (cellWidth !== cell) {
      cell = cellWidth;
      onFont();
      readBackground();
    }
    const row = innerSize(probe);
    const columns = cell > 0 ? Math.max(MIN_COLUMNS, Math.floor((row.width - SLACK) / cell)) : 0;
    element.style.setProperty('--text', `${columns * cell + SLACK}px`);
    onSize({ height: element.clientHeight, rowHeight: row.height, columns });
  });
  return {
    element,
    get narrow() {
      return narrow;
    },
    observe() {
      // Styles may have changed and fonts loaded while nothing was observed.
      cell = 0;
      attempt(() => document.fonts.addEventListener('loadingdone', onFont));
      observer.observe(element);
      observer.observe(probe);
      observer.observe(cells);
    },
    disconnect() {
      observer.disconnect();
      attempt(() => document.fonts.removeEventListener('loadingdone', onFont));
    },
  };
}
