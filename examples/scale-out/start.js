// Starts Redis, three log servers over it, one address for them, and a producer. See README.md.
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { createLogServer, openStore } from 'log-stream/server';
import { Fleet } from './fleet.js';
import { produce } from './producer.js';
import { startRedis } from './redis.js';

const CHANNEL = 'example:scale-out';
const HELP = `
  kill 1 (2, 3)   kill -9 that server; another one takes its place
  deploy          replace the servers one by one, each saying goodbye
  redis           kill -9 Redis and start it again
  help            this
Ctrl-C ends everything.`;

// A Redis or cluster that is already running, or one of our own.
const given = process.env.LOG_STREAM_STORE;
const redis = given === undefined ? await startRedis(process.env.REDIS_SERVER_PATH ?? 'redis-server') : undefined;
const store = given ?? redis?.url ?? '';
const secret = process.env.LOG_STREAM_SECRET ?? randomBytes(32).toString('hex');

const fleet = new Fleet({ store, secret });
await fleet.start({ port: Number(process.env.PORT ?? 8080) });

// The servers sign the topics of viewers; this one is for the producer.
const own = await openStore(store);
const signer = createLogServer({ store: own, secrets: secret });
const topic = signer.sign(CHANNEL, { write: true });
const url = `${fleet.origin}/log-stream/topics/${CHANNEL}`;
// The log must start at line 1, so that of an earlier run is removed.
await own.remove(CHANNEL);
await signer.close();
await own.close();

const stopping = new AbortController();
const produced = produce({ url, topic, every: 200, signal: stopping.signal, line: (number) => `\x1b[32mline\x1b[0m ${number}` });

console.log(`Open ${fleet.origin}/ in several tabs and browsers, then cause trouble. Every line arrives exactly once.
The servers are processes ${fleet.pids.join(', ')}.
${HELP}`);

/** @param {string} text */
async function runCommand(text) {
  const [, command, index] = /^\s*(kill|deploy|redis|help)\s*([123])?\s*$/.exec(text) ?? [];
  if (command === 'kill') await fleet.kill(Number(index ?? 1) - 1);
  else if (command === 'deploy') await fleet.deploy();
  else if (command === 'redis' && redis !== undefined) await redis.restart();
  else console.log(HELP);
  if (command === 'kill' || command === 'deploy') console.log(`The servers are processes ${fleet.pids.join(', ')} now.`);
  if (command === 'redis')
    console.log(redis === undefined ? 'This Redis was not started here, so it is left alone.' : 'Redis is up again.');
}

let last = Promise.resolve();
createInterface({ input: process.stdin }).on('line', (text) => {
  last = last.then(() => runCommand(text)).catch((error) => console.error(error.message));
});

async function stop() {
  stopping.abort();
  console.log(`\nThe log ended with line ${await produced}.`);
  await last;
  await fleet.stop();
  await redis?.stop();
  process.exit(0);
}
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void stop());
