import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { parseServerFrame, PROBE, tailLines, type Ack, type Err, type Msg, type ServerFrame } from '../../../src/protocol/messages.ts';
import { parseRequestedPosition, type RequestedPosition, type Position } from '../../../src/protocol/position.ts';
import type { LogServer } from '../../../src/server/create-log-server.ts';
import type { Oracle } from './oracle.ts';
import { clientFrame, FrameReader, upgradeRequest, Wire } from './wire.ts';

/** Bytes that may wait for a socket besides what it has room for, for each 1,000 short lines that may be replayed, and what is around them. */
const ANSWER = 64 * 1_024;

/** What to subscribe to. */
export interface Asking {
  /** As on the wire. */
  readonly asked: string | number;
  /** As on the wire; undefined for every line. */
  readonly tail: number | undefined;
  /** What it is to be refused with, if its topic is no good. */
  readonly refusal: string | undefined;
}

/** A subscribe that was not answered yet. */
interface Owed {
  readonly signed: string;
  readonly asked: RequestedPosition;
  /** The most lines to be sent at a time; undefined for every line. */
  readonly tail: number | undefined;
  /** What it is to be refused with, since its topic is no good. */
  readonly refusal: string | undefined;
  /** No other subscription of the channel goes on when this one is refused. */
  readonly fresh: boolean;
  /** It was unsubscribed before the answer came. */
  over: boolean;
}

/** One log as the viewer follows it. */
interface Followed {
  readonly owed: Owed[];
  /** It was acked, and not unsubscribed since. */
  running: boolean;
  /** Behind what the socket goes on. */
  position: Position | undefined;
  ended: boolean;
  /** The most lines to be sent at a time; undefined for every line. */
  tail: number | undefined;
  /** Subscribes of which an ack was taken for the answer that may have been another word: the answer may still come. */
  readonly doubtful: Owed[];
}

/** A viewer on a socket of its own that believes nothing: everything it is sent is held against the model. */
export class Viewer {
  readonly wire: Wire;
  /** What the store was too troubled to answer: to be asked for again. */
  readonly refused = new Set<string>();
  readonly #oracle: Oracle;
  readonly #reader = new FrameReader();
  readonly #followed = new Map<string, Followed>();
  readonly #room: number;
  #greeted = false;
  /** The most lines that any subscribe may have replayed. */
  #longestReplay = 1_000;
  /** What came since it was looked at. */
  #bytes: Buffer[] = [];

  /** `room`: bytes that may wait for a socket. */
  constructor(server: LogServer, oracle: Oracle, room: number) {
    this.#oracle = oracle;
    this.#room = room;
    this.wire = new Wire((bytes) => this.#bytes.push(bytes));
    this.wire.on('error', () => undefined);
    server.handleUpgrade(upgradeRequest(), this.wire, Buffer.alloc(0));
  }

  /** Channels that it follows. */
  get channels(): string[] {
    return [...this.#followed].filter(([, { running, owed }]) => running || owed.some(isHopeful)).map(([channel]) => channel);
  }

  position(channel: string): Position | undefined {
    return this.#followed.get(channel)?.position;
  }

  /** Whether every subscribe was answered, and `channel` stands at its end. */
  isAt(channel: string, epoch: string, head: number, ended: boolean): boolean {
    const followed = this.#followed.get(channel);
    if (followed === undefined || followed.owed.length > 0) return false;
    return followed.position?.epoch === epoch && followed.position.offset === head && followed.ended === ended;
  }

  subscribe(channel: string, signed: string, { asked, tail, refusal }: Asking): void {
    const parsed = parseRequestedPosition(asked);
    const followed = this.#followed.get(channel) ?? {
      owed: [],
      running: false,
      position: undefined,
      ended: false,
      tail: undefined,
      doubtful: [],
    };
    this.#followed.set(channel, followed);
    if (tail !== undefined) this.#longestReplay = Math.max(this.#longestReplay, tail);
    this.refused.delete(channel);
    followed.owed.push({
      signed,
      asked: parsed ?? 'now',
      tail: tail === undefined ? undefined : tailLines(tail),
      refusal: refusal ?? (parsed === undefined ? 'malformed' : undefined),
      fresh: !followed.running && !followed.owed.some(isHopeful),
      over: false,
    });
    this.#say(JSON.stringify({ subscribe: { [signed]: asked }, tail }));
  }

  unsubscribe(channel: string, signed: string): void {
    const followed = this.#followed.get(channel);
    if (followed !== undefined) {
      followed.running = false;
      for (const owed of followed.owed) owed.over = true;
      this.refused.delete(channel);
    }
    this.#say(JSON.stringify({ unsubscribe: [signed] }));
  }

  probe(): void {
    this.#say(PROBE);
  }

  /** What has to hold at any time; called when the model knows of all that was written. */
  check(): void {
    for (const bytes of this.#bytes.splice(0)) for (const text of this.#reader.read(bytes)) this.#take(text);
    const { writableLength } = this.wire;
    const room = this.#room + (ANSWER * this.#longestReplay) / 1_000;
    ok(writableLength <= room, `${writableLength} bytes wait for a socket with room for ${this.#room}`);
  }

  cut(): void {
    this.wire.destroy();
  }

  #say(text: string): void {
    if (!this.wire.destroyed) this.wire.push(clientFrame(text));
  }

  #take(text: string): void {
    const frame = parseServerFrame(text);
    if (frame === undefined) throw new Error(`The server sent what is no frame: ${text.slice(0, 300)}`);
    if (!this.#greeted) {
      strictEqual(frame.e, 'hello', 'a socket begins with hello');
      this.#greeted = true;
      return;
    }
    this.#hear(frame);
  }

  #hear(frame: ServerFrame): void {
    switch (frame.e) {
      case 'ack':
        return this.#ack(frame);
      case 'err':
        return this.#err(frame);
      case 'msg':
        return this.#msg(frame);
      case 'end': {
        const followed = this.#known(frame.ch);
        strictEqual(followed.ended, false, 'the end is told once');
        deepStrictEqual(frame.off, followed.position, 'the end comes behind the last line');
        const incarnation = this.#oracle.of(frame.ch, frame.off.epoch);
        if (incarnation !== undefined) strictEqual(frame.code, incarnation.end);
        followed.ended = true;
        return;
      }
      case 'hb':
        for (const [channel, { epoch, offset }] of frame.heads) {
          const incarnation = this.#oracle.of(channel, epoch);
          ok(epoch === '' ? offset === 0 : incarnation !== undefined && offset <= incarnation.head, 'a head is one there is');
          const followed = this.#followed.get(channel);
          if (followed !== undefined && isCertain(followed) && followed.tail !== undefined && followed.position?.epoch === epoch)
            strictEqual(offset, followed.position.offset, 'the head of a tail is what was sent');
        }
        return;
      case 'hello':
      case 'part':
      case 'bye':
        throw new Error(`Nobody expected ${frame.e}.`);
    }
  }

  #known(channel: string): Followed {
    const followed = this.#followed.get(channel);
    if (followed?.position === undefined) throw new Error(`${channel} was never acked.`);
    return followed;
  }

  #ack(ack: Ack): void {
    const { ch, off, first, st } = ack;
    const followed = this.#followed.get(ch);
    if (followed === undefined) throw new Error(`Nobody subscribed to ${ch}.`);
    const incarnation = this.#oracle.of(ch, off.epoch);
    if (off.epoch === '') strictEqual(off.offset, 0);
    else ok(incarnation !== undefined && off.offset <= incarnation.head && first <= incarnation.first, 'an ack is of what there is');
    const at = followed.owed.findIndex(({ refusal }) => refusal === undefined);
    const [owed] = at === -1 ? [] : followed.owed.slice(at, at + 1);
    const moved = st !== 'live' && st !== 'ended';
    if (owed !== undefined && isTrue(ack, owed.asked)) {
      followed.owed.splice(at, 1);
      followed.tail = owed.tail;
      if (followed.position !== undefined && moved) followed.doubtful.push(owed);
      if (!owed.over) followed.running = true;
    } else if (!moved || followed.position === undefined || !isTrue(ack, followed.position)) {
      const against = JSON.stringify({ asked: owed?.asked, position: followed.position });
      ok(followed.doubtful.shift() !== undefined, `${JSON.stringify(ack)} is not true of ${against}`);
    }
    followed.position = off;
    followed.ended = false;
  }

  #err({ topic, code }: Err): void {
    for (const [channel, followed] of this.#followed) {
      const mistaken = takeOut(followed.doubtful, topic);
      const refused = takeOut(followed.owed, topic) ?? mistaken;
      if (refused === undefined) continue;
      strictEqual(code, refused.refusal ?? 'unavailable');
      // What was taken for its ack was the last word of the subscription before it.
      if (mistaken?.fresh === true && !followed.owed.some(isHopeful)) followed.running = false;
      if (refused.refusal === undefined && !refused.over && !followed.running) this.refused.add(channel);
      return;
    }
    throw new Error(`The server refused what nobody asked for: ${code} ${topic}`);
  }

  #msg({ ch, off, lines }: Msg): void {
    const followed = this.#known(ch);
    const { position } = followed;
    const incarnation = this.#oracle.of(ch, off.epoch);
    if (incarnation === undefined) throw new Error(`There never was an epoch ${off.epoch} of ${ch}.`);
    const before = off.offset - lines.length;
    if (isCertain(followed) && followed.tail !== undefined) ok(lines.length <= followed.tail, `${lines.length} lines come at a time`);
    deepStrictEqual(position?.epoch === '' ? { epoch: off.epoch, offset: 0 } : position, { epoch: off.epoch, offset: before });
    strictEqual(followed.ended, false, 'nothing comes behind the end');
    ok(off.offset <= incarnation.head, 'no line comes before it is stored');
    for (const [index, [, text]] of lines.entries()) strictEqual(text, this.#oracle.text(ch, incarnation, before + 1 + index));
    followed.position = off;
  }
}

/** Whether it is known which subscribe decides. */
function isCertain({ owed, doubtful }: Followed): boolean {
  return owed.length === 0 && doubtful.length === 0;
}

/** Whether it may be answered with an ack that begins a subscription. */
function isHopeful({ over, refusal }: Owed): boolean {
  return !over && refusal === undefined;
}

function takeOut(entries: Owed[], topic: string | undefined): Owed | undefined {
  const at = entries.findIndex(({ signed }) => signed === topic);
  return at === -1 ? undefined : entries.splice(at, 1)[0];
}

/** Whether an ack can be what the server has to say to somebody who asks to go on there. */
function isTrue({ off, first, st }: Ack, asked: RequestedPosition): boolean {
  if (asked === 'now') return st === 'live' || st === 'ended';
  // A log without a line has no epoch: whatever is there now goes on from it.
  const same = asked.epoch === undefined || asked.epoch === '' || asked.epoch === off.epoch;
  switch (st) {
    case 'reset':
      return !same || asked.epoch === '' || off.offset < asked.offset;
    case 'truncated':
      return same && first > asked.offset + 1 && off.offset >= first - 1;
    case 'skipped':
      return same && off.offset > asked.offset && first <= asked.offset + 1;
    case 'ended':
    case 'live':
      return same && off.offset === asked.offset && first <= asked.offset + 1;
  }
}
