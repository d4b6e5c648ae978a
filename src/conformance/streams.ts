import { bodyBytes } from './body.ts';
import { readServerSent, type ServerSent } from './events.ts';
import { MismatchError } from './failure.ts';
import type { HttpExchange } from './http-exchange.ts';
import { isPart, LineSequence } from './line-sequence.ts';
import { describe, mismatch, show } from './pattern.ts';
import { beginRequest, check, checkAnswer, checkHead } from './requests.ts';
import type { StreamStep } from './steps.ts';
import { pause } from './watch.ts';
import { timeoutError, type World } from './world.ts';

/** The name by which the start time of the last `drip` is saved. */
export const DRIP = 'dripBegan';

/** Runs a step of a streamed request. */
export async function runStream(world: World, step: StreamStep): Promise<void> {
  switch (step.do) {
    case 'open': {
      const exchange = beginRequest(world, step.request, !step.whole);
      world.addExchange(step.as, exchange);
      if (step.whole) exchange.finish();
      else exchange.sendHead();
      return;
    }
    case 'write':
      return write(world, world.exchange(step.to), bodyBytes(step.body));
    case 'drip':
      world.save(DRIP, String(Date.now()));
      for (let time = 0; time < step.times; time += 1) {
        await write(world, world.exchange(step.to), bodyBytes(step.body));
        await pause(step.every);
      }
      return;
    case 'finish':
      world.exchange(step.of).finish();
      return;
    case 'break':
      world.exchange(step.of).break();
      return;
    case 'answer':
      return checkAnswer(world, world.exchange(step.of), step.expect);
    case 'head':
      return checkHead(world, world.exchange(step.of), step.expect);
    case 'text':
      return readText(world, world.exchange(step.of), step.text);
    case 'event':
      return readEvent(world, world.exchange(step.of), step);
    case 'event lines':
      return readEventLines(world, world.exchange(step.of), step);
    case 'comment':
      return readComment(world, world.exchange(step.of), step.beats);
    case 'id':
      return readId(world, world.exchange(step.of), step);
    case 'over':
      return readEnd(world, world.exchange(step.of), step.how);
  }
}

/** A server may answer and close before it has read everything: the step that checks the answer deals with that. */
async function write(world: World, exchange: HttpExchange, bytes: Buffer): Promise<void> {
  const { timeout } = world.target;
  if (!(await exchange.write(bytes, timeout))) throw timeoutError(`${bytes.length} bytes of the body to be read`, timeout);
}

async function readText(world: World, exchange: HttpExchange, text: string): Promise<void> {
  const { timeout } = world.target;
  const wanted = Buffer.from(text);
  const isHere = await exchange.until(
    () => (exchange.bytes.length >= wanted.length || exchange.ending !== undefined ? true : undefined),
    timeout,
  );
  const actual = exchange.bytes.subarray(0, wanted.length);
  if (!actual.equals(wanted)) {
    if (isHere === undefined) throw timeoutError(`the text ${show(text)}`, timeout, show(actual.toString()));
    throw new MismatchError(
      `the text ${show(text)}`,
      actual.length === 0 ? `nothing but the end: ${exchange.trouble}` : show(actual.toString()),
    );
  }
  exchange.consume(wanted.length);
}

async function readEvent(world: World, exchange: HttpExchange, { id, data }: Extract<StreamStep, { do: 'event' }>): Promise<void> {
  const expected = `an event ${describe(data, world)}`;
  const event = await nextEvent(world, exchange, expected);
  check(world, data, frameOf(event), 'event');
  check(world, id, event.id, 'id of the event');
}

async function readEventLines(world: World, exchange: HttpExchange, step: Extract<StreamStep, { do: 'event lines' }>): Promise<void> {
  const run = new LineSequence(world, step);
  while (!run.isComplete) {
    const event = await nextEvent(world, exchange, run.missing);
    const frame = frameOf(event);
    if (isPart(frame)) continue;
    const offset = run.add(frame);
    check(world, `<${step.epoch}>-${offset}`, event.id, 'id of the event');
  }
}

async function readComment(world: World, exchange: HttpExchange, beats: number): Promise<void> {
  const within = world.withinBeats(beats);
  const block = await nextBlock(exchange, within);
  if (block === undefined) throw timeoutError('a comment', within);
  if (block.kind !== 'comment') throw new MismatchError('a comment', show(block.data));
}

async function readId(world: World, exchange: HttpExchange, { id, beats }: Extract<StreamStep, { do: 'id' }>): Promise<void> {
  const within = world.withinBeats(beats);
  for (const giveUp = Date.now() + within; ;) {
    const block = await nextBlock(exchange, Math.max(1, giveUp - Date.now()));
    if (block === undefined) throw timeoutError(`an event with only the id ${describe(id, world)}`, within);
    if (block.kind === 'comment' && block.id !== undefined && mismatch(id, block.id, world) === undefined) return;
  }
}

async function nextEvent(world: World, exchange: HttpExchange, expected: string): Promise<ServerSent> {
  const { timeout } = world.target;
  for (const giveUp = Date.now() + timeout; ;) {
    const block = await nextBlock(exchange, Math.max(1, giveUp - Date.now()));
    if (block === undefined && exchange.ending === undefined) throw timeoutError(expected, timeout);
    if (block === undefined) throw new MismatchError(expected, `the end of the answer ${exchange.trouble}`.trim());
    if (block.kind === 'event') return block;
  }
}

async function nextBlock(exchange: HttpExchange, within: number): Promise<ServerSent | undefined> {
  const block = await exchange.until(() => readServerSent(exchange.bytes) ?? (exchange.ending === undefined ? undefined : 'over'), within);
  if (block === undefined || block === 'over') return undefined;
  exchange.consume(block.size);
  return block;
}

function frameOf({ data }: ServerSent): unknown {
  try {
    return JSON.parse(data);
  } catch {
    throw new MismatchError('data in JSON', show(data));
  }
}

async function readEnd(world: World, exchange: HttpExchange, how: 'complete' | 'broken'): Promise<void> {
  const { timeout } = world.target;
  const expected = how === 'complete' ? 'the proper end of the answer' : 'that the answer is broken off';
  const over = await exchange.until(() => exchange.ending, timeout);
  const rest = exchange.bytes.toString('utf8', 0, 300);
  if (over === undefined) throw timeoutError(expected, timeout, rest === '' ? 'nothing' : show(rest));
  if (rest !== '') throw new MismatchError(expected, show(rest));
  if (over !== how) throw new MismatchError(expected, over === 'complete' ? 'a proper end' : exchange.trouble);
}
