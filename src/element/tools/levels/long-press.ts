/** How long a finger rests on a button until that is a long press, ms. */
const LONG = 500;
/** Moving farther is a scroll, px. */
const STILL = 10;

/** Buttons that are pressed long, until the click that ends it. */
const pressed = new WeakSet<EventTarget>();

/** Calls a function when a finger rests on a button: not every browser makes a context menu of that. */
export function onLongPress(
  { pointerType, clientX, clientY, currentTarget: button }: PointerEvent,
  call: (button: HTMLElement) => void,
): void {
  if (pointerType !== 'touch' || !(button instanceof HTMLElement)) return;
  pressed.delete(button);
  const ends = new AbortController();
  const timer = setTimeout(() => {
    ends.abort();
    pressed.add(button);
    call(button);
  }, LONG);
  const end = (): void => {
    clearTimeout(timer);
    ends.abort();
  };
  const { signal } = ends;
  for (const type of ['pointerup', 'pointercancel', 'contextmenu'] as const) button.addEventListener(type, end, { signal });
  button.addEventListener(
    'pointermove',
    (event) => {
      if (Math.hypot(event.clientX - clientX, event.clientY - clientY) > STILL) end();
    },
    { signal },
  );
}

/** Whether a click is the end of a long press, which means nothing more. */
export function endsLongPress({ currentTarget }: Event): boolean {
  return currentTarget !== null && pressed.delete(currentTarget);
}
