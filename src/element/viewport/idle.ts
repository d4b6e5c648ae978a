export interface Idle {
  cancel(): void;
}

/** Calls back when the page has nothing else to do, but not before `delay` ms have passed. */
export function whenIdle(run: () => void, delay: number): Idle {
  // Not every browser tells when it is idle; there an element with that id may stand in for it.
  const { requestIdleCallback: request } = window as { readonly requestIdleCallback?: typeof window.requestIdleCallback };
  let idle: number | undefined;
  const timer = setTimeout(() => {
    if (typeof request !== 'function') run();
    else idle = request(() => run());
  }, delay);
  return {
    cancel() {
      clearTimeout(timer);
      if (idle !== undefined) cancelIdleCallback(idle);
    },
  };
}
