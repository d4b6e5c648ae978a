import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { LEVEL } from '../../../src/protocol/marks/level.ts';

/** The names of the levels in fixtures; `-` for none. */
export const LEVEL_NAMES = new Map<number | undefined, string>([
  [undefined, '-'],
  ...Object.entries(LEVEL).map(([name, level]) => [level, name] as const),
]);

/** The lines of a fixture. */
export function fixture(name: string): string[] {
  return readFileSync(new URL(`../../fixtures/marks/${name}`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');
}

const PIECES = [
  '[¦]¦a:¦1 ¦ERROR ¦error: ¦::error ¦##teamcity[message a=\'¦a=¦"¦\\¦ > ¦ FAILED¦a.b ¦(¦{"a":¦{"¦internal ¦/¦\t¦fatal ¦x.rb:1:in ',
  "E/¦thread '¦a:1:1 ¦Jan ¦w | ¦1¦a¦:¦.¦  ¦level=x ¦    at ¦#0 ¦ called at ¦ | ¦goroutine 1 [¦Traceback (most recent call last):",
  '  File "¦--> ¦Caused by: ',
].flatMap((pieces) => pieces.split('¦'));

/** Text that the rules look for, and parts of it. */
export const piece = fc.constantFrom(...PIECES);

/** Long lines of repeated pieces: rules match far into them before they fail. */
export const hostileLine = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => {
  const unit = pieces.join('');
  return unit.repeat(Math.ceil(200_000 / unit.length));
});
