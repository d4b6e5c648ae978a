import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { Bench } from '../support/bench.ts';
import { topicOf } from '../support/topics.ts';

const TOPIC = topicOf('run:1');
let bench: Bench;

/** What a client must do, by the words of the table in PROTOCOL.md. */
const MEANING = new Map<string, (code: number) => void>([
  ['reconnects if it still has topics', reconnectsIfTopicsRemain],
  ['comes back as `bye` said', comesBackAsSaid],
  ['refreshes its topics once, then is denied', refreshesOnce],
  ['comes back and resumes', resumes],
  ['stops and says so', stops],
  ['comes back with full jitter', resumes],
]);

/** The rows of the table: a code and what a client does. */
function rows(): [code: number, does: string][] {
  const protocol = readFileSync(new URL('../../../PROTOCOL.md', import.meta.url), 'utf8');
  const table = /\| code +\|.*\n\|[ -|]+\n((?:\|.*\n)+)/u.exec(protocol)?.[1] ?? '';
  return table
    .trim()
    .split('\n')
    .flatMap((row) => {
      const [codes = '', , does = ''] = row
        .split('|')
        .slice(1)
        .map((cell) => cell.trim());
      const all =
        codes === 'any other'
          ? ['1002', '1003', '1005', '1006', '1007', '1010', '1011', '1014', '1015', '3000', '4000', '4999']
          : codes.split(', ');
      return all.map((code): [number, string] => [Number(code), does]);
    });
}

beforeEach(() => {
  bench = new Bench();
  bench.open(1, TOPIC);
  bench.opened();
  bench.ack('run:1', 'e-5');
  bench.pass(20_000);
});

/** It reconnects within half a second and two, and resumes where it was. */
function resumes(code: number): void {
  bench.closed(code);
  expect(bench.status(1).state).toBe('reconnecting');
  const from = bench.now;
  bench.passToConnect();
  expect(bench.now - from).toBeGreaterThanOrEqual(500);
  expect(bench.now - from).toBeLessThanOrEqual(2_000);
  bench.opened();
  expect(bench.subscribed.at(-1)).toEqual([TOPIC, 'e-5']);
}

function reconnectsIfTopicsRemain(code: number): void {
  resumes(code);
  bench.do({ type: 'close', log: 1 });
  bench.closed(code);
  bench.pass(600_000);
  expect(bench.connects).toHaveLength(2);
}

function comesBackAsSaid(code: number): void {
  bench.frame({ e: 'bye', reason: 'deploy', retry: [7_000, 9_000], again: undefined });
  bench.closed(code);
  const from = bench.now;
  bench.passToConnect();
  expect(bench.now - from).toBe(8_000);
  bench.opened();
  expect(bench.subscribed.at(-1)).toEqual([TOPIC, 'e-5']);
  // Without a bye, as after any loss.
  bench.pass(20_000);
  resumes(code);
}

function refreshesOnce(code: number): void {
  bench.open(2, TOPIC, true);
  const refreshes = (): number => bench.effects.filter((effect) => effect.do === 'refresh').length;
  bench.closed(code);
  expect(refreshes()).toBe(1);
  const fresh = topicOf('run:1', { t: 2_000 });
  bench.do({ type: 'refreshed', log: 2, topic: fresh });
  bench.passToConnect();
  bench.opened();
  expect(bench.subscribed.at(-1)).toEqual([fresh, 'e-5']);
  bench.closed(code);
  bench.pass(600_000);
  expect(bench.connects).toHaveLength(2);
  expect(bench.status(1)).toMatchObject({ state: 'denied', problem: expect.stringContaining(String(code)) });
}

function stops(code: number): void {
  bench.closed(code);
  bench.pass(600_000);
  expect(bench.connects).toHaveLength(1);
  expect(bench.status(1)).toMatchObject({ state: 'error', retryAt: undefined, problem: expect.stringContaining(String(code)) });
}

describe('the table of close codes in PROTOCOL.md', () => {
  it('is read completely', () => {
    expect(rows().map(([code]) => code)).toEqual(
      expect.arrayContaining([1000, 1001, 1006, 1008, 1009, 1012, 1013, 4400, 4401, 4403, 4408, 4426]),
    );
  });

  it.each(rows())('holds for %i: a client %s', (code, does) => {
    const check = MEANING.get(does);
    if (check === undefined) throw new Error(`Nobody here knows what it means that a client ${does}.`);
    check(code);
  });
});
