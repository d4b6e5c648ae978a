import type { KeyActions } from '../actions.ts';
import type { CurrentLine } from '../current/current-line.ts';
import type { KeyCommand } from './key-reader.ts';

/** How far the arrow keys scroll sideways, px. */
const SIDEWAYS = 80;

export function runKey(command: KeyCommand, current: CurrentLine, scroller: HTMLElement, actions: KeyActions): void {
  switch (command) {
    case 'line-up':
      return current.step(-1);
    case 'line-down':
      return current.step(1);
    case 'page-up':
      return current.page(-1);
    case 'page-down':
      return current.page(1);
    case 'left':
      return actions.expand(false) ? undefined : scroller.scrollBy({ left: -SIDEWAYS });
    case 'right':
      return actions.expand(true) ? undefined : scroller.scrollBy({ left: SIDEWAYS });
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
    case 'go-to':
      return actions.goToLine();
    case 'copy-link':
      return actions.copyLink();
    default:
      return actions[command]();
  }
}
