// Viewers that come back when told to, and resume where they were.
import { WebSocket } from 'ws';
import { offer } from '../child.mjs';

/** @typedef {{ position: string, head: number, retry: [number, number], socket: WebSocket | undefined }} Viewer */

/** @type {Viewer[]} */
const viewers = [];
let leaving = false;

/** @param {Viewer} viewer @param {number} port @param {string} topic */
function connect(viewer, port, topic) {
  const socket = (viewer.socket = new WebSocket(`ws://127.0.0.1:${port}/log-stream`, { perMessageDeflate: false }));
  return new Promise((resolve) => {
    socket.on('error', () => undefined);
    socket.on('close', () => {
      const [least, most] = viewer.retry;
      if (!leaving) setTimeout(() => void connect(viewer, port, topic), least + Math.random() * (most - least));
    });
    socket.on('message', (/** @type {Buffer} */ data) => {
      const frame = /** @type {{ e: string, off: string, retry: [number, number], data: { lines: unknown[] } }} */ (
        JSON.parse(data.toString())
      );
      if (frame.e === 'hello') socket.send(JSON.stringify({ subscribe: { [topic]: viewer.position } }));
      if (frame.e === 'bye') viewer.retry = frame.retry;
      if (frame.e !== 'ack' && frame.e !== 'msg') return;
      const head = Number(frame.off.slice(frame.off.lastIndexOf('-') + 1));
      // Every line once and in order, without a gap.
      const before = frame.e === 'msg' ? head - frame.data.lines.length : head;
      if (viewer.position !== '' && before !== viewer.head)
        throw new Error(`Lines from ${before + 1} came where ${viewer.head + 1} was due.`);
      viewer.position = frame.off;
      viewer.head = head;
      resolve(undefined);
    });
  });
}

offer({
  /** @param {{ port: number, topic: string, count: number }} audience */
  join: async ({ port, topic, count }) => {
    for (let at = 0; at < count; at += 50) {
      const more = Array.from({ length: Math.min(50, count - at) }, () => ({
        position: '',
        head: 0,
        retry: /** @type {[number, number]} */ ([500, 2_000]),
        socket: undefined,
      }));
      viewers.push(...more);
      await Promise.all(more.map((viewer) => connect(viewer, port, topic)));
    }
  },
  /** How many viewers have the line. @param {number} head */
  having: (head) => viewers.filter((viewer) => viewer.head === head).length,
  close: () => {
    leaving = true;
    for (const { socket } of viewers) socket?.terminate();
  },
});
