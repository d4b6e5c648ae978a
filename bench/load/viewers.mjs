// Viewers in a process of their own, for any of the servers compared. They read no more of a message than the number of its last
// line: parsing all of it would be most of the load.
import { WebSocket } from 'ws';
import { offer } from '../child.mjs';

const OFF = '"off":"';

/** @typedef {'ours' | 'bare' | 'socket.io' | 'nats'} Kind */
/** @typedef {{ kind: Kind, port: number, count: number, topic: string }} Audience */

/** How to ask each kind of server for lines. @type {Record<Kind, { path: string, greet(socket: WebSocket, topic: string, text: string): boolean }>} */
const DIALECTS = {
  ours: {
    path: '/log-stream',
    greet(socket, topic, text) {
      if (text.startsWith('{"e":"hello"')) socket.send(JSON.stringify({ subscribe: { [topic]: '' } }));
      return text.startsWith('{"e":"ack"');
    },
  },
  bare: { path: '/', greet: (_socket, _topic, text) => text.startsWith('{"e":"hello"') },
  'socket.io': {
    path: '/socket.io/?EIO=4&transport=websocket',
    greet(socket, _topic, text) {
      // Engine.IO 4: 0 opens, 2 pings; Socket.IO 5 within its messages: 40 connects.
      if (text.startsWith('0')) socket.send('40');
      if (text === '2') socket.send('3');
      return text.startsWith('40');
    },
  },
  nats: {
    path: '/',
    greet(socket, topic, text) {
      if (text.startsWith('INFO')) socket.send(`CONNECT {"verbose":false,"pedantic":false}\r\nSUB ${topic} 1\r\nPING\r\n`);
      if (text.includes('PING\r\n')) socket.send('PONG\r\n');
      return text.includes('PONG\r\n');
    },
  },
};

/** The last line of each viewer. @type {number[]} */
const heads = [];
/** @type {WebSocket[]} */
const sockets = [];
/** @type {{ head: number, resolve: () => void } | undefined} */
let waiting;

/** @param {Buffer} data */
function headOf(data) {
  const at = data.lastIndexOf(OFF);
  const end = at < 0 ? -1 : data.indexOf('"', at + OFF.length);
  return end < 0 ? 0 : Number(data.toString('latin1', data.lastIndexOf('-', end) + 1, end));
}

function settle() {
  if (waiting === undefined || heads.some((head) => head < /** @type {{ head: number }} */ (waiting).head)) return;
  waiting.resolve();
  waiting = undefined;
}

/** @param {Audience} audience @param {number} at */
function join({ kind, port, topic }, at) {
  const { path, greet } = DIALECTS[kind];
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { perMessageDeflate: false });
  sockets.push(socket);
  heads[at] = 0;
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('message', (/** @type {Buffer} */ data) => {
      const head = headOf(data);
      if (head > (heads[at] ?? 0)) {
        heads[at] = head;
        if (waiting !== undefined && head >= waiting.head) settle();
      } else if (data.length < 4_096 && greet(socket, topic, data.toString())) resolve(undefined);
    });
  });
}

const methods = {
  /** @param {Audience} audience */
  join: async (audience) => {
    for (let at = 0; at < audience.count; at += 1) await join(audience, at);
  },
  /** Resolves when every viewer has the line. @param {number} head */
  reached: (head) =>
    /** @type {Promise<void>} */ (
      new Promise((resolve) => {
        waiting = { head, resolve };
        settle();
      })
    ),
  leave: () => {
    for (const socket of sockets.splice(0)) socket.terminate();
    heads.length = 0;
  },
};

/** @typedef {typeof methods} ViewerMethods */
offer(methods);
