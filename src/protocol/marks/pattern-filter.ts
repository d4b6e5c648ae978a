import { BYTE_CLASSES, CLASS_OF_BYTE } from './byte-classes.ts';
import { PatternTree, type PatternStep } from './pattern-tree.ts';

const NEWLINE = 0x0a;
/** Bits of the number of a class. */
const BITS = 6;
/** Three classes in a row are one number, of so many bits. */
const THREE = (1 << (3 * BITS)) - 1;

/**
 * Finds in bytes what may belong to a text that one of many patterns describes. Of each pattern it knows the rarest three bytes in a
 * row of which any such text has some: bytes with none of these hold no such text. That takes hardly longer than reading the bytes;
 * `ByteAutomaton` then reads the few lines that are left. A pattern that begins with a line feed is found in the line after that.
 */
export class PatternFilter {
  /** 1 for each three classes in a row that it stops at. */
  readonly #stops = new Uint8Array(THREE + 1);
  /** The classes of the last three bytes. */
  #state = 0;

  constructor(patterns: readonly string[]) {
    const tree = new PatternTree(patterns);
    const choices = new Map(tree.sets.map((set) => [set, choiceOf(set)]));
    for (const path of tree.paths)
      for (const [first, second, third] of rarest(waysThrough(path, choices)))
        for (const a of first.classes)
          for (const b of second.classes) for (const c of third.classes) this.#stops[followed(followed(a, b), c)] = 1;
  }

  /** Begins before the first byte. */
  restart(): void {
    this.#state = 0;
  }

  /** Reads a byte; returns whether it may belong to such a text. Such a byte counts as not read. */
  step(byte: number): boolean {
    const next = followed(this.#state, CLASS_OF_BYTE[byte] ?? 0);
    if (this.#stops[next] === 1) return true;
    this.#state = next;
    return false;
  }

  /** Reads the bytes from an index on, up to the first that may belong to such a text; returns its index, or `to` if there is none. */
  read(bytes: Uint8Array, from: number, to: number): number {
    const stops = this.#stops;
    const classes = CLASS_OF_BYTE;
    let state = this.#state;
    let at = from;
    // Four at a time, so that few steps wait for the one before.
    for (; at + 3 < to; at += 4) {
      const one = (state << BITS) | (classes[bytes[at] ?? 0] ?? 0);
      const two = (one << BITS) | (classes[bytes[at + 1] ?? 0] ?? 0);
      const three = (two << BITS) | (classes[bytes[at + 2] ?? 0] ?? 0);
      const four = (three << BITS) | (classes[bytes[at + 3] ?? 0] ?? 0);
      if (((stops[one & THREE] ?? 0) | (stops[two & THREE] ?? 0) | (stops[three & THREE] ?? 0) | (stops[four & THREE] ?? 0)) !== 0) break;
      state = four & THREE;
    }
    // It stops at one of the next four bytes, or at the end.
    for (; at < to; at += 1) {
      const next = followed(state, classes[bytes[at] ?? 0] ?? 0);
      if (stops[next] === 1) break;
      state = next;
    }
    this.#state = state;
    return at;
  }
}

/** The last three classes of those before and one more. */
function followed(before: number, last: number): number {
  return ((before << BITS) | last) & THREE;
}

/** What a byte may be. */
interface Choice {
  readonly classes: readonly number[];
  /** The share of all bytes that have one of these classes. */
  readonly frequency: number;
}

const ANY: Choice = { classes: [...BYTE_CLASSES.keys()], frequency: 1 };

function choiceOf(set: ReadonlySet<number>): Choice {
  const classes = [...new Set([...set].map((byte) => CLASS_OF_BYTE[byte] ?? 0))];
  return { classes, frequency: classes.reduce((sum, at) => sum + (BYTE_CLASSES[at]?.frequency ?? 0), 0) };
}

/** Three bytes in a row. */
type Three = readonly [Choice, Choice, Choice];

/** For each byte that all texts of a pattern have: what it and the two bytes before it may be. */
function waysThrough(steps: readonly PatternStep[], choices: ReadonlyMap<ReadonlySet<number>, Choice>): Three[][] {
  const path = steps.map(({ bytes }) => choices.get(bytes) ?? ANY);
  // What is before the pattern may be anything.
  const choiceAt = (at: number): Choice => path[at] ?? ANY;
  return steps.flatMap(({ isOptional, bytes }, at) => {
    if (isOptional || (at === 0 && bytes.has(NEWLINE))) return [];
    const ways = stepsBefore(steps, at).flatMap((middle) => {
      const again = steps[middle]?.repeats === true ? [middle] : [];
      return [...again, ...stepsBefore(steps, middle)].map((first): Three => [choiceAt(first), choiceAt(middle), choiceAt(at)]);
    });
    return [ways];
  });
}

/** The steps that may come right before the first byte of a step; -1 for what is before the pattern. */
function stepsBefore(steps: readonly PatternStep[], at: number): number[] {
  const before: number[] = [];
  for (let step = at - 1; step >= 0; step -= 1) {
    before.push(step);
    if (steps[step]?.isOptional !== true) return before;
  }
  return [...before, -1];
}

function rarest(choices: readonly Three[][]): readonly Three[] {
  const [first] = choices.map((ways) => ({ ways, frequency: frequencyOf(ways) })).sort((a, b) => a.frequency - b.frequency);
  if (first === undefined) throw new RangeError('A pattern has no byte that all its texts have.');
  return first.ways;
}

function frequencyOf(ways: readonly Three[]): number {
  return ways.reduce((sum, [first, second, third]) => sum + first.frequency * second.frequency * third.frequency, 0);
}
