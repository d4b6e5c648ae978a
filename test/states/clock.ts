import type { Page } from 'puppeteer-core';

/**
 * Gives the pages that a tab loads from now on a clock that {@link skip} can advance. It runs at normal speed, and timers
 * and time limits follow it. The worker and the server keep their own clocks.
 */
export async function giveClock(page: Page): Promise<void> {
  await page.evaluateOnNewDocument(() => {
    const now = performance.now.bind(performance);
    const { setTimeout: later, clearTimeout: never } = window;
    const pending = new Map<number, { readonly due: number; readonly act: () => void; timer: number }>();
    let ahead = 0;
    let ids = 0;
    performance.now = () => now() + ahead;
    const arm = (act: () => void, delay: number): number => Number(Reflect.apply(later, window, [act, delay]));
    const begin = (handler: TimerHandler, delay = 0, ...args: unknown[]): number => {
      const id = (ids += 1);
      const act = (): void => {
        pending.delete(id);
        if (typeof handler === 'function') Reflect.apply(handler, window, args);
      };
      pending.set(id, { due: performance.now() + delay, act, timer: arm(act, delay) });
      return id;
    };
    const end = (id: number | undefined): void => {
      Reflect.apply(never, window, [pending.get(id ?? 0)?.timer]);
      pending.delete(id ?? 0);
    };
    const skip = (ms: number): void => {
      ahead += ms;
      for (const timer of pending.values()) {
        Reflect.apply(never, window, [timer.timer]);
        timer.timer = arm(timer.act, Math.max(0, timer.due - performance.now()));
      }
    };
    Object.assign(window, { setTimeout: begin, clearTimeout: end, skip });
    AbortSignal.timeout = (ms) => {
      const controller = new AbortController();
      begin(() => controller.abort(new DOMException('It took too long.', 'TimeoutError')), ms);
      return controller.signal;
    };
  });
}

/** Advances the clock of a page. */
export async function skip(page: Page, ms: number): Promise<void> {
  await page.evaluate((by) => Reflect.apply(Reflect.get(window, 'skip') as (ms: number) => void, window, [by]), ms);
}
