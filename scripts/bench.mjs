// `npm run bench [P1 P4 … | name …] [--quick]`: every bench/*.bench.mjs, one after the other so that none measures another's load, as one
// markdown table.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, run } from './processes.mjs';

/**
 * @typedef {object} Row
 * @property {string} id The figure that it belongs to.
 * @property {string} what
 * @property {number} ours The median, where there were several runs.
 * @property {string} [spread] The median and how far the runs were apart; without it there was one.
 * @property {number} bar What is to be reached.
 * @property {boolean} [atLeast] More is better; else less is.
 * @property {string} unit
 * @property {string} against What it is compared with, in words and figures.
 */

/**
 * @typedef {object} BenchOptions
 * @property {(id: string) => boolean} wants Whether a figure is to be measured.
 * @property {boolean} quick Fewer and shorter runs: to see where one is, not to compare.
 */

/**
 * @typedef {object} Bench A module of bench/.
 * @property {readonly string[]} ids The figures it measures.
 * @property {(options: BenchOptions) => Promise<Row[]> | AsyncIterable<Row>} rows
 */

const asked = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const quick = process.argv.includes('--quick');
const names = readdirSync(join(ROOT, 'bench')).filter((name) => name.endsWith('.bench.mjs'));
/** @type {{ bench: Bench, wants: (id: string) => boolean }[]} */
const chosen = [];
for (const name of names.sort()) {
  const bench = /** @type {Bench} */ (await import(new URL(`../bench/${name}`, import.meta.url).href));
  const whole = asked.length === 0 || asked.some((word) => name.split(/[-.]/u).includes(word));
  const wants = (/** @type {string} */ id) => whole || asked.includes(id);
  if (bench.ids.some(wants)) chosen.push({ bench, wants });
}
if (chosen.length === 0) throw new Error(`Nothing is named so; there are ${names.join(', ')}, and figures such as P4.`);

// What is measured is what the sources say now.
if ((await run('node', ['scripts/build.mjs'])) !== 0) throw new Error('Nothing is measured: the build failed, see above.');

console.log('\n| # | what | ours: median (least to most) | bar | holds | compared with |\n|---|---|---|---|---|---|');
let missed = 0;
for (const { bench, wants } of chosen) {
  for await (const { id, what, ours, spread, bar, atLeast = false, unit, against } of await bench.rows({ wants, quick })) {
    const holds = atLeast ? ours >= bar : ours <= bar;
    if (!holds) missed++;
    console.log(
      `| ${id} | ${what} | ${spread ?? ours} ${unit} | ${atLeast ? '≥' : '≤'} ${bar} ${unit} | ${holds ? 'yes' : 'NO'} | ${against} |`,
    );
  }
}
if (missed > 0) console.log(`\n${missed} of the rows do not hold.`);
