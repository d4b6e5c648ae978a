import { attempt } from '../../worker/platform/attempt.ts';

export interface Idle {
  cancel(): void;
}

/** Calls back when the page has nothing else to do, but not before `delay` ms have passed. */
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

/** Calls back when the page is idle; undefined where the browser does not tell, and where an element with that id stands in for it. */
export function platformIdle(): typeof window.requestIdleCallback | undefined {
  const request = attempt(() => (window as { readonly requestIdleCallback?: typeof window.requestIdleCallback }).requestIdleCallback);
  return typeof request === 'function' ? request : undefined;
}

/** Whether nobody can see the page. */
export function isHidden(): boolean {
  return attempt(() => document.hidden, false);
}
