import { MismatchError } from './failure.ts';
import { line, mismatch, numberedLine, exactly, show, type Pattern } from './pattern.ts';
import type { LinesSpec } from './steps.ts';
import type { World } from './world.ts';

/** Whether a frame is a part: parts may arrive between the lines, while their body does. */
export function isPart(frame: unknown): boolean {
  return typeof frame === 'object' && frame !== null && 'e' in frame && frame.e === 'part';
}

/** Checks lines in `msg` frames: each frame must continue right after the one before. */
export class LineRun {
  readonly #world: World;
  readonly #spec: LinesSpec;
  #next: number;

  constructor(world: World, spec: LinesSpec) {
    this.#world = world;
    this.#spec = spec;
    this.#next = spec.from;
  }

  get isComplete(): boolean {
    return this.#next > this.#last;
  }

  /** The lines not received yet, for a report. */
  get missing(): string {
    return `msg with line ${this.#next} (of ${this.#spec.from} to ${this.#last})`;
  }

  /** Checks a frame, which must be the next `msg`. Returns the number of its last line. */
  add(frame: unknown): number {
    const { log, epoch } = this.#spec;
    const wrong = mismatch({ e: 'msg', ch: `<${log}>`, off: { $: 'position', as: 'offEpoch', offset: undefined } }, frame, this.#world);
    if (wrong !== undefined) throw new MismatchError(this.missing, show(frame));
    const { off, data } = frame as { readonly off: string; readonly data?: { readonly lines?: unknown } };
    const its = this.#world.known('offEpoch');
    const wanted = this.#world.get(epoch);
    if (wanted === undefined) this.#world.save(epoch, its);
    else if (its !== wanted) throw new MismatchError(`${this.missing} in epoch ${wanted}`, show(off));
    const lines = data?.lines;
    if (!Array.isArray(lines) || lines.length === 0) throw new MismatchError(`${this.missing}: at least one line`, show(frame));
    const offset = Number(off.slice(its.length + 1));
    if (offset - lines.length + 1 !== this.#next) {
      throw new MismatchError(this.missing, `msg with lines ${offset - lines.length + 1} to ${offset}: ${show(frame)}`);
    }
    for (const item of lines as unknown[]) this.#check(item);
    return offset;
  }

  get #last(): number {
    const { lines, from } = this.#spec;
    return typeof lines === 'number' ? lines : from + lines.length - 1;
  }

  #check(item: unknown): void {
    if (this.isComplete) throw new MismatchError(`no line after ${this.#last}`, show(item));
    const wrong = mismatch(this.#pattern(), item, this.#world, `line ${this.#next}`);
    if (wrong !== undefined) throw new MismatchError(`${wrong.path} ${wrong.expected}`, wrong.actual);
    this.#next += 1;
  }

  #pattern(): Pattern {
    const { lines, from } = this.#spec;
    if (typeof lines === 'number') return line(exactly(numberedLine(this.#next)));
    const wanted = lines[this.#next - from] ?? '';
    return typeof wanted === 'string' ? line(wanted) : wanted;
  }
}
