import { now } from '../clock.mjs';
import { produce, type Tick } from '../producer.mjs';
import { lineTexts } from '../lines.mjs';
import type { Shown, Subject } from './subject.ts';

/** What a page reports about the time it was watched. */
export interface Watched {
  /** Each frame: when it had been painted, and the newest line on it. */
  readonly frames: readonly (readonly [at: number, newest: number])[];
  /** When each frame began, ms. */
  readonly begins: readonly number[];
  /** Durations of tasks above 50 ms. */
  readonly longTasks: readonly number[];
  /** The maximum number of nodes. */
  readonly nodes: number;
  /** Frames with a blank. */
  readonly blanks: number;
}

/** How long filtering took, ms, and how many lines were found. */
export interface Filtered {
  readonly first: number;
  readonly all: number;
  readonly found: number;
}

/** Longest wait, ms; what takes longer counts as never. */
const NEVER = 60_000;
/** Frames between two counts of all nodes. */
const COUNT_EVERY = 15;

/** Calls back after each frame, once it has been painted; `false` stops it. */
function everyFrame(painted: (began: number) => boolean): void {
  const { port1, port2 } = new MessageChannel();
  let began = 0;
  // A message posted within a frame arrives when the frame is done.
  port1.addEventListener('message', () => {
    if (painted(began)) requestAnimationFrame(frame);
    else port1.close();
  });
  port1.start();
  const frame = (at: number): void => {
    began = at;
    port2.postMessage(null);
  };
  requestAnimationFrame(frame);
}

function countNodes(root: ParentNode): number {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ALL);
  let count = 0;
  while (walker.nextNode() !== null) count += 1;
  return count;
}

/** Measures one viewer in its page. */
export class Probe {
  readonly #subject: Subject;
  #watch: { stop: boolean; result: { -readonly [Key in keyof Watched]: Watched[Key] } } | undefined;
  #longTasks: number[] = [];

  constructor(subject: Subject) {
    this.#subject = subject;
    new PerformanceObserver((list) => this.#longTasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
      entryTypes: ['longtask'],
    });
  }

  /** From putting the viewer into the page to painting its last line, ms. Without a topic it gets its lines in the page. */
  open(count: number, topic: string): Promise<number> {
    const lines = topic === '' ? lineTexts(1, count) : [];
    const began = now();
    this.#subject.open(lines, topic);
    return this.#until(began, ({ last }) => last >= count);
  }

  /** The same, until what is known of the whole log is painted as well. */
  openOutline(count: number, topic: string): Promise<number> {
    const began = now();
    this.#subject.open([], topic);
    return this.#until(began, ({ last }) => last >= count && this.#subject.hasOutline?.() === true);
  }

  /** From asking for a line to painting it, ms. */
  goTo(line: number): Promise<number> {
    const began = now();
    this.#subject.goTo(line);
    return this.#until(began, ({ first, last }) => first <= line && line <= last);
  }

  /** `digit`: with what the numbers of all matches end. Times are from asking to painting the first screen, and to the last match found. */
  async filter(pattern: string, digit: number): Promise<Filtered> {
    const began = now();
    const finding = this.#subject.filter?.(pattern) ?? Promise.resolve(0);
    const first = await this.#until(began, ({ first: top, last }) => top % 10 === digit && last % 10 === digit && last > top);
    const found = await finding;
    return { first, all: now() - began, found };
  }

  produce(from: number, rate: number, seconds: number): Promise<Tick[]> {
    return produce({ from, rate, seconds, write: (lines) => this.#subject.append(lines) });
  }

  watch(): void {
    const frames: [number, number][] = [];
    const begins: number[] = [];
    const watch = { stop: false, result: { frames, begins, longTasks: [] as number[], nodes: 0, blanks: 0 } };
    this.#watch = watch;
    this.#longTasks = watch.result.longTasks;
    everyFrame((began) => {
      if (watch.stop) return false;
      begins.push(began);
      frames.push([now(), this.#subject.shown()?.last ?? 0]);
      if (this.#subject.isBlank()) watch.result.blanks += 1;
      if (frames.length % COUNT_EVERY === 0) {
        const nodes = this.#subject.roots.reduce((sum, root) => sum + countNodes(root), 0);
        watch.result.nodes = Math.max(watch.result.nodes, nodes);
      }
      return true;
    });
  }

  stop(): Watched | undefined {
    if (this.#watch !== undefined) this.#watch.stop = true;
    return this.#watch?.result;
  }

  /** Resolves when a line is on screen, or after `longest` ms, to the newest line then on screen. */
  async reached(line: number, longest: number): Promise<number> {
    await Promise.race([this.#until(now(), ({ last }) => last >= line), new Promise((resolve) => setTimeout(resolve, longest))]);
    return this.#subject.shown()?.last ?? 0;
  }

  #until(began: number, holds: (shown: Shown) => boolean): Promise<number> {
    return new Promise((resolve) => {
      everyFrame(() => {
        const shown = this.#subject.shown();
        const late = now() - began > NEVER;
        if (!late && (shown === undefined || !holds(shown))) return true;
        resolve(late ? Infinity : now() - began);
        return false;
      });
    });
  }
}

declare global {
  /** How a page is driven from outside. */
  interface Window {
    probe: Probe;
  }
}
