// One socket of a viewer, and what it got of its logs.
import { WebSocket } from 'ws';

const MSG = '{"e":"msg","ch":"';

/** @typedef {{ position: number, acked: boolean, lines: number, gaps: [after: number, to: number][] }} Cursor What a viewer has of one log: each line up to `position`, except the gaps. */
/**
 * @typedef {object} Audience What the seats of a process report to.
 * @property {(channel: string, after: number, to: number, frame: Buffer) => number} check Checks the lines of a frame; returns when the
 *   last of them was written, Unix ms. Throws for a wrong one.
 * @property {(written: number) => void} received Called with the time at which a line was written, when it reaches a viewer that reads at once.
 * @property {() => void} acked
 * @property {(heads: number) => void} beat Called for each heartbeat.
 * @property {(fault: string) => void} fault
 */

export class Seat {
  /** @type {Map<string, Cursor>} By channel. */
  cursors = new Map();
  /** @type {WebSocket} */
  socket;
  /** @type {Audience} */
  #audience;
  /** Reads slowly, so the time at which it gets a line says nothing about the server. */
  isSlow = false;
  #isLeaving = false;

  /** @param {string} url @param {readonly (readonly [channel: string, topic: string])[]} logs @param {Audience} audience */
  constructor(url, logs, audience) {
    this.#audience = audience;
    for (const [channel] of logs) this.cursors.set(channel, { position: 0, acked: false, lines: 0, gaps: [] });
    this.socket = new WebSocket(url, { perMessageDeflate: false, skipUTF8Validation: true });
    this.socket.on('error', (error) => audience.fault(`A socket failed: ${error.message}`));
    this.socket.on('close', (code) => {
      if (!this.#isLeaving) audience.fault(`A socket was cut with ${code}.`);
    });
    this.socket.on('open', () => {
      for (let from = 0; from < logs.length; from += 25)
        this.socket.send(JSON.stringify({ subscribe: Object.fromEntries(logs.slice(from, from + 25).map(([, topic]) => [topic, ''])) }));
    });
    this.socket.on('message', (/** @type {Buffer} */ data) => {
      try {
        this.#take(data);
      } catch (error) {
        audience.fault(String(error));
      }
    });
  }

  leave() {
    this.#isLeaving = true;
    this.socket.terminate();
  }

  /** @param {Buffer} data */
  #take(data) {
    if (data.toString('latin1', 0, MSG.length) === MSG) this.#message(data);
    else this.#tell(JSON.parse(data.toString()));
  }

  /** @param {Buffer} data */
  #message(data) {
    const end = data.indexOf('"', MSG.length);
    const channel = data.toString('latin1', MSG.length, end);
    // ,"off":"EPOCH-OFFSET"
    const offset = data.toString('latin1', end + 9, data.indexOf('"', end + 9));
    const to = Number(offset.slice(offset.lastIndexOf('-') + 1));
    const cursor = this.#cursor(channel);
    const written = this.#audience.check(channel, cursor.position, to, data);
    cursor.lines += to - cursor.position;
    cursor.position = to;
    if (!this.isSlow) this.#audience.received(written);
  }

  /** @param {Record<string, any>} frame */
  #tell(frame) {
    switch (frame['e']) {
      case 'ack': {
        const cursor = this.#cursor(frame['ch']);
        const off = offsetOf(frame['off']);
        if (!cursor.acked) {
          cursor.acked = true;
          cursor.position = off;
          this.#audience.acked();
        } else if (frame['st'] === 'skipped' && off > cursor.position) {
          cursor.gaps.push([cursor.position, off]);
          cursor.position = off;
        } else throw new Error(`Unexpected ack after line ${cursor.position}: ${JSON.stringify(frame)}`);
        break;
      }
      case 'hb':
        for (const [channel, off] of Object.entries(frame['h'] ?? {})) {
          const { position } = this.#cursor(channel);
          if (offsetOf(String(off)) !== position)
            throw new Error(`The server says that the head of ${channel} is ${String(off)}, after line ${position}.`);
        }
        this.#audience.beat(Object.keys(frame['h'] ?? {}).length);
        break;
      case 'hello':
        break;
      default:
        throw new Error(`Unexpected frame: ${JSON.stringify(frame)}`);
    }
  }

  /** @param {string} channel */
  #cursor(channel) {
    const cursor = this.cursors.get(channel);
    if (cursor === undefined) throw new Error(`${channel} is not subscribed on this socket.`);
    return cursor;
  }
}

/** @param {string} position */
const offsetOf = (position) => Number(position.slice(position.lastIndexOf('-') + 1));
