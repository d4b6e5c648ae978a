import type { Viewport } from '../../viewport/viewport.ts';
import type { KeyActions } from '../actions.ts';
import type { KeyCommand } from './key-reader.ts';

/** How far the arrow keys scroll sideways, px. */
const SIDEWAYS = 80;

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
    case 'raw':
      return viewport.toggleRaw();
    case 'left':
      return scroller.scrollBy({ left: -SIDEWAYS });
    case 'right':
      return scroller.scrollBy({ left: SIDEWAYS });
    case 'previous-error':
      return actions.previousError();
    case 'select-all':
      return actions.selectAll();
    case 'copy-link':
      return actions.copyLink();
    default:
      return actions[command]();
  }
}
