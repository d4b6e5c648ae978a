/** A byte of one pattern, or of several that begin alike. */
export interface PatternStep {
  readonly id: number;
  /** How it is written. */
  readonly source: string;
  readonly bytes: ReadonlySet<number>;
  readonly repeats: boolean;
  readonly isOptional: boolean;
  /** The steps that may come after it. */
  readonly after: PatternStep[];
  /** A pattern ends with it. */
  isLast: boolean;
}

const TOKEN = /(?:\[(?<set>(?:\\.|[^\]])+)\]|\\(?<escaped>.)|(?<plain>.))(?<times>[+*])?/gsu;
const RANGE = /\\?(?<from>.)(?:-(?<to>.))?/gsu;

/**
 * Patterns for sequences of bytes. A pattern is a sequence of characters and of sets such as `[a-z]` or `[^ ]`; `+` or `*` may follow
 * each, and a backslash makes the next character plain. Characters beyond ASCII stand for their bytes in UTF-8. Patterns that begin
 * alike share steps.
 */
export class PatternTree {
  readonly first: PatternStep[] = [];
  /** The steps of each pattern. */
  readonly paths: readonly (readonly PatternStep[])[];
  /** The sets of bytes, by how they are written. */
  readonly #sets = new Map<string, ReadonlySet<number>>();
  #count = 0;

  constructor(patterns: readonly string[]) {
    this.paths = patterns.map((pattern) => this.#add(pattern));
  }

  /** The sets of bytes that the patterns tell apart. */
  get sets(): readonly ReadonlySet<number>[] {
    return [...this.#sets.values()];
  }

  #add(pattern: string): PatternStep[] {
    const path: PatternStep[] = [];
    let among = this.first;
    let last: PatternStep | undefined;
    // One character for each byte.
    const bytes = String.fromCharCode(...new TextEncoder().encode(pattern));
    for (const { 0: source, groups } of bytes.matchAll(TOKEN)) {
      last = among.find((step) => step.source === source);
      if (last === undefined) {
        const { set, escaped, plain = '', times } = groups ?? {};
        last = {
          id: this.#count,
          source,
          bytes: this.#setOf(set ?? `\\${escaped ?? plain}`),
          repeats: times !== undefined,
          isOptional: times === '*',
          after: [],
          isLast: false,
        };
        this.#count += 1;
        among.push(last);
      }
      path.push(last);
      among = last.after;
    }
    if (last !== undefined) last.isLast = true;
    return path;
  }

  #setOf(source: string): ReadonlySet<number> {
    const set = this.#sets.get(source) ?? bytesOf(source);
    this.#sets.set(source, set);
    return set;
  }
}

/** These steps and, after optional ones, those after them. */
export function reachable(steps: readonly PatternStep[]): PatternStep[] {
  return steps.flatMap((step) => (step.isOptional ? [step, ...reachable(step.after)] : [step]));
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
