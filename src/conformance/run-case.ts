import { MismatchError, NotTestableError } from './failure.ts';
import { runFrames } from './frames.ts';
import { HttpExchange } from './http-exchange.ts';
import { messageOf } from '../protocol/message-of.ts';
import { checkMarked, checkOffered, runRequest } from './requests.ts';
import { checkOrigin, runSocket } from './sockets.ts';
import type { Case, OtherStep, CaseStep } from './steps.ts';
import { runStream } from './streams.ts';
import { pause } from './watch.ts';
import { World, type ServerUnderTest } from './world.ts';

/** The deadline of a case, in times the deadline of one answer. */
const ANSWERS = 6;
/** The longest heartbeat that cases wait for, ms. */
const MAX_HEARTBEAT = 60_000;

/** The outcome of a case. */
export type CaseOutcome =
  | { readonly state: 'passed' }
  | { readonly state: 'skipped'; readonly why: string }
  /** `step`: the number of the step that failed, from 1. */
  | { readonly state: 'failed'; readonly step: number; readonly doing: string; readonly expected: string; readonly actual: string };

/** Runs one case, and removes the logs it created. Never rejects, and never exceeds its deadlines. */
export async function runCase(target: ServerUnderTest, { steps, beats, feature }: Case, prefix: string): Promise<CaseOutcome> {
  if (feature !== undefined && !target.features.includes(feature)) {
    return { state: 'skipped', why: `the server does not list "${feature}" in hello` };
  }
  if (beats !== undefined && target.heartbeat > MAX_HEARTBEAT) {
    return { state: 'skipped', why: `a heartbeat of ${target.heartbeat / 1_000} s is too long to wait for` };
  }
  const world = new World(target, prefix);
  const within = world.withinBeats(beats ?? 0) + ANSWERS * target.timeout;
  const deadline = setTimeout(() => world.close(), within);
  try {
    for (const [index, step] of steps.entries()) {
      const failed = (expected: string, actual: string): CaseOutcome => ({
        state: 'failed',
        step: index + 1,
        doing: describeStep(step),
        expected,
        actual,
      });
      try {
        await runStep(world, step);
      } catch (error) {
        if (error instanceof NotTestableError) return { state: 'skipped', why: error.message };
        if (error instanceof MismatchError && !world.isClosed) return failed(error.expected, error.actual);
        if (!world.isClosed) return failed('the step to succeed', messageOf(error));
      }
      if (world.isClosed) return failed(`the whole case within ${within / 1_000} s`, 'a timeout');
    }
    return { state: 'passed' };
  } finally {
    clearTimeout(deadline);
    world.close();
    await cleanUp(world);
  }
}

/** Describes a step, for a report. */
function describeStep(step: CaseStep): string {
  if (step.do !== 'request' && step.do !== 'open') return step.do;
  const { method = 'GET', log = 'a', path = `/topics/<${log}>`, query = '', headers = {} } = step.request;
  const fields = Object.entries(headers).map(([name, value]) => `, ${name}: ${value}`);
  return `${method} ${path}${query === '' ? '' : `?${query}`}${fields.join('')}`;
}

function runStep(world: World, step: CaseStep): Promise<void> {
  switch (step.do) {
    case 'request':
      return runRequest(world, step);
    case 'open':
    case 'write':
    case 'drip':
    case 'finish':
    case 'break':
    case 'answer':
    case 'head':
    case 'text':
    case 'event':
    case 'event lines':
    case 'comment':
    case 'id':
    case 'over':
      return runStream(world, step);
    case 'connect':
    case 'send':
    case 'send raw':
    case 'subscribe':
    case 'subscribe many':
    case 'closed':
    case 'stall':
    case 'resume':
      return runSocket(world, step);
    case 'frame':
    case 'frames':
    case 'repeated':
    case 'lines':
    case 'catch up':
    case 'parts':
    case 'probe':
    case 'heads':
    case 'beats':
      return runFrames(world, step);
    default:
      return runOther(world, step);
  }
}

async function runOther(world: World, step: OtherStep): Promise<void> {
  switch (step.do) {
    case 'sign':
      world.sign(step.topic);
      return;
    case 'wait':
      return pause(step.ms);
    case 'marked':
      return checkMarked(world, step);
    case 'offered':
      return checkOffered(world, step);
    case 'differ': {
      const [one, another] = step.names;
      if (world.known(one) === world.known(another)) throw new MismatchError(`a value other than ${world.known(one)}`, 'the same value');
      return;
    }
    case 'origin':
      return checkOrigin(world, step);
  }
}

/** Removes the logs of a case. The answers do not matter: a log may not exist, or be removed already. */
async function cleanUp(world: World): Promise<void> {
  const { url, path, timeout } = world.target;
  await Promise.all(
    [...world.written].map(async (channel) => {
      // A server without support for d removes with w.
      const headers = { Authorization: `Bearer ${world.sign({ channel, write: true, remove: true })}` };
      const exchange = new HttpExchange({ url, target: `${path}/topics/${channel}`, method: 'DELETE', headers });
      exchange.finish();
      await exchange.until(() => exchange.ending, timeout);
      exchange.break();
    }),
  );
}
