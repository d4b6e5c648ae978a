import { setTimeout as pause } from 'node:timers/promises';

/** ms before the next node is asked as well. A hung node costs no more than this. */
const STAGGER = 100;

/**
 * The first answer of several nodes. They are asked one after the other in quick succession, so that usually one of them
 * does all the work and none can hold up the rest. Rejects with the failure of the last node when all of them failed.
 */
export async function firstAnswer<Answer extends object>(
  names: readonly string[],
  ask: (name: string) => Promise<Answer>,
): Promise<Answer> {
  const attempts: Promise<Answer>[] = [];
  let failures: readonly unknown[] = [];
  for (const name of names) {
    attempts.push(ask(name));
    const isLast = attempts.length === names.length;
    try {
      const any = Promise.any(attempts);
      const answer = await (isLast ? any : Promise.race([any, pause(STAGGER, undefined, { ref: false })]));
      if (answer !== undefined) return answer;
    } catch (error) {
      failures = error instanceof AggregateError ? error.errors : [error];
    }
  }
  throw failures.at(-1);
}
