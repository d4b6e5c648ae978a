/**
 * The items of all sources, as they come. A source that fails or hangs holds up no other: the first failure is thrown once
 * the others are at their ends.
 */
export async function* merge<T>(sources: readonly AsyncIterable<T>[]): AsyncGenerator<T> {
  const steps = new Map<AsyncIterator<T>, Promise<Step<T>>>();
  for (const source of sources) {
    const iterator = source[Symbol.asyncIterator]();
    steps.set(iterator, stepOf(iterator));
  }
  const failures: unknown[] = [];
  try {
    while (steps.size > 0) {
      const step = await Promise.race(steps.values());
      // The next one to be asked comes last, so that each has its turn.
      steps.delete(step.iterator);
      if ('error' in step) failures.push(step.error);
      else if (step.result.done !== true) {
        steps.set(step.iterator, stepOf(step.iterator));
        yield step.result.value;
      }
    }
  } finally {
    // Nothing waits for them: one that hangs would not answer that either.
    for (const iterator of steps.keys()) iterator.return?.().catch(() => undefined);
  }
  if (failures.length > 0) throw failures[0];
}

interface Source<T> {
  readonly iterator: AsyncIterator<T>;
}

type Step<T> = Source<T> & ({ readonly result: IteratorResult<T> } | { readonly error: unknown });

/** Never rejects. */
async function stepOf<T>(iterator: AsyncIterator<T>): Promise<Step<T>> {
  try {
    return { iterator, result: await iterator.next() };
  } catch (error) {
    return { iterator, error };
  }
}
