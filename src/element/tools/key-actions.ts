import type { ToolActions } from './bar.ts';
import type { KeyCommand } from './key-reader.ts';
import type { Viewport } from '../viewport/viewport.ts';

/** How far the arrow keys scroll sideways, px. */
const SIDEWAYS = 80;

/** What keys do beyond scrolling. */
export interface KeyActions extends ToolActions {
  link(): void;
  errorBefore(): void;
  all(): void;
  /** Goes to what can be pressed in the rows. */
  enter(): void;
  escape(): void;
}

export function runKey(command: KeyCommand, viewport: Viewport, scroller: HTMLElement, actions: KeyActions): void {
  switch (command) {
    case 'line-up':
      return viewport.scrollByLines(-1);
    case 'line-down':
      return viewport.scrollByLines(1);
    case 'page-up':
      return viewport.scrollByPages(-1);
    case 'page-down':
      return viewport.scrollByPages(1);
    case 'left':
      return scroller.scrollBy({ left: -SIDEWAYS });
    case 'right':
      return scroller.scrollBy({ left: SIDEWAYS });
    case 'error-before':
      return actions.errorBefore();
    default:
      return actions[command]();
  }
}
