/** Pixels a pointer moves before holding it down is a selection rather than a click. */
const DRAG = 4;

export interface IntentListener {
  /** The reader goes away from the end: wheel up, or text being selected. */
  left(): void;
  /** A pointer went down on the scrollbar or a finger on the log (true), or came up again. */
  held(held: boolean): void;
  /** A line number was clicked; with shift to extend the selection. */
  picked(line: number, extend: boolean): void;
}

/** Hears what the reader does with pointer, wheel and finger. Movements of the scrollbar itself are the scroll box's. */
export class Intents {
  readonly #scroller: HTMLElement;
  readonly #listener: IntentListener;
  #held = false;
  #down: { readonly x: number; readonly y: number } | undefined;
  readonly #abort = new AbortController();

  constructor(scroller: HTMLElement, listener: IntentListener) {
    this.#scroller = scroller;
    this.#listener = listener;
    const options = { passive: true, signal: this.#abort.signal };
    scroller.addEventListener('wheel', this.#onWheel, options);
    scroller.addEventListener('pointerdown', this.#onDown, options);
    scroller.addEventListener('pointermove', this.#onMove, options);
    scroller.addEventListener('click', this.#onClick, options);
    scroller.addEventListener('touchstart', this.#onHold, options);
    for (const type of ['touchend', 'touchcancel', 'pointerup', 'pointercancel'] as const) {
      window.addEventListener(type, this.#onRelease, options);
    }
  }

  dispose(): void {
    this.#abort.abort();
  }

  readonly #onWheel = (event: WheelEvent): void => {
    // With ctrl it zooms; sideways it scrolls the text.
    if (event.deltaY < 0 && !event.ctrlKey && Math.abs(event.deltaY) >= Math.abs(event.deltaX)) this.#listener.left();
  };

  readonly #onDown = (event: PointerEvent): void => {
    if (event.pointerType === 'touch' || event.button !== 0) return;
    // A press on the scrollbar has the scroller itself as its target.
    if (event.target === this.#scroller) this.#hold(true);
    else this.#down = { x: event.clientX, y: event.clientY };
  };

  readonly #onMove = (event: PointerEvent): void => {
    if (this.#down === undefined || (event.buttons & 1) === 0) return;
    if (Math.hypot(event.clientX - this.#down.x, event.clientY - this.#down.y) < DRAG) return;
    this.#down = undefined;
    this.#listener.left();
  };

  readonly #onHold = (): void => this.#hold(true);

  readonly #onRelease = (event: Event): void => {
    if (event instanceof PointerEvent && event.pointerType === 'touch') return;
    this.#down = undefined;
    this.#hold(false);
  };

  #hold(held: boolean): void {
    if (held === this.#held) return;
    this.#held = held;
    this.#listener.held(held);
  }

  readonly #onClick = (event: MouseEvent): void => {
    const target = event.target;
    if (!(target instanceof HTMLElement) || !target.classList.contains('num')) return;
    const line = Number(target.dataset['n']);
    if (line > 0) this.#listener.picked(line, event.shiftKey);
  };
}
