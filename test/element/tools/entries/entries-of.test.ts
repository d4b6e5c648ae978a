import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Survivors } from '../../../../src/element/terminal/survivors.ts';
import { entriesOf } from '../../../../src/element/tools/entries/entries-of.ts';

const LOGS = new URL('../../../fixtures/logs/', import.meta.url);

/** The lines of recorded logs that a reader would call errors; a message and its trace are one error. The other logs have none. */
const ERRORS: Readonly<Record<string, readonly number[]>> = {
  'cargo-error': [2, 11],
  'cargo-test': [24, 30, 57, 59],
  'gcc-errors': [2, 17, 23],
  gradle: [23, 44, 49],
  listr: [476, 479],
  'node-test': [2, 3, 38, 41, 42],
  playwright: [7, 8, 12, 30],
  pytest: [10, 13, 26, 42, 44, 45],
  'rustc-error': [6, 15],
  'tsc-watch': [4],
  unittest: [1, 6, 8, 19],
  'vitest-files': [46, 114, 150, 151, 171, 172],
  vitest: [32, 70, 71],
};

describe('the errors of a recorded log', () => {
  const names = readdirSync(LOGS).flatMap((name) => (name.endsWith('.log') ? [name.slice(0, -4)] : []));

  it.each(names)('%s', (name) => {
    const lines = readFileSync(new URL(`${name}.log`, LOGS), 'utf8').split('\n');
    const survivors = new Survivors(1, lines.length);
    for (const [at, text] of lines.entries()) survivors.push(at + 1, text);
    expect(entriesOf(survivors.texts()).map(({ line }) => line)).toEqual(ERRORS[name] ?? []);
  });
});
