// Starts a Redis for the example, in a temporary folder. To lose nothing, log-stream needs appendonly, and noeviction, which is
// the default.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** @param {string} program */
export async function startRedis(program) {
  const folder = await mkdtemp(join(tmpdir(), 'log-stream-scale-out-'));
  const port = await freePort();
  /** @type {import('node:child_process').ChildProcess} */
  let child;

  async function launch() {
    const options = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--save', ''];
    // Every line is on disk before viewers see it.
    const durable = ['--appendonly', 'yes', '--appendfsync', 'always'];
    const started = spawn(program, [...options, ...durable], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
    child = started;
    const failed = once(started, 'error').then(([error]) => {
      throw new Error(`${program} could not be started: install Redis 7 or Valkey, or set REDIS_SERVER_PATH.`, { cause: error });
    });
    const ready = (async () => {
      for await (const line of createInterface({ input: started.stdout })) if (line.includes('Ready to accept')) return;
      throw new Error(`${program} ended before it was ready.`);
    })();
    await Promise.race([ready, failed]);
    failed.catch(() => undefined);
    started.stdout.resume();
  }

  async function kill() {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  await launch();
  return {
    url: `redis://127.0.0.1:${port}`,
    /** Crashes Redis and starts it again with the data on disk. */
    async restart() {
      await kill();
      await launch();
    },
    async stop() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort() {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return address !== null && typeof address === 'object' ? address.port : 0;
}
