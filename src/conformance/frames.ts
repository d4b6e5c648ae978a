import { MismatchError, NotTestableError } from './failure.ts';
import { isPart, LineSequence } from './line-sequence.ts';
import { describe, mismatch, show, type Pattern } from './pattern.ts';
import { check } from './requests.ts';
import type { WireFrame, WireSocket } from './wire-socket.ts';
import { manyChannels } from './sockets.ts';
import type { FrameStep } from './steps.ts';
import { DRIP } from './streams.ts';
import { timeoutError, type World } from './world.ts';

/** The frames of the protocol; all others are ignored (PROTOCOL.md W1). */
const KNOWN: ReadonlySet<unknown> = new Set(['hello', 'ack', 'msg', 'end', 'part', 'err', 'hb', 'bye']);
/** The most heads in one heartbeat. */
const HEADS = 100;
/** The least time between two parts, ms, and how many may arrive earlier because of the network. */
const PART_INTERVAL = 100;
const PARTS_EARLY = 2;
/** Most `msg` frames of a tail in a second while lines are skipped, and how many may arrive earlier because of the network. */
const TAIL_RATE = 30;
const TAIL_EARLY = 4;

/** Runs a step that waits for frames. */
export async function runFrames(world: World, step: FrameStep): Promise<void> {
  const socket = world.socket(step.socket);
  switch (step.do) {
    case 'frame': {
      const frame = await next(socket, describe(step.frame, world), world.target.timeout, incidental(step.frame));
      return check(world, step.frame, frame, 'frame');
    }
    case 'frames':
      return inAnyOrder(world, socket, step.frames);
    case 'repeated':
      for (let time = 1; time <= step.times; time += 1) {
        const expected = `${describe(step.frame, world)}, ${time} of ${step.times}`;
        const frame = await next(socket, expected, world.target.timeout);
        check(world, step.frame, frame, 'frame');
      }
      return;
    case 'lines': {
      const run = new LineSequence(world, step);
      while (!run.isComplete) {
        const frame = await next(socket, run.missing, world.target.timeout);
        if (!isPart(frame)) run.add(frame);
      }
      return;
    }
    case 'catch up':
      return catchUp(world, socket, step);
    case 'parts':
      return parts(world, socket, step.until);
    case 'probe':
      return probe(world, socket, step);
    case 'heads':
      return namedHeads(world, socket, step.heads, world.withinBeats(step.beats), false);
    case 'beats':
      return beats(world, socket, step);
  }
}

/** Frames that may arrive at any time: ignored unless the step expects them. */
type Incidental = 'heartbeat' | 'retracted part';

async function next(socket: WireSocket, expected: string, within: number, wanted?: Incidental): Promise<WireFrame> {
  const frame = await socket.next((received) => {
    const kind = incidental(received);
    return KNOWN.has(received['e']) && (kind === undefined || kind === wanted);
  }, within);
  if (frame !== undefined) return frame;
  if (socket.code !== undefined || socket.trouble !== '') {
    throw new MismatchError(expected, `a close with ${socket.code ?? 'nothing'} ${socket.trouble}`.trim());
  }
  throw timeoutError(expected, within);
}

/** The kind of a frame, or of a pattern for one. */
function incidental(frame: unknown): Incidental | undefined {
  if (typeof frame !== 'object' || frame === null || !('e' in frame)) return undefined;
  if (frame.e === 'hb') return 'heartbeat';
  if (frame.e !== 'part' || !('data' in frame) || typeof frame.data !== 'object' || frame.data === null) return undefined;
  return 'line' in frame.data && frame.data.line === null ? 'retracted part' : undefined;
}

async function inAnyOrder(world: World, socket: WireSocket, patterns: readonly Pattern[]): Promise<void> {
  const left = [...patterns];
  while (left.length > 0) {
    const expected = left.map((pattern) => describe(pattern, world)).join(' and ');
    const frame = await next(socket, expected, world.target.timeout);
    const at = left.findIndex((pattern) => mismatch(pattern, frame, world) === undefined);
    if (at === -1) throw new MismatchError(expected, show(frame));
    left.splice(at, 1);
  }
}

async function catchUp(world: World, socket: WireSocket, step: Extract<FrameStep, { do: 'catch up' }>): Promise<void> {
  const channel = world.channel(step.log);
  const epoch = world.known(step.epoch);
  const { tail = Infinity } = step;
  let at = step.from;
  let isSkipped = false;
  /** Where the lines begin that came without a gap, and how many frames brought some. */
  let since = step.from;
  let count = 0;
  while (at < step.head) {
    const frame = await next(socket, `frames up to line ${step.head}, now at ${at}`, world.target.timeout).catch((error: unknown) => {
      throw wasDead(world, socket) ? new NotTestableError('with a heartbeat this short, a slow socket counts as dead') : error;
    });
    if (isPart(frame)) continue;
    check(world, { ch: channel, off: { $: 'position', as: 'its', offset: undefined } }, frame, 'frame');
    check(world, epoch, world.known('its'), 'epoch');
    const offset = Number(String(frame['off']).slice(epoch.length + 1));
    if (frame['e'] === 'ack') {
      check(world, { st: 'skipped' }, frame, 'frame');
      isSkipped = true;
      since = offset;
    } else {
      const { lines = [] } = (frame['data'] ?? {}) as { readonly lines?: readonly unknown[] };
      count += 1;
      if (lines.length > tail) throw new MismatchError(`at most ${tail} lines in a frame`, `${lines.length} lines`);
      if (frame['e'] !== 'msg' || offset - lines.length !== at) throw new MismatchError(`msg with line ${at + 1}, or an ack`, show(frame));
    }
    at = offset;
  }
  if (tail < Infinity) {
    const least = Math.min(tail, step.head - step.from);
    if (step.head - since < least) throw new MismatchError(`the last ${least} lines`, `the last ${step.head - since}`);
    const took = Date.now() - Number(world.get(DRIP) ?? 0);
    const most = Math.ceil((TAIL_RATE * took) / 1_000) + TAIL_EARLY;
    if (count > most) throw new MismatchError(`at most ${most} frames with lines in ${took} ms`, `${count} frames`);
  }
  if (step.skips && !isSkipped) throw new MismatchError('an ack with skipped', `all ${step.head} lines, which were queued somewhere`);
}

/** Whether the server may have closed the socket since it answered no ping for two heartbeats: unsolicited pongs need not count. */
function wasDead(world: World, socket: WireSocket): boolean {
  return socket.code !== undefined && socket.stalledFor > 2 * world.target.heartbeat;
}

async function parts(world: World, socket: WireSocket, until: Pattern): Promise<void> {
  for (let count = 1; ; count += 1) {
    const frame = await next(socket, describe(until, world), world.target.timeout);
    if (frame['e'] !== 'part') throw new MismatchError(describe(until, world), show(frame));
    const took = Date.now() - Number(world.get(DRIP) ?? 0);
    const most = Math.ceil(took / PART_INTERVAL) + PARTS_EARLY;
    if (count > most) throw new MismatchError(`at most ${most} parts in ${took} ms`, `${count} parts`);
    if (mismatch(until, frame, world) === undefined) return;
  }
}

async function probe(world: World, socket: WireSocket, { heads, only }: Extract<FrameStep, { do: 'probe' }>): Promise<void> {
  socket.send('{"hb":1}');
  await namedHeads(world, socket, heads, world.target.timeout, only === true);
}

/** Waits until these heads were named; with `only`, no others may be. */
async function namedHeads(
  world: World,
  socket: WireSocket,
  heads: Readonly<Record<string, Pattern>>,
  within: number,
  only: boolean,
): Promise<void> {
  const wanted = new Map(Object.entries(heads).map(([log, pattern]) => [world.expand(log), pattern]));
  const left = new Set(wanted.keys());
  const expected = `hb with ${describe(heads, world)}`;
  const giveUp = Date.now() + within;
  do {
    for (const [channel, head] of await nextHeads(world, socket, expected, Math.max(1, giveUp - Date.now()))) {
      const pattern = wanted.get(channel);
      if (pattern !== undefined) check(world, pattern, head, `head of ${channel}`);
      else if (only) throw new MismatchError(expected, `a head of ${channel}`);
      left.delete(channel);
    }
  } while (left.size > 0);
}

async function beats(world: World, socket: WireSocket, step: Extract<FrameStep, { do: 'beats' }>): Promise<void> {
  const left = new Set(manyChannels(step.count).map((channel) => world.expand(channel)));
  const within = world.withinBeats(step.beats);
  for (const giveUp = Date.now() + within; left.size > 0;) {
    const heads = await nextHeads(world, socket, `hb with the ${left.size} missing heads`, Math.max(1, giveUp - Date.now()));
    for (const [channel] of heads) left.delete(channel);
  }
}

async function nextHeads(world: World, socket: WireSocket, expected: string, within: number): Promise<[string, unknown][]> {
  const frame = await next(socket, expected, within, 'heartbeat');
  check(world, { e: 'hb' }, frame, 'frame');
  const { h } = frame;
  if (typeof h !== 'object' || h === null) throw new MismatchError('an object of heads', show(h));
  const heads = Object.entries(h);
  if (heads.length > HEADS) throw new MismatchError(`at most ${HEADS} heads in a frame`, `${heads.length} heads`);
  return heads;
}
