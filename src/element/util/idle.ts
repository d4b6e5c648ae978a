import { attempt } from '../../worker/platform/attempt.ts';

export interface Idle {
  cancel(): void;
}

/** Calls back when the page is idle, but no sooner than after `delay` ms. */
export function whenIdle(run: () => void, delay: number): Idle {
  const request = platformIdle();
  let idle: number | undefined;
  const timer = setTimeout(() => {
    if (request === undefined) run();
    else idle = request(() => run());
  }, delay);
  return {
    cancel() {
      clearTimeout(timer);
      const started = idle;
      if (started !== undefined) attempt(() => cancelIdleCallback(started));
    },
  };
}

/** `requestIdleCallback`; undefined where the browser has none, or where an element with that id hides it. */
export function platformIdle(): typeof window.requestIdleCallback | undefined {
  const request = attempt(() => (window as { readonly requestIdleCallback?: typeof window.requestIdleCallback }).requestIdleCallback);
  return typeof request === 'function' ? request : undefined;
}

/** Whether the page is hidden. */
export function isHidden(): boolean {
  return attempt(() => document.hidden, false);
}
