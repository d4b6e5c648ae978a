import { bodyBytes } from './body.ts';
import { MismatchError } from './failure.ts';
import { check } from './requests.ts';
import { WireSocket } from './wire-socket.ts';
import type { OtherStep, SocketStep } from './steps.ts';
import { HttpExchange } from './http-exchange.ts';
import { timeoutError, type World } from './world.ts';

/** The subprotocol that a client of this version offers. */
export const SUBPROTOCOL = 'log-stream.v1';
/** The most entries of one subscribe frame. */
const ENTRIES = 25;

/** Runs a step that sends on a socket or concerns its connection. */
export async function runSocket(world: World, step: SocketStep): Promise<void> {
  const { timeout } = world.target;
  switch (step.do) {
    case 'connect':
      return connect(world, step);
    case 'send':
      world.socket(step.socket).send(JSON.stringify(filled(world, step.frame)));
      return;
    case 'send raw': {
      const bytes = bodyBytes(step.body);
      world.socket(step.socket).send(step.binary ? bytes : bytes.toString());
      return;
    }
    case 'subscribe': {
      const entries = step.entries.map(({ topic, at }) => [world.sign(topic), typeof at === 'string' ? world.expand(at) : at] as const);
      world.socket(step.socket).send(JSON.stringify({ subscribe: Object.fromEntries(entries), tail: step.tail }));
      return;
    }
    case 'subscribe many': {
      const topics = manyChannels(step.count).map((channel) => [world.sign({ channel }), ''] as const);
      for (let at = 0; at < topics.length; at += ENTRIES) {
        world.socket(step.socket).send(JSON.stringify({ subscribe: Object.fromEntries(topics.slice(at, at + ENTRIES)) }));
      }
      return;
    }
    case 'closed': {
      const socket = world.socket(step.socket);
      const expected = `a close with ${step.code}`;
      if (!(await socket.closed(timeout))) throw timeoutError(expected, timeout);
      if (socket.code !== step.code) throw new MismatchError(expected, `a close with ${socket.code ?? 'nothing'} ${socket.trouble}`.trim());
      return;
    }
    case 'stall':
      world.socket(step.socket).pause();
      return;
    case 'resume':
      world.socket(step.socket).resume();
  }
}

/** The channels of `subscribe many`, not filled in. */
export function manyChannels(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `<m>:${index + 1}`);
}

/** Opens a socket; whether that succeeds is known later. */
export async function openSocket(
  world: World,
  {
    protocols = [SUBPROTOCOL],
    origin,
    query,
  }: { readonly protocols?: readonly string[]; readonly origin?: string; readonly query?: string },
): Promise<WireSocket> {
  const { url, timeout } = world.target;
  const address = new URL(`${url.href}${query === undefined ? '' : `?${world.expand(query)}`}`);
  address.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return new WireSocket(address, { protocols, headers: origin === undefined ? {} : { Origin: world.expand(origin) }, within: timeout });
}

async function connect(world: World, step: Extract<SocketStep, { do: 'connect' }>): Promise<void> {
  const { timeout } = world.target;
  const socket = await openSocket(world, step);
  world.addSocket(step.socket, socket);
  if (!(await socket.opened(timeout)))
    throw new MismatchError('an open WebSocket', socket.trouble || `nothing within ${timeout / 1_000} s`);
  if (step.expect?.protocol !== undefined) check(world, step.expect.protocol, socket.protocol, 'subprotocol');
  if (step.expect?.extensions !== undefined) check(world, step.expect.extensions, socket.extensions, 'extensions');
}

/** JSON with names filled in, in keys too. */
function filled(world: World, value: unknown): unknown {
  if (typeof value === 'string') return world.expand(value);
  if (Array.isArray(value)) return (value as unknown[]).map((item) => filled(world, item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [world.expand(key), filled(world, item)]));
}

/** Checks that an origin is allowed either both HTTP and WebSockets or neither, and that an allowed one can read the headers. */
export async function checkOrigin(world: World, { origin }: Extract<OtherStep, { do: 'origin' }>): Promise<void> {
  const its = origin === 'same' ? world.target.url.origin : origin;
  const read = await readAs(world, its);
  const socket = await openSocket(world, { origin: its });
  world.addSocket('origin', socket);
  const isOpen = await socket.opened(world.target.timeout);
  if (origin === 'same') {
    if (!isOpen) throw new MismatchError('a WebSocket for a page of the same origin', socket.trouble);
  } else if (isOpen !== read.isAllowed) {
    throw new MismatchError(
      `the same over HTTP and WebSocket for a page of ${its}`,
      `Access-Control-Allow-Origin ${read.isAllowed ? 'allows it' : 'does not allow it'}, the WebSocket ${isOpen ? 'is open' : 'is refused'}`,
    );
  }
  if (!read.isAllowed) return;
  check(world, { $: 'lists', items: ['Log-Epoch', 'Log-First', 'Log-Head', 'Log-End'] }, read.exposed, 'Access-Control-Expose-Headers');
}

async function readAs(world: World, origin: string): Promise<{ readonly isAllowed: boolean; readonly exposed: string | undefined }> {
  const { url, path, timeout } = world.target;
  const headers = { Authorization: `Bearer ${world.sign({})}`, Origin: origin };
  const exchange = new HttpExchange({ url, target: `${path}/topics/${world.channel('a')}`, method: 'GET', headers });
  world.addExchange('origin', exchange);
  exchange.finish();
  await exchange.until(() => exchange.status, timeout);
  if (exchange.status === undefined) throw timeoutError('an answer', timeout);
  const allowed = exchange.headers['access-control-allow-origin'];
  return { isAllowed: allowed === '*' || allowed === origin, exposed: exchange.headers['access-control-expose-headers'] };
}
