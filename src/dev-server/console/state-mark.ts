import { icon } from './dom.ts';
import { statusOfEntry, type Entry } from './entry.ts';
import { ICONS } from './icons.ts';

/** Shows a state by shape and colour; the words stand beside it. Replaces its content only when the look changes. */
export function drawState(mark: HTMLElement, entry: Entry): void {
  const look = statusOfEntry(entry);
  if (mark.dataset['look'] === look) return;
  mark.dataset['look'] = look;
  mark.replaceChildren(...(look === 'ok' ? [icon(...ICONS.check)] : look === 'failed' ? [icon(...ICONS.cross)] : []));
}
