// Producers in a process of their own: each log has a request that stays open, as `make | curl -T -` has one; a flood is one request after
// the other, each sent when the previous one is acknowledged.
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { offer, processorTime } from '../child.mjs';
import { now } from '../clock.mjs';
import { bodyOf } from './text.mjs';

/** Lines in one request of a flood: about 64 kB. */
const FLOOD = 640;

const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
/** How many lines each log has. @type {Record<string, number>} */
const heads = Object.create(null);
/** @type {Map<string, import('node:http').ClientRequest>} */
const open = new Map();
/** @type {NodeJS.Timeout[]} */
let timers = [];
/** @type {Promise<unknown>[]} */
let floods = [];
let isFlooding = false;

/** @param {string} url @param {string} channel @param {string} topic */
const requestTo = (url, channel, topic) =>
  request(`${url}/topics/${channel}`, { method: 'POST', agent, headers: { authorization: `Bearer ${topic}` } });

/** The next lines of a log. @param {string} channel @param {number} count */
function next(channel, count) {
  const head = heads[channel] ?? 0;
  heads[channel] = head + count;
  return bodyOf(channel, head + 1, count, now());
}

/** @param {import('node:http').ClientRequest} appending */
async function answered(appending) {
  const [response] = /** @type {[import('node:http').IncomingMessage]} */ (await once(appending, 'response'));
  response.resume();
  await once(response, 'end');
  if (response.statusCode !== 200) throw new Error(`An append was answered with ${response.statusCode}.`);
}

const methods = {
  /** Takes over logs that have `head` lines. @param {string} url @param {readonly (readonly [channel: string, topic: string])[]} logs @param {number} head */
  open: (url, logs, head) => {
    for (const [channel, topic] of logs) {
      heads[channel] = head;
      const appending = requestTo(url, channel, topic);
      appending.flushHeaders();
      open.set(channel, appending);
    }
  },
  /** Writes `count` lines to each open log every interval, spread over it. @param {number} count @param {number} interval ms */
  steady: (count, interval) => {
    const step = interval / open.size;
    let at = 0;
    for (const [channel, appending] of open) {
      timers.push(
        setTimeout(() => {
          const write = () => appending.write(next(channel, count));
          write();
          timers.push(setInterval(write, interval));
        }, at),
      );
      at += step;
    }
  },
  /** Writes lines to each open log at once. @param {number} count */
  burst: (count) => {
    for (const [channel, appending] of open) appending.write(next(channel, count));
  },
  /** Appends to logs as fast as it is acknowledged, until `rest`. @param {string} url @param {readonly (readonly [channel: string, topic: string])[]} logs */
  flood: (url, logs) => {
    isFlooding = true;
    floods = logs.map(async ([channel, topic]) => {
      while (isFlooding) {
        const appending = requestTo(url, channel, topic);
        appending.end(next(channel, FLOOD));
        await answered(appending);
      }
    });
  },
  /** Stops writing, and returns how many lines each log has. */
  rest: async () => {
    for (const timer of timers) clearTimeout(timer);
    timers = [];
    isFlooding = false;
    await Promise.all(floods);
    floods = [];
    return { ...heads };
  },
  /** Ends open requests; resolves once all of them are acknowledged. */
  end: async () => {
    await Promise.all(
      [...open.values()].map((appending) => {
        appending.end();
        return answered(appending);
      }),
    );
    open.clear();
  },
  seconds: processorTime,
};

/** @typedef {typeof methods} ProducerMethods */
offer(methods);
