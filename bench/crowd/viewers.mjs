// Viewers in a process of their own. They compare every line they get with what was written; none may come twice, be
// missing or be out of order.
import { createHistogram } from 'node:perf_hooks';
import { offer, processorTime } from '../child.mjs';
import { now } from '../clock.mjs';
import { Seat } from './seat.mjs';
import { timeOf } from './text.mjs';

/** Sockets opened at a time. */
const OPENING = 50;
/** Checked frames remembered for each log: the same bytes for the next viewer take only a comparison. */
const REMEMBERED = 128;
/** Maximum number of faults reported. */
const TOLD = 5;
/** How long a slow reader reads, and then how long it pauses, ms. */
const READS = 100;
const RESTS = 4_000;

/** @typedef {{ after: number, frame: Buffer, written: number }} Right */
/** @type {Map<string, Map<number, Right>>} By channel and last line. */
const right = new Map();
/** @type {Seat[]} */
const seats = [];
/** @type {string[]} */
const faults = [];
/** From written to received, µs. */
const waits = createHistogram();
let [lines, beats, heads, acks] = [0, 0, 0, 0];
/** @type {NodeJS.Timeout | undefined} */
let napping;

/** @type {import('./seat.mjs').Audience} */
const audience = {
  check(channel, after, to, frame) {
    let known = right.get(channel);
    if (known === undefined) right.set(channel, (known = new Map()));
    const same = known.get(to);
    if (same?.after === after && same.frame.equals(frame)) {
      lines += to - after;
      return same.written;
    }
    /** @type {{ data: { lines: [number, string][] } }} */
    const message = JSON.parse(frame.toString());
    const { lines: given } = message.data;
    if (given.length !== to - after) throw new Error(`${given.length} lines up to ${to} of ${channel} came after line ${after}.`);
    let written = 0;
    for (const [at, [, text]] of given.entries()) written = timeOf(channel, after + 1 + at, text);
    known.set(to, { after, frame, written });
    for (const oldest of known.keys()) {
      if (known.size <= REMEMBERED) break;
      known.delete(oldest);
    }
    lines += given.length;
    return written;
  },
  received: (written) => waits.record(Math.max(1, Math.round((now() - written) * 1_000))),
  acked: () => (acks += 1),
  beat(told) {
    beats += 1;
    heads += told;
  },
  fault: (fault) => faults.push(fault),
};

/** @param {() => boolean} isSo */
async function until(isSo) {
  while (!isSo()) {
    if (faults.length > 0) throw new Error(faults.slice(0, TOLD).join('\n'));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Fetches the lines that sockets were not given, each once for all viewers. @param {string} url @param {string} channel @param {string} topic */
async function fetchGaps(url, channel, topic) {
  const gaps = seats.flatMap(({ cursors }) => cursors.get(channel)?.gaps ?? []).sort(([a], [b]) => a - b);
  let fetched = 0;
  let reached = 0;
  for (const [from, to] of gaps) {
    for (let after = Math.max(from, reached); after < to;) {
      const limit = Math.min(1_000, to - after);
      const response = await fetch(`${url}/topics/${channel}?after=${after}&limit=${limit}`, {
        headers: { authorization: `Bearer ${topic}` },
      });
      const page = /** @type {{ lines: [number, string][] }} */ (await response.json());
      if (page.lines.length === 0) throw new Error(`Line ${after + 1} of ${channel} is not available over HTTP: ${response.status}`);
      for (const [at, [, text]] of page.lines.entries()) timeOf(channel, after + 1 + at, text);
      after += page.lines.length;
      fetched += page.lines.length;
    }
    reached = Math.max(reached, to);
  }
  return fetched;
}

const methods = {
  /**
   * Opens sockets, each with logs of its own.
   *
   * @param {string} url @param {readonly (readonly (readonly [channel: string, topic: string])[])[]} sockets
   */
  join: async (url, sockets) => {
    let [first, due] = [seats.length, acks];
    for (const logs of sockets) {
      seats.push(new Seat(url, logs, audience));
      due += logs.length;
      if (seats.length - first < OPENING) continue;
      first = seats.length;
      await until(() => acks >= due);
    }
    await until(() => acks >= due);
  },
  /** Has every so manieth viewer read slowly from now on. @param {number} every */
  slow: (every) => {
    const slow = seats.filter((_seat, at) => at % every === 0);
    for (const seat of slow) seat.isSlow = true;
    const nap = () => {
      for (const { socket } of slow) socket.pause();
      napping = setTimeout(() => {
        for (const { socket } of slow) socket.resume();
        napping = setTimeout(nap, READS);
      }, RESTS);
    };
    nap();
    return slow.length;
  },
  /** Lets all viewers read. */
  wake: () => {
    clearTimeout(napping);
    for (const { socket } of seats) socket.resume();
  },
  /** What came since the last call. */
  report: () => {
    const wait = { p50: waits.percentile(50) / 1_000, p99: waits.percentile(99) / 1_000, most: waits.count === 0 ? 0 : waits.max / 1_000 };
    const told = { lines, beats, heads, wait, faults: faults.slice(0, TOLD), seconds: processorTime() };
    waits.reset();
    [lines, beats, heads] = [0, 0, 0];
    return told;
  },
  /** Resolves when every viewer is at the heads of its logs. @param {Record<string, number>} all */
  reached: (all) =>
    until(() => seats.every(({ cursors }) => [...cursors].every(([channel, { position }]) => position >= (all[channel] ?? 0)))),
  /**
   * Fetches over HTTP what was skipped on sockets. Rejects unless every viewer then has every line up to the heads exactly once.
   *
   * @param {string} url @param {Record<string, string>} topics By channel. @param {Record<string, number>} all @param {number} first Lines that existed before.
   */
  complete: async (url, topics, all, first) => {
    let [fetched, skips] = [0, 0];
    for (const [channel, topic] of Object.entries(topics)) fetched += await fetchGaps(url, channel, topic);
    for (const { cursors } of seats) {
      for (const [channel, { position, lines: given, gaps }] of cursors) {
        const had = gaps.reduce((sum, [after, to]) => sum + to - after, given);
        skips += gaps.length;
        if (position !== all[channel] || had !== position - first)
          throw new Error(`A viewer of ${channel} had ${had} lines and is at ${position} of ${String(all[channel])}.`);
      }
    }
    if (faults.length > 0) throw new Error(faults.slice(0, TOLD).join('\n'));
    return { fetched, skips };
  },
};

/** @typedef {typeof methods} ViewerMethods */
offer({
  ...methods,
  close: () => {
    for (const seat of seats) seat.leave();
  },
});
