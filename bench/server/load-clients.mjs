// Viewers in a process of their own. On `{ port, sockets, topics, each }` it opens sockets, each following `each` of the
// topics, answers `{ open }`, and from then on says on request how many lines they got.
import { WebSocket } from 'ws';

let lines = 0;
const AT = Buffer.from('"off":"');

/** The last line number that a message covers. Nothing else is read: parsing all of it would be most of the load. @param {Buffer} data */
function headOf(data) {
  const at = data.indexOf(AT);
  const end = data.indexOf('"', at + AT.length);
  return at === -1 ? 0 : Number(data.toString('latin1', data.lastIndexOf('-', end) + 1, end));
}

/** @param {{ port: number, sockets: number, topics: readonly string[], each: number }} load */
async function open({ port, sockets, topics, each }) {
  for (let index = 0; index < sockets; index += 1) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/log-stream`);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    /** @type {Map<string, number>} */
    const heads = new Map();
    let acks = 0;
    const mine = Array.from({ length: each }, (_, at) => topics[(index * each + at) % topics.length] ?? '');
    await new Promise((resolve) => {
      socket.on('message', (/** @type {Buffer} */ data) => {
        if (data.subarray(0, 11).toString() === '{"e":"ack",') {
          acks += 1;
          if (acks === each) resolve(undefined);
        } else if (data.subarray(0, 11).toString() === '{"e":"msg",') {
          const channel = data.toString('latin1', 17, data.indexOf('"', 17));
          const head = headOf(data);
          lines += head - (heads.get(channel) ?? 0);
          heads.set(channel, head);
        }
      });
      for (let from = 0; from < each; from += 25)
        socket.send(JSON.stringify({ subscribe: Object.fromEntries(mine.slice(from, from + 25).map((topic) => [topic, ''])) }));
      if (each === 0) resolve(undefined);
    });
  }
}

process.on('message', (/** @type {{ port: number, sockets: number, topics: readonly string[], each: number } | 'lines'} */ message) => {
  if (message === 'lines') process.send?.({ lines });
  else void open(message).then(() => process.send?.({ open: message.sockets }));
});
