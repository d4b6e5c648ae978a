// What a screenshot must not depend on: the clock, the fonts of the machine, and animations. Imported before everything else.

/** What the clock of the page says, unix ms. */
export const NOW = Date.UTC(2026, 10, 30, 12, 4, 12);

const FACES = ['13px "DejaVu Mono"', 'italic 13px "DejaVu Mono"', '700 13px "DejaVu Mono"', '12px "DejaVu Sans"', '700 12px "DejaVu Sans"'];

class FixedDate extends Date {
  constructor(...parts: readonly unknown[]) {
    super(...((parts.length === 0 ? [NOW] : parts) as [number]));
  }

  static override now(): number {
    return NOW;
  }
}
Object.assign(globalThis, { Date: FixedDate });

// The style sheets of shadow roots can be reached neither by the page's styles nor by a font face: the name is a keyword.
const replace = CSSStyleSheet.prototype.replaceSync;
CSSStyleSheet.prototype.replaceSync = function replaceFonts(text: string): void {
  Reflect.apply(replace, this, [text.replaceAll('system-ui', "'DejaVu Sans'").replaceAll('ui-monospace', "'DejaVu Mono'")]);
};

const { setTimeout: later, clearTimeout: never } = window;
const now = performance.now.bind(performance);
/** How much the page's time is behind, and when it was stopped. */
let behind = 0;
let stoppedAt: number | undefined;
/** Timers of these delays and above wait, ms: those with which the element gives something up, and those of a message. */
const TIMEOUT = 5_000;
const MESSAGE = 1_000;
let longest = TIMEOUT;
/** The timers that were due meanwhile. */
const waiting = new Map<number, () => void>();
performance.now = () => stoppedAt ?? now() - behind;
Object.assign(window, {
  setTimeout(handler: TimerHandler, delay?: number, ...args: unknown[]): number {
    const act = (): void => {
      if (typeof handler === 'function') Reflect.apply(handler, window, args);
    };
    const id = later(() => {
      if (stoppedAt === undefined && (delay ?? 0) < longest) act();
      else waiting.set(id, act);
    }, delay);
    return id;
  },
  clearTimeout(id: number | undefined): void {
    never(id);
    if (id !== undefined) waiting.delete(id);
  },
});

/** Stops time: no timer fires, so what is complete stays as it is, however long it is looked at. */
export function stopTime(): void {
  stoppedAt ??= performance.now();
}

/** What is shown for a moment stays, however slow the machine is. */
export function holdMessages(): void {
  longest = MESSAGE;
}

export function resumeTime(): void {
  longest = TIMEOUT;
  if (stoppedAt !== undefined) behind = now() - stoppedAt;
  stoppedAt = undefined;
  const due = [...waiting.values()];
  waiting.clear();
  for (const act of due) act();
}

/** Resolves once texts are measured in the fonts that they are drawn in. */
export async function loadFonts(): Promise<void> {
  const loaded = await Promise.all(FACES.map((face) => document.fonts.load(face)));
  for (const [at, faces] of loaded.entries()) if (faces.length === 0) throw new Error(`There is no font ${FACES[at] ?? ''}.`);
}

/** Brings every animation to its end, and stops those without one. */
export function endAnimations(): void {
  for (const animation of document.getAnimations()) {
    if (animation.effect?.getComputedTiming().endTime === Infinity) animation.cancel();
    else animation.finish();
  }
}
