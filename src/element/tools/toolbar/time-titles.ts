import type { TimeMode } from '../../util/time.ts';
import type { Strings } from '../../strings.ts';
import type { Viewport } from '../../viewport/viewport.ts';

const STYLE = { dateStyle: 'full', timeStyle: 'long' } as const;

/** The whole date and time with its zone (`time` in unix ms). */
export function wholeTime(time: number, mode: TimeMode, strings: Strings): string {
  return strings.date(time, { ...STYLE, ...(mode === 'utc' && { timeZone: 'UTC' }) });
}

/** Gives the times in the log their whole date as a tooltip, once the pointer is over them. */
export function titleTimes(scroller: HTMLElement, viewport: Pick<Viewport, 'line'>, strings: Strings, mode: () => TimeMode): void {
  scroller.addEventListener('pointerover', ({ target }) => {
    if (!(target instanceof HTMLElement) || !target.matches('.time')) return;
    const time = viewport.line(Number(target.closest<HTMLElement>('.row')?.dataset['line']))?.[0];
    target.title = time === undefined ? '' : wholeTime(time, mode(), strings);
  });
}
