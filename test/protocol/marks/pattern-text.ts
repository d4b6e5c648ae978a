import { PatternTree, type PatternStep } from '../../../src/protocol/marks/pattern-tree.ts';

export const ENCODER = new TextEncoder();
const decoder = new TextDecoder();

/** A text that a pattern describes. @param choose Any number, for each choice that there is. */
export function textOf(pattern: string, choose: () => number): string {
  const bytes: number[] = [];
  for (let step: PatternStep | undefined = new PatternTree([pattern]).first[0]; step !== undefined; step = step.after[0]) {
    const times = step.repeats ? (choose() % 3) + (step.isOptional ? 0 : 1) : 1;
    const choices = [...step.bytes].filter((byte) => byte < 0x80 || step?.bytes.size === 1);
    for (let time = 0; time < times; time += 1) bytes.push(choices[choose() % choices.length] ?? 0);
  }
  return decoder.decode(Uint8Array.from(bytes));
}
