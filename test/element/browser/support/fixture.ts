import type { ClientOptions, LogStreamClient } from '../../../../src/worker/api.ts';
import { LogStreamElement } from '../../../../src/element/element.ts';
// Loaded before an element needs it.
import '../../../../src/element/tools/reader-tools.ts';
import { MemoryClient, MemoryLog } from './memory-log.ts';

let next: MemoryLog = new MemoryLog();

/** The element over a log in memory. */
export class TestLogStream extends LogStreamElement {
  client: MemoryClient | undefined;

  protected override createClient(options: ClientOptions): LogStreamClient {
    this.client = new MemoryClient(next, options);
    return this.client;
  }
}
TestLogStream.define('test-log-stream');

/** A topic of the channel `run:1`; its signature is not verified here. */
export const TOPIC = topicOf('run:1');

export function topicOf(channel: string): string {
  return `${btoa(JSON.stringify({ c: channel, t: 1 }))}--00`;
}

export interface Mounted {
  readonly element: TestLogStream;
  readonly log: MemoryLog;
  readonly scroller: HTMLElement;
}

/** Puts an element over `log` into the page. */
export function mount(log: MemoryLog = new MemoryLog(), attributes: Readonly<Record<string, string>> = {}): Mounted {
  next = log;
  const element = document.createElement('test-log-stream') as TestLogStream;
  // Logs of other tests, which run at the same time, share the storage.
  for (const [name, value] of Object.entries({ topic: TOPIC, remember: 'off', ...attributes })) element.setAttribute(name, value);
  document.body.append(element);
  // With the pointer over it, it loads its tools at once.
  void element.updateComplete.then(() => element.dispatchEvent(new Event('pointerenter')));
  return {
    element,
    log,
    // It renders a microtask later.
    get scroller() {
      return shadow<HTMLElement>(element, '.viewport');
    },
  };
}

export function unmountAll(): void {
  for (const element of document.querySelectorAll('test-log-stream')) element.remove();
}

/** The first match of a selector in the element's shadow root; throws if there is none. */
export function shadow<T extends Element>(element: Element, selector: string): T {
  const found = element.shadowRoot?.querySelector<T>(selector);
  if (!found) throw new Error(`${selector} is not there`);
  return found;
}

export function shadowAll(element: Element, selector: string): HTMLElement[] {
  return [...(element.shadowRoot?.querySelectorAll<HTMLElement>(selector) ?? [])];
}

/** Lets the page draw. */
export function frame(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));
}

/** Waits until the current frame is on screen, after everything that draws in it. */
export function painted(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve();
      port2.postMessage(undefined);
    });
  });
}

/** Waits, a frame at a time, until `check` neither throws nor returns false. */
export async function until(check: () => unknown, patience = 20_000): Promise<void> {
  const deadline = performance.now() + patience;
  for (;;) {
    let problem: unknown = new Error(`Not so after ${patience} ms: ${String(check)}`);
    try {
      if (check() !== false) return;
    } catch (error) {
      problem = error;
    }
    if (performance.now() > deadline) throw problem;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}

/** What `take` gives once the tools are there and it has been the same for ten frames: rows are drawn again as fonts and tools load. */
export async function settled<T>(element: Element, take: () => T): Promise<T> {
  await until(() => shadowAll(element, '.toolbar .icon').length > 0);
  let taken = take();
  for (let same = 0; same < 10; same += 1) {
    await frame();
    const now = take();
    if (now !== taken) same = -1;
    taken = now;
  }
  return taken;
}

/** The rows on screen, top to bottom: number (0 for none) and text. */
export function rowsOnScreen(element: Element): { number: number; text: string; top: number }[] {
  const { top, bottom } = shadow(element, '.viewport').getBoundingClientRect();
  return shadowAll(element, '.row')
    .map((row) => ({ row, box: row.getBoundingClientRect() }))
    .filter(({ box }) => box.bottom > top + 0.5 && box.top < bottom - 0.5)
    .map(({ row, box }) => ({
      number: Number(row.querySelector<HTMLElement>('.num')?.dataset['n'] ?? 0),
      text: row.querySelector('.text')?.textContent ?? '',
      top: box.top - top,
    }));
}

export function nodesIn(element: Element): number {
  const root = element.shadowRoot;
  if (root === null) return 0;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ALL);
  let count = 0;
  while (walker.nextNode() !== null) count += 1;
  return count;
}

/** Presses a key in the log. */
export function press(scroller: HTMLElement, key: string, init: KeyboardEventInit = {}): void {
  scroller.focus({ preventScroll: true });
  scroller.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true, ...init }));
}

/** The page is never idle until the returned function is called: tools load only when they are used. */
export function keepBusy(): () => void {
  const before = Object.getOwnPropertyDescriptor(window, 'requestIdleCallback');
  Object.defineProperty(window, 'requestIdleCallback', { configurable: true, value: () => 0 });
  return () => {
    if (before === undefined) Reflect.deleteProperty(window, 'requestIdleCallback');
    else Object.defineProperty(window, 'requestIdleCallback', before);
  };
}

export interface MountedWithoutTools extends Mounted {
  /** Resolves once the tools are loaded and shown. */
  loadTools(): Promise<void>;
  /** Lets the page be idle again. */
  restore(): void;
}

/** Puts an element into the page that loads its tools only when it is told to. */
export function mountWithoutTools(log?: MemoryLog, attributes?: Readonly<Record<string, string>>): MountedWithoutTools {
  const restore = keepBusy();
  const mounted = mount(log, attributes);
  const { element } = mounted;
  const untouched = new AbortController();
  element.addEventListener('pointerenter', (event) => event.stopImmediatePropagation(), { capture: true, signal: untouched.signal });
  return Object.assign(mounted, {
    restore,
    async loadTools() {
      restore();
      untouched.abort();
      element.dispatchEvent(new Event('pointerenter'));
      await until(() => shadowAll(element, '.toolbar').length === 1);
    },
  });
}

/** Calls a function, and collects the console's warnings meanwhile. */
export async function collectWarnings<T>(warned: string[], call: () => T): Promise<Awaited<T>> {
  const { warn } = console;
  console.warn = (...parts: unknown[]) => warned.push(parts.join(' '));
  try {
    return await call();
  } finally {
    console.warn = warn;
  }
}
