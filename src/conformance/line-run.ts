import { Failure } from './failure.ts';
import { line, mismatch, numberedLine, exactly, show, type Pattern } from './pattern.ts';
import type { LinesSpec } from './steps.ts';
import type { World } from './world.ts';

/** Whether it is a part: one may come between the lines, while their body arrives. */
export function isPart(frame: unknown): boolean {
  return typeof frame === 'object' && frame !== null && 'e' in frame && frame.e === 'part';
}

/** Lines that come in `msg` frames: each frame has to begin right behind the one before. */
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

  /** What is still to come, for a report. */
  get missing(): string {
    return `msg with line ${this.#next} (of ${this.#spec.from} to ${this.#last})`;
  }

  /** Takes a frame, which has to be the next `msg`. Returns the number of its last line. */
  take(frame: unknown): number {
    const { log, epoch } = this.#spec;
    const wrong = mismatch({ e: 'msg', ch: `<${log}>`, off: { $: 'position', as: 'offEpoch', offset: undefined } }, frame, this.#world);
    if (wrong !== undefined) throw new Failure(this.missing, show(frame));
    const { off, data } = frame as { readonly off: string; readonly data?: { readonly lines?: unknown } };
    const its = this.#world.known('offEpoch');
    const wanted = this.#world.get(epoch);
    if (wanted === undefined) this.#world.save(epoch, its);
    else if (its !== wanted) throw new Failure(`${this.missing} in epoch ${wanted}`, show(off));
    const lines = data?.lines;
    if (!Array.isArray(lines) || lines.length === 0) throw new Failure(`${this.missing}: at least one line`, show(frame));
    const offset = Number(off.slice(its.length + 1));
    if (offset - lines.length + 1 !== this.#next) {
      throw new Failure(this.missing, `msg with lines ${offset - lines.length + 1} to ${offset}: ${show(frame)}`);
    }
    for (const item of lines as unknown[]) this.#check(item);
    return offset;
  }

  get #last(): number {
    const { lines, from } = this.#spec;
    return typeof lines === 'number' ? lines : from + lines.length - 1;
  }

  #check(item: unknown): void {
    if (this.isComplete) throw new Failure(`no line behind ${this.#last}`, show(item));
    const wrong = mismatch(this.#pattern(), item, this.#world, `line ${this.#next}`);
    if (wrong !== undefined) throw new Failure(`${wrong.path} ${wrong.expected}`, wrong.came);
    this.#next += 1;
  }

  #pattern(): Pattern {
    const { lines, from } = this.#spec;
    if (typeof lines === 'number') return line(exactly(numberedLine(this.#next)));
    const wanted = lines[this.#next - from] ?? '';
    return typeof wanted === 'string' ? line(wanted) : wanted;
  }
}
