// NATS JetStream, a real server: lines are stored in a stream on disk and delivered over WebSockets.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { lineTexts } from '../lines.mjs';
import { freePort } from './programs.mjs';

const SUBJECT = 'build';
/** Ticks a second of the CPU time in /proc. */
const TICKS = 100;

/** The path of the server, if it is installed (Debian: nats-server). */
const PROGRAM = ['/usr/sbin/nats-server', '/usr/bin/nats-server', '/usr/local/bin/nats-server'].find((path) => existsSync(path));

/** The connection of a producer, which waits until each message is stored. @param {number} port */
async function producer(port) {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  /** @type {((text: string) => void)[]} */
  const waiting = [];
  let buffered = '';
  socket.on('data', (data) => {
    buffered += data.toString('latin1');
    if (buffered.includes('PING\r\n')) socket.write('PONG\r\n');
    for (let end = buffered.indexOf('}\r\n'); end >= 0; end = buffered.indexOf('}\r\n')) {
      const answer = buffered.slice(0, end + 1);
      buffered = buffered.slice(end + 3);
      if (answer.includes('MSG answers')) waiting.shift()?.(answer);
    }
  });
  socket.write('CONNECT {"verbose":false,"pedantic":false}\r\nSUB answers 1\r\n');
  /** @param {string} subject @param {string} payload @returns {Promise<string>} */
  const request = (subject, payload) =>
    new Promise((resolve) => {
      waiting.push(resolve);
      socket.write(`PUB ${subject} answers ${Buffer.byteLength(payload)}\r\n${payload}\r\n`);
    });
  return { request, close: () => socket.destroy() };
}

/** A server that stores in `dir`; undefined if none is installed. @param {string} dir */
export async function startNats(dir) {
  if (PROGRAM === undefined) return undefined;
  const [port, webPort] = [await freePort(), await freePort()];
  const config = join(dir, 'nats.conf');
  await writeFile(
    config,
    `listen: "127.0.0.1:${port}"\nwebsocket { listen: "127.0.0.1:${webPort}", no_tls: true }\njetstream { store_dir: "${dir}" }\n`,
  );
  const child = spawn(PROGRAM, ['-c', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  const gone = once(child, 'exit');
  await new Promise((resolve, reject) => {
    let said = '';
    child.stderr.on('data', (data) => (said += data).includes('Server is ready') && resolve(undefined));
    void gone.then(() => reject(new Error(`nats-server did not start: ${said}`)));
  });
  const { request, close } = await producer(port);
  const made = await request(
    `$JS.API.STREAM.CREATE.${SUBJECT}`,
    JSON.stringify({ name: SUBJECT, subjects: [SUBJECT], storage: 'file', retention: 'limits', num_replicas: 1 }),
  );
  if (made.includes('"error"')) throw new Error(`NATS created no stream: ${made}`);
  return {
    where: { port: webPort, topic: SUBJECT },
    /** @param {number} from @param {number} to @param {number} each */
    async publish(from, to, each) {
      for (let at = from; at <= to; at += each) {
        const last = Math.min(to, at + each - 1);
        const lines = lineTexts(at, last).map((text) => [Date.now(), text]);
        await request(SUBJECT, JSON.stringify({ e: 'msg', ch: SUBJECT, off: `1-${last}`, data: { lines } }));
      }
    },
    /** CPU time used so far, s. */
    async seconds() {
      const fields = (await readFile(`/proc/${child.pid}/stat`, 'utf8')).replace(/^.*\) /u, '').split(' ');
      return (Number(fields[11]) + Number(fields[12])) / TICKS;
    },
    async end() {
      close();
      child.kill();
      await gone;
    },
  };
}
