import assert from 'node:assert/strict';
import { Signer } from '../../src/server/access/signer.ts';

const SAMPLES = 200_000;
/** Beyond this a difference between two means is no chance any more; the usual bound of tests for leaks through time. */
const MOST_T = 4.5;

/**
 * Whether the time of a verification tells how much of a signature was right: signatures that are wrong in the first digit
 * against those that are wrong in the last, in turn, by Welch's t over the quicker nine tenths.
 */
export function compareTimes(): string {
  const signer = new Signer(['the secret of today', 'the secret of yesterday']);
  const good = signer.sign('run:1');
  const at = good.lastIndexOf('--') + 2;
  const wrong = (index: number): string => good.slice(0, index) + (good[index] === '0' ? '1' : '0') + good.slice(index + 1);
  const topics = [wrong(at), wrong(good.length - 1)] as const;
  const times: [number[], number[]] = [[], []];
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const side = Math.random() < 0.5 ? 0 : 1;
    const from = process.hrtime.bigint();
    const { ok } = signer.verify(topics[side]);
    times[side].push(Number(process.hrtime.bigint() - from));
    assert.ok(!ok);
  }
  const [first, last] = times.map(summary);
  assert.ok(first !== undefined && last !== undefined);
  const t = (first.mean - last.mean) / Math.sqrt(first.variance / first.count + last.variance / last.count);
  const told = `${first.mean.toFixed(0)} ns wrong at first, ${last.mean.toFixed(0)} ns wrong at last, t = ${t.toFixed(2)}`;
  assert.ok(Math.abs(t) < MOST_T, `the time of a refusal tells where a signature is wrong: ${told}`);
  return `Refusing a signature takes the same time wherever it is wrong: ${told}.`;
}

function summary(all: readonly number[]): { readonly count: number; readonly mean: number; readonly variance: number } {
  // The slow tenth is the machine's doing, and would hide what is looked for.
  const kept = all.toSorted((a, b) => a - b).slice(0, Math.floor(all.length * 0.9));
  const mean = kept.reduce((sum, time) => sum + time, 0) / kept.length;
  const variance = kept.reduce((sum, time) => sum + (time - mean) ** 2, 0) / (kept.length - 1);
  return { count: kept.length, mean, variance };
}
