// `npm run test:soak`: the models of the session and of the server under very many plans drawn by lot, with new seeds
// each time, on all cores. What fails is printed shrunk, with the command that runs it again.
import { fork } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from './processes.mjs';
import { bold, dim, elapsed, green, red } from './terminal.mjs';

/** How many plans of each are run for each of the session's, and how many are ordered at a time. */
const MODELS = [
  { name: 'session', share: 1, batch: 250 },
  { name: 'server', share: 0.2, batch: 50 },
];
const USAGE = `Usage: npm run test:soak -- [--runs N] [--minutes M] [--jobs N] [--model NAME [--seed N [--path P]]]
  --runs N      plans of the session to run, and a share of that of the others (100000)
  --minutes M   stop after so long, whatever was run by then
  --jobs N      processes (one for each core)
  --model NAME  only this one: ${MODELS.map(({ name }) => name).join(', ')}
  --seed N      one batch, drawn by this seed, as a failure names it; --path P: beginning at the plan that failed`;
/** ms between two words of how far it is. */
const PROGRESS = 15_000;
/** ms that a batch may take, shrinking included: it is in an endless loop. */
const LONGEST = 10 * 60_000;

/** @typedef {{ model: string, seed: number, runs: number, path?: string | undefined }} Order As in test/soak/models.ts. */
/** @typedef {{ runs: number, failure?: { path: string, plan: string, text: string } }} Outcome */

/** @param {string} why @returns {never} */
function refuse(why) {
  console.error(`${why}\n${USAGE}`);
  process.exit(2);
}

/** @param {string | undefined} text @param {number} otherwise @param {string} name */
function number(text, otherwise, name) {
  const value = text === undefined ? otherwise : Number(text);
  return Number.isFinite(value) || text === undefined ? value : refuse(`--${name} has to be a number.`);
}

function readOptions() {
  const text = /** @type {const} */ ({ type: 'string' });
  const { values } = parseArgs({
    options: { runs: text, minutes: text, jobs: text, model: text, seed: text, path: text, help: { type: 'boolean' } },
  });
  if (values.help === true) {
    console.log(USAGE);
    process.exit(0);
  }
  const models = MODELS.filter(({ name }) => values.model === undefined || name === values.model);
  const [first] = models;
  if (first === undefined) return refuse(`There is no model ${values.model}.`);
  if (values.seed !== undefined && models.length > 1 && MODELS.length > 1) return refuse('--seed needs --model.');
  const runs = number(values.runs, 100_000, 'runs');
  const { name: model, batch } = first;
  return {
    /** @type {Map<string, { left: number, batch: number, done: number }>} */
    work: new Map(models.map(({ name, share, batch: size }) => [name, { left: Math.ceil(runs * share), batch: size, done: 0 }])),
    until: performance.now() + number(values.minutes, Infinity, 'minutes') * 60_000,
    jobs: number(values.jobs, availableParallelism(), 'jobs'),
    /** @type {Order | undefined} */
    again: values.seed === undefined ? undefined : { model, runs: batch, seed: number(values.seed, 0, 'seed'), path: values.path },
  };
}

const { work, until, jobs, again } = readOptions();
const begun = performance.now();
let failures = 0;

/** The next batch, of the model that is furthest behind; none when all is done. @returns {Order | undefined} */
function next() {
  if (failures > 0 || performance.now() >= until) return undefined;
  const behind = [...work].filter(([, { left }]) => left > 0).sort(([, one], [, other]) => progress(one) - progress(other));
  const [model, plan] = behind[0] ?? [];
  if (model === undefined || plan === undefined) return undefined;
  const runs = Math.min(plan.batch, plan.left);
  plan.left -= runs;
  return { model, runs, seed: randomInt(-(2 ** 31), 2 ** 31) };
}

/** @param {{ left: number, done: number }} plan */
const progress = ({ left, done }) => done / (left + done);

/** @param {Order} order @param {Outcome} outcome */
function take({ model, seed }, { runs, failure }) {
  const plan = work.get(model);
  if (plan !== undefined) plan.done += runs;
  if (failure === undefined) return;
  failures += 1;
  console.error(`\n${red(bold(`${model} failed`))}\n${failure.text}`);
  console.error(`\nAgain: npm run test:soak -- --model ${model} --seed ${seed} --path ${failure.path}`);
  console.error(`Keep it as a test, once it is understood:\n{ seed: ${seed}, path: '${failure.path}', plan: ${failure.plan} }`);
}

function tell() {
  const parts = [...work].map(([name, { done, left }]) => `${name} ${done} of ${done + left}`);
  console.log(dim(`${elapsed(begun)}: ${parts.join(', ')}`));
}

async function job() {
  const child = fork(join(ROOT, 'test/soak/worker.mjs'), { cwd: ROOT });
  const ended = once(child, 'exit').then(() => {
    throw new Error('A process of the soak ended in the middle of its work; what it said of that stands above.');
  });
  ended.catch(() => undefined);
  const answer = async () => (await Promise.race([once(child, 'message'), ended]))[0];
  try {
    await answer();
    for (let order = again ?? next(); order !== undefined; order = again === undefined ? next() : undefined) {
      const { model, seed } = order;
      const answered = answer();
      child.send(order);
      const late = setTimeout(() => {
        console.error(red(`${model} did not come to an end. Again: npm run test:soak -- --model ${model} --seed ${seed}`));
        child.kill('SIGKILL');
      }, LONGEST);
      take(order, /** @type {Outcome} */ (await answered.finally(() => clearTimeout(late))));
    }
  } finally {
    child.kill();
  }
}

const telling = setInterval(tell, PROGRESS);
try {
  await Promise.all(Array.from({ length: again === undefined ? jobs : 1 }, job));
} finally {
  clearInterval(telling);
}
tell();
console.log(failures === 0 ? green(`All of it held, in ${elapsed(begun)}.`) : red(`It did not hold, in ${elapsed(begun)}.`));
process.exitCode = failures === 0 ? 0 : 1;
