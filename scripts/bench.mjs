// `npm run bench [name …]`: every bench/*.mjs, one after the other so that none measures another's load, as one markdown table.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, run } from './processes.mjs';

/**
 * @typedef {object} Row
 * @property {string} id The figure that it belongs to.
 * @property {string} what
 * @property {number} ours
 * @property {number} bar What is to be reached; lower is better.
 * @property {string} unit
 * @property {string} against What it is compared with, in words and figures.
 */

/** @typedef {{ rows(): Promise<Row[]> | Row[] }} Bench A module of bench/. */

const wanted = process.argv.slice(2);
const names = readdirSync(join(ROOT, 'bench')).filter((name) => name.endsWith('.bench.mjs'));
const chosen = names.filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
if (chosen.length === 0) throw new Error(`No bench is named so; there are ${names.join(', ')}.`);

// What is measured is what the sources say now.
if ((await run('node', ['scripts/build.mjs'])) !== 0) throw new Error('Nothing is measured: the build failed, see above.');

console.log('\n| # | what | ours | bar | ours ÷ bar | holds | compared with |\n|---|---|---|---|---|---|---|');
let missed = 0;
for (const name of chosen.sort()) {
  const { rows } = /** @type {Bench} */ (await import(new URL(`../bench/${name}`, import.meta.url).href));
  for (const { id, what, ours, bar, unit, against } of await rows()) {
    const holds = ours <= bar;
    if (!holds) missed++;
    console.log(
      `| ${id} | ${what} | ${ours} ${unit} | ≤ ${bar} ${unit} | ${(ours / bar).toFixed(2)} | ${holds ? 'yes' : 'NO'} | ${against} |`,
    );
  }
}
if (missed > 0) console.log(`\n${missed} of the rows do not hold.`);
