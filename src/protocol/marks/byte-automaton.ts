import { PatternTree, reachable, type PatternStep } from './pattern-tree.ts';

/** In place of a state: a pattern has ended. */
const FOUND = -1;
/** In place of a state: nothing has led to it yet. */
const UNKNOWN = -2;

/** States that are kept, at most. Logs lead to hundreds; a text that leads to more was made to. */
const MAX_STATES = 16_384;
const FIRST_SIZE = 256;

/**
 * Finds in bytes where the first text ends that one of many patterns describes, with one look-up for each byte. A state is found when
 * a text first leads to it.
 */
export class ByteAutomaton {
  /** Bytes that all patterns treat alike have the same class. */
  readonly #classes: Uint8Array;
  /** The state after a byte, at the state before plus the class of the byte. Negative values are no states. */
  #transitions: Int32Array;
  /** The state after the bytes read so far. */
  #state = 0;
  /** For each class, the first steps of patterns that read it. */
  readonly #starts: readonly (readonly PatternStep[])[];
  /** The steps that may be next in each state, besides those that begin patterns. */
  #states: (readonly PatternStep[])[] = [[]];
  #numbers = new Map<string, number>([['', 0]]);

  readonly #maxStates: number;

  /** @param maxStates - How many states are kept; beyond that all are found again. */
  constructor(patterns: readonly string[], maxStates = MAX_STATES) {
    this.#maxStates = maxStates;
    const tree = new PatternTree(patterns);
    const starts = reachable(tree.first);
    this.#classes = classesOf(tree.sets);
    const count = Math.max(...this.#classes) + 1;
    this.#starts = Array.from({ length: count }, (_, at) => starts.filter(({ bytes }) => bytes.has(this.#classes.indexOf(at))));
    this.#transitions = new Int32Array(FIRST_SIZE * count).fill(UNKNOWN);
  }

  /** Begins before the first byte. */
  restart(): void {
    this.#state = 0;
  }

  /** Reads a byte; returns whether a pattern ends with it. Such a byte counts as not read. */
  step(byte: number): boolean {
    const next = this.#transitions[this.#state + (this.#classes[byte] ?? 0)] ?? UNKNOWN;
    const state = next === UNKNOWN ? this.#follow(this.#state, byte) : next;
    if (state !== FOUND) this.#state = state;
    return state === FOUND;
  }

  /** Reads the bytes from an index on, up to the first with which a pattern ends; returns its index, or `to` if there is none. */
  read(bytes: Uint8Array, from: number, to: number): number {
    let at = this.#readKnown(bytes, from, to);
    while (at < to && !this.step(bytes[at] ?? 0)) at = this.#readKnown(bytes, at + 1, to);
    return at;
  }

  /** Reads bytes as long as their transitions are known; returns the index after them. */
  #readKnown(bytes: Uint8Array, from: number, to: number): number {
    const classes = this.#classes;
    const transitions = this.#transitions;
    let state = this.#state;
    let at = from;
    for (; at < to; at += 1) {
      const next = transitions[state + (classes[bytes[at] ?? 0] ?? 0)] ?? UNKNOWN;
      if (next < 0) break;
      state = next;
    }
    this.#state = state;
    return at;
  }

  /** Finds the state after a byte, and keeps it. */
  #follow(state: number, byte: number): number {
    const at = state + (this.#classes[byte] ?? 0);
    const read = [...(this.#starts[this.#classes[byte] ?? 0] ?? []), ...(this.#states[state / this.#starts.length] ?? [])].filter((step) =>
      step.bytes.has(byte),
    );
    if (read.some(({ isLast }) => isLast)) return (this.#transitions[at] = FOUND);
    const next = [...new Set(read.flatMap((step) => [...(step.repeats ? [step] : []), ...reachable(step.after)]))].sort(
      (a, b) => a.id - b.id,
    );
    const key = next.map(({ id }) => id).join(' ');
    if (this.#numbers.has(key) || this.#states.length < this.#maxStates) {
      const found = this.#stateOf(key, next);
      return (this.#transitions[at] = found);
    }
    this.#forget();
    return this.#stateOf(key, next);
  }

  #stateOf(key: string, steps: readonly PatternStep[]): number {
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#states.length;
      this.#states.push(steps);
      this.#numbers.set(key, number);
      this.#grow();
    }
    return number * this.#starts.length;
  }

  #grow(): void {
    const needed = this.#states.length * this.#starts.length;
    if (needed <= this.#transitions.length) return;
    const transitions = new Int32Array(2 * this.#transitions.length).fill(UNKNOWN);
    transitions.set(this.#transitions);
    this.#transitions = transitions;
  }

  #forget(): void {
    this.#states = [[]];
    this.#numbers = new Map([['', 0]]);
    this.#transitions.fill(UNKNOWN);
  }
}

/** Gives bytes that are in the same sets the same number, from 0 on. */
function classesOf(sets: readonly ReadonlySet<number>[]): Uint8Array {
  const numbers = new Map<string, number>();
  return Uint8Array.from({ length: 256 }, (_, byte) => {
    const key = sets.flatMap((set, at) => (set.has(byte) ? [at] : [])).join(' ');
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
}
