import { STRINGS } from './strings.ts';

/** The scrolling element and what is measured in it; made by hand, so that it is there before the chrome is drawn. */
export interface Scroller {
  readonly element: HTMLDivElement;
  /** Observes the sizes until disconnected. */
  observe(): void;
  disconnect(): void;
}

/** `onSize` hears the height of the visible part and of one row, px. */
export function createScroller(onSize: (height: number, rowHeight: number) => void): Scroller {
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
  element.append(probe);
  const observer = new ResizeObserver(() => {
    // Sideways scrolling moves the rows; what says something about the log stays as wide as what is seen.
    element.style.setProperty('--visible', `${element.clientWidth}px`);
    onSize(element.clientHeight, probe.offsetHeight);
  });
  return {
    element,
    observe() {
      observer.observe(element);
      observer.observe(probe);
    },
    disconnect: () => observer.disconnect(),
  };
}
