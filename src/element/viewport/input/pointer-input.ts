import type { LineAction } from '../long-lines/expand-chip.ts';

/** Pixels a pointer moves before holding it down is a selection rather than a click. */
const DRAG = 4;

const RELEASES = ['touchend', 'touchcancel', 'pointerup', 'pointercancel', 'pointermove', 'wheel'] as const;

export interface PointerListener {
  /** The reader leaves the end: wheel up, or text being selected. */
  left(): void;
  /** A pointer went down on the scrollbar or a finger on the log (true), or came up again. */
  held(held: boolean): void;
  /** A pointer went down anywhere in the log (true), or came up again. */
  pressed(pressed: boolean): void;
  /** A line number was clicked; with shift to extend the selection. */
  picked(line: number, extend: boolean): void;
  /** A button of a line was pressed. */
  acted(line: number, action: LineAction): void;
}

/** Reports what the reader does with pointer, wheel and finger. Movements of the scrollbar itself are reported by ScrollBox. */
export function listenToPointer(scroller: HTMLElement, listener: PointerListener): void {
  let held = false;
  /** Where the text was pressed, until it is clear whether it is being selected. */
  let down: { readonly x: number; readonly y: number } | undefined;
  /** While something is pressed: stops listening for the release, which may happen anywhere in the page. */
  let pressed: AbortController | undefined;

  const onRelease = (event: Event): void => {
    if (event instanceof PointerEvent) {
      // A finger that scrolls ends as a pointer at once, but as a touch only when it is lifted.
      if (event.pointerType === 'touch') return;
      // Chromium reports no release over a scrollbar; the next movement without a button tells.
      if (event.type === 'pointermove' && (event.buttons & 1) === 1) return;
    }
    pressed?.abort();
    pressed = down = undefined;
    listener.pressed(false);
    if (!held) return;
    held = false;
    listener.held(false);
  };

  const onPress = (holds: boolean): void => {
    if (holds && !held) {
      held = true;
      listener.held(true);
    }
    if (pressed !== undefined) return;
    pressed = new AbortController();
    listener.pressed(true);
    for (const type of RELEASES) window.addEventListener(type, onRelease, { passive: true, signal: pressed.signal });
  };

  const on = <K extends keyof HTMLElementEventMap>(type: K, handle: (event: HTMLElementEventMap[K]) => void): void =>
    scroller.addEventListener(type, handle, { passive: true });

  on('wheel', (event) => {
    // With Ctrl the wheel zooms; sideways it scrolls the text.
    if (event.deltaY < 0 && !event.ctrlKey && Math.abs(event.deltaY) >= Math.abs(event.deltaX)) listener.left();
  });
  on('touchstart', () => onPress(true));
  on('pointerdown', (event) => {
    if (event.pointerType === 'touch' || event.button !== 0) return;
    // A press on the scrollbar has the scroller itself as its target.
    const holds = event.target === scroller;
    if (!holds) down = { x: event.clientX, y: event.clientY };
    onPress(holds);
  });
  on('pointermove', (event) => {
    if (down === undefined || (event.buttons & 1) === 0) return;
    if (Math.hypot(event.clientX - down.x, event.clientY - down.y) < DRAG) return;
    down = undefined;
    listener.left();
  });
  on('click', ({ target, shiftKey }) => {
    // Icons are in buttons.
    const button = target instanceof Element ? target.closest<HTMLElement>('[data-act]') : null;
    const action = button?.dataset['act'];
    if (button !== null && (action === 'toggle' || action === 'copy' || action === 'raw')) {
      const { line, fold } = button.closest<HTMLElement>('.row, .fold')?.dataset ?? {};
      listener.acted(Number(line ?? fold), action);
      return;
    }
    if (!(target instanceof HTMLElement) || !target.classList.contains('num')) return;
    const line = Number(target.dataset['n']);
    if (line > 0) listener.picked(line, shiftKey);
  });
}
