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
    case 'previous-warning':
      return actions.previousWarning();
    case 'next-match':
      return actions.nextMatch(false);
    case 'previous-match':
      return actions.nextMatch(true);
    case 'select-all':
      return actions.selectAll();
    case 'close-groups':
      return actions.closeGroups();
    case 'open-groups':
      return actions.openGroups();
    case 'copy-link':
      return actions.copyLink();
    default:
      return actions[command]();
  }
}
