import fc from 'fast-check';

/** Something that is fed with whatever there is. */
export interface Target {
  readonly name: string;
  /** Of all cases, how many are for this one: the quick ones get more. */
  readonly share: number;
  /** Throws when an invariant broke. `cases` is how many to try at least; resolves to how many were. */
  run(cases: number, seed: number): Promise<number>;
  close?(): Promise<void>;
}

/** A target whose case is one value, tried on its own. */
export function property<T>(name: string, share: number, arbitrary: fc.Arbitrary<T>, check: (value: T) => void | Promise<void>): Target {
  return {
    name,
    share,
    async run(cases, seed) {
      await fc.assert(
        fc.asyncProperty(arbitrary, async (value) => {
          await check(value);
        }),
        { numRuns: cases, seed },
      );
      return cases;
    },
  };
}

/** A target that tries `size` values at the same time. */
export function batches<T>(
  name: string,
  share: number,
  size: number,
  arbitrary: fc.Arbitrary<T>,
  check: (values: readonly T[]) => Promise<void>,
): Target {
  const batch = fc.array(arbitrary, { minLength: size, maxLength: size, size: 'max' });
  return {
    name,
    share,
    async run(cases, seed) {
      const runs = Math.ceil(cases / size);
      await fc.assert(
        fc.asyncProperty(batch, (values) => check(values)),
        // A failure is shown as it was found: to shrink it would ask a server that went on meanwhile.
        { numRuns: runs, seed, endOnFailure: true },
      );
      return runs * size;
    },
  };
}
