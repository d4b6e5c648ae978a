// What the logs of the states say.

/** Lines that differ only by their number. */
export function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `line ${at + 1}`);
}

export const BUILD: readonly string[] = [
  '$ npm test',
  '\u001b[32m✓\u001b[0m src/cart.test.ts \u001b[2m(12 tests)\u001b[0m \u001b[33m41\u001b[0mms',
  'Tests  12 passed (12)',
  'ok: done in 2.1 s',
];

const FRAME_COUNT = 12;
const frames = (count: number): string[] => Array.from({ length: count }, (_, at) => `    at step${at} (src/pay.test.ts:${88 + at}:19)`);

/** A run that failed, in groups. */
export const CI: readonly string[] = [
  '::group::Run npm ci',
  'added 214 packages in 9 s',
  'found 0 vulnerabilities',
  '::endgroup::',
  '::group::Run npm test',
  '\u001b[32m✓\u001b[0m src/cart.test.ts \u001b[2m(12 tests)\u001b[0m',
  'warning: src/cart.test.ts:12:5 Unexpected any. Specify a different type.',
  '\u001b[33m❯\u001b[0m src/pay.test.ts \u001b[2m(3 tests | 1 failed)\u001b[0m',
  'Error: expected 3 to equal 4',
  ...frames(FRAME_COUNT),
  '::endgroup::',
  '::group::Upload artifacts',
  'uploaded coverage.zip',
  '::endgroup::',
  '::error::Process completed with exit code 1.',
];

export const LEVELS: readonly string[] = [
  'plain',
  'TRACE: where it is',
  'DEBUG: what it has',
  'INFO: what it does',
  'WARN: what it did not like',
  '    because of this',
  'ERROR: what it could not do',
  '    at f (a.js:1:2)',
  'FATAL: why it stopped',
  'after',
];

export const COLORS: readonly string[] = [
  ...[30, 90, 40, 100].map(
    (first) => `${Array.from({ length: 8 }, (_, at) => `\u001b[${first + at}m SGR ${first + at} `).join('')}\u001b[0m`,
  ),
  '\u001b[38;5;208mindexed\u001b[0m \u001b[38;2;120;80;200mtrue colour\u001b[0m \u001b[48;5;24mground\u001b[0m',
  '\u001b[1mbold\u001b[0m \u001b[2mfaint\u001b[0m \u001b[3mitalic\u001b[0m \u001b[4munderlined\u001b[0m \u001b[9mstruck\u001b[0m \u001b[7mreversed\u001b[0m',
  '│ box ─┬─ drawing │ → arrows … and 12\t→ tabs',
];

export const FRAMES: readonly string[] = ['before', 'Error: it broke', ...frames(FRAME_COUNT), 'after'];

export const REPEATED: readonly string[] = ['begin', ...Array.from({ length: 40 }, () => 'waiting for the database'), 'end'];

export const JSON_LINES: readonly string[] = [
  '{"level":30,"time":1796040251000,"msg":"request completed","status":200,"ms":33}',
  '{"level":50,"time":1796040252000,"msg":"request failed","status":500,"err":{"type":"TypeError"}}',
  'level=warn msg="cache is cold" key=cart:42 ms=120',
  'plain',
];

/** Two lines of progress that were redrawn twenty times. */
export const REDRAWN: readonly string[] = [
  'before',
  ...Array.from({ length: 20 }, (_, step) => [
    `${step === 0 ? '' : '\u001b[2A\u001b[0G'}a: pulled ${step} MB`,
    `b: pulled ${step} MB`,
  ]).flat(),
  'after',
];
