/** One byte of a pattern. */
interface Step {
  readonly bytes: ReadonlySet<number>;
  readonly repeats: boolean;
  readonly isOptional: boolean;
}

/** In place of a state: a pattern has ended. */
const FOUND = -1;
/** In place of a state: nothing has led to it yet. */
const UNKNOWN = -2;

/** The most states that are kept; a text that leads to more was made to, and all are found again. */
const MAX_STATES = 16_384;
const FIRST_SIZE = 256;

/**
 * Finds in bytes where the first text ends that one of many patterns describes, with one look-up for each byte. A pattern is a
 * sequence of characters and of sets such as `[a-z]` or `[^ ]`; `+` or `*` may follow each, and a backslash makes the next character
 * plain. Characters beyond ASCII stand for their bytes in UTF-8. A state is found when a text first leads to it.
 */
export class ByteAutomaton {
  /** Bytes that all patterns treat alike have the same class. */
  readonly #classes: Uint8Array;
  /** The state after a byte, at the state before plus the class of the byte. Negative values are no states. */
  #transitions: Int32Array;
  /** The state after the bytes read so far. */
  #state = 0;
  /** The steps of all patterns, one pattern after the other; undefined after the last of each. */
  readonly #steps: (Step | undefined)[] = [];
  /** For each class, the first steps of patterns that read it. */
  readonly #starts: number[][];
  /** The steps that may be next in each state. */
  #states: (readonly number[])[] = [[]];
  #numbers = new Map<string, number>([['', 0]]);

  constructor(patterns: readonly string[]) {
    const sets = new Map<string, ReadonlySet<number>>();
    const starts = patterns.flatMap((pattern) => {
      const first = this.#steps.length;
      this.#steps.push(...parsePattern(pattern, sets), undefined);
      return this.#from(first);
    });
    this.#classes = classesOf([...sets.values()]);
    const count = Math.max(...this.#classes) + 1;
    this.#starts = Array.from({ length: count }, (_, at) => starts.filter((step) => this.#reads(step, this.#classes.indexOf(at))));
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

  /** Reads bytes from an index on, up to the first with which a pattern ends; returns its index, or their number if there is none. */
  read(bytes: Uint8Array, from: number): number {
    let at = this.#readKnown(bytes, from);
    while (at < bytes.length && !this.step(bytes[at] ?? 0)) at = this.#readKnown(bytes, at + 1);
    return at;
  }

  /** Reads bytes as long as their transitions are known; returns the index after them. */
  #readKnown(bytes: Uint8Array, from: number): number {
    const classes = this.#classes;
    const transitions = this.#transitions;
    let state = this.#state;
    let at = from;
    for (; at < bytes.length; at += 1) {
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
    const steps = this.#after(this.#states[state / this.#starts.length] ?? [], byte);
    if (steps.some((step) => this.#steps[step] === undefined)) return (this.#transitions[at] = FOUND);
    const key = steps.join(' ');
    if (this.#numbers.has(key) || this.#states.length < MAX_STATES) {
      const next = this.#stateOf(key, steps);
      return (this.#transitions[at] = next);
    }
    this.#forget();
    return this.#stateOf(key, steps);
  }

  /** The steps that may be next after a byte, in order. */
  #after(steps: readonly number[], byte: number): number[] {
    const next = new Set<number>();
    for (const step of [...(this.#starts[this.#classes[byte] ?? 0] ?? []), ...steps]) {
      if (!this.#reads(step, byte)) continue;
      if (this.#steps[step]?.repeats === true) next.add(step);
      for (const each of this.#from(step + 1)) next.add(each);
    }
    return [...next].sort((a, b) => a - b);
  }

  /** The steps that may be next from this one on: after an optional one, those after it. */
  #from(step: number): number[] {
    const steps = [step];
    for (let at = step; this.#steps[at]?.isOptional === true; at += 1) steps.push(at + 1);
    return steps;
  }

  #reads(step: number, byte: number): boolean {
    return this.#steps[step]?.bytes.has(byte) === true;
  }

  #stateOf(key: string, steps: readonly number[]): number {
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

const TOKEN = /(?:\[(?<set>(?:\\.|[^\]])+)\]|\\(?<escaped>.)|(?<plain>.))(?<times>[+*])?/gsu;
const RANGE = /\\?(?<from>.)(?:-(?<to>.))?/gsu;

/** @param sets - The sets of bytes, by how they are written. */
function parsePattern(pattern: string, sets: Map<string, ReadonlySet<number>>): Step[] {
  const steps: Step[] = [];
  // One character for each byte.
  const bytes = String.fromCharCode(...new TextEncoder().encode(pattern));
  for (const { groups } of bytes.matchAll(TOKEN)) {
    const { set, escaped, plain = '', times } = groups ?? {};
    const key = set ?? `\\${escaped ?? plain}`;
    const meant = sets.get(key) ?? bytesOf(key);
    sets.set(key, meant);
    steps.push({ bytes: meant, repeats: times !== undefined, isOptional: times === '*' });
  }
  return steps;
}

function bytesOf(set: string): ReadonlySet<number> {
  const bytes = new Set<number>();
  const isNegated = set.startsWith('^');
  for (const { groups } of set.slice(isNegated ? 1 : 0).matchAll(RANGE)) {
    const { from = '', to = from } = groups ?? {};
    for (let byte = from.charCodeAt(0); byte <= to.charCodeAt(0); byte += 1) bytes.add(byte);
  }
  return isNegated ? new Set(Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => !bytes.has(byte))) : bytes;
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
