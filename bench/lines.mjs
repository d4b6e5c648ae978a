// The lines that every viewer gets: like those of a CI job, about 110 bytes each, one in a hundred long, with colours and with
// characters beyond ASCII. Runs in Node and in pages.

/** How line `n` begins: what is painted is recognised by its text, in any viewer. */
export const MARK = /#(\d+) /;

const COLOURS = ['31', '32', '33', '34', '36', '90', '1;32', '1;31', '38;5;208', '2'];
const WORDS = 'resolve fetch compile link test bundle check emit cache restore upload layer module target crate package suite worker'.split(
  ' ',
);
const GLYPHS = ['✓', '✗', '→', 'é', '漢字', '🚀', '…', '█▌'];
/** A prime, so that the lines on screen never repeat in step with it. */
const BODIES = 997;

/** A small random number generator that gives the same numbers everywhere. */
function randoms(/** @type {number} */ seed) {
  let state = seed;
  return (/** @type {number} */ below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function body(/** @type {number} */ index) {
  const random = randoms(index + 1);
  const pick = (/** @type {readonly string[]} */ from) => from[random(from.length)] ?? '';
  const words = (/** @type {number} */ count) => Array.from({ length: count }, () => pick(WORDS)).join(' ');
  const path = `src/${pick(WORDS)}/${pick(WORDS)}-${random(1_000)}.ts`;
  const stamp = `2026-01-05T10:${10 + random(50)}:${10 + random(50)}.${100 + random(900)}Z`;
  const glyph = random(10) === 0 ? ` ${pick(GLYPHS)}` : '';
  const tail = index % 100 === 50 ? ` ${words(200)}` : '';
  const coloured = `\x1b[${pick(COLOURS)}m${pick(WORDS)}\x1b[0m`;
  const plain = `${stamp} ${coloured} ${path}${glyph} ${words(3)} ${random(10_000)} ms`;
  return (random(2) === 0 ? plain : `${plain} \x1b[${pick(COLOURS)}m${words(2)}\x1b[0m`) + tail;
}

const bodies = Array.from({ length: BODIES }, (_, index) => body(index));

/** @param {number} n Number of the line, from 1. */
export function lineText(n) {
  return `#${n} ${bodies[n % BODIES] ?? ''}`;
}

/**
 * Lines `from` to `to`, both included.
 *
 * @param {number} from
 * @param {number} to
 */
export function lineTexts(from, to) {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => lineText(from + at));
}

/** Lines of a step of an outlined log: a group, then errors, then the rest. */
const STEP = 2_000;
const STEP_ENDS = 1_975;
const STEP_ERRORS = 20;

/**
 * A line of a log with a group in every 2,000 lines and an error in every 100, and its marks. The groups are finished and hold no error, so
 * that they are closed, and the last one is on screen where the log ends with its step.
 *
 * @param {number} n Number of the line, from 1.
 * @returns {[text: string, marks?: { g?: { t: string, d: number }, e?: number, l?: number }]}
 */
export function outlinedLine(n) {
  const at = n % STEP;
  const title = `Step ${Math.ceil(n / STEP)}`;
  if (at === 1) return [`::group::${title}`, { g: { t: title, d: 0 } }];
  if (at === STEP_ENDS) return ['::endgroup::', { e: 1 }];
  return at > STEP_ENDS && at <= STEP_ENDS + STEP_ERRORS ? [`ERROR: it broke ${lineText(n)}`, { l: 17 }] : [lineText(n)];
}
