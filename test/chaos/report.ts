import type { ChaosReport } from './chaos.ts';

/** A report for people. */
export function format({ seed, injected, audience, producer, verified }: ChaosReport): string {
  const table = (counts: Readonly<Record<string, number>>): string[] =>
    Object.entries(counts).map(([what, count]) => `  ${String(count).padStart(6)}  ${what}`);
  return [
    `seed ${seed}`,
    'injected',
    ...table(injected),
    `tabs that were there when it happened, on average: ${audience.toFixed(1)}`,
    'the producer, and pages',
    ...table(producer),
    'verified',
    ...verified.map((sentence) => `  - ${sentence}`),
  ].join('\n');
}
