import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { buildCommand, command, temporaryFolder, textOf } from './support.ts';

beforeAll(buildCommand, 60_000);

/** A port that nothing listens on. */
async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return String(port);
}

describe('commands that start at the same time without a server', () => {
  it('share the server of the one that is first', async () => {
    const cwd = await temporaryFolder();
    const port = await freePort();
    const running = ['one', 'two', 'three'].map((name) => command(['run', '--port', port, '--', 'echo', name], { cwd }));
    const pages = await Promise.all(running.map((run) => run.printed(/Watch it at (http:\/\/\S+?)\/\?log=(\S+)/)));
    await Promise.race(running.map((run) => run.printed(/Exited with code 0\. Still serving/)));
    expect(pages.map(([, origin]) => origin)).toEqual(running.map(() => `http://127.0.0.1:${port}`));
    await vi.waitFor(async () => {
      const logs = pages.map(([, origin = '', channel = '']) => textOf(origin, decodeURIComponent(channel)));
      expect(await Promise.all(logs)).toEqual(['one\n', 'two\n', 'three\n']);
    });
    const serving = running.filter(({ stderr }) => stderr.includes('Still serving'));
    expect(serving).toHaveLength(1);
    for (const run of running) if (!serving.includes(run)) expect(await run.code()).toBe(0);
    serving[0]?.child.kill('SIGINT');
    expect(await serving[0]?.code()).toBe(0);
  });
});
