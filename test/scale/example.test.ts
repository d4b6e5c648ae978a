import { spawn } from 'node:child_process';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { readTopic } from '../../src/protocol/topic.ts';
import { packageRoot } from '../../src/server/util/package-root.ts';
import { findProgram } from '../../scripts/browsers.mjs';
import { buildCommand, CommandProcess, isAlive } from '../dev-server/support.ts';
import { hasRedis } from '../server/stores/redis/redis-server.ts';

const PATIENCE = { timeout: 30_000, interval: 50 };

describe.skipIf(!hasRedis)('the example of scaling out', () => {
  beforeAll(buildCommand, 120_000);

  it('starts everything with one command, obeys, and leaves nothing behind', async () => {
    const env = { PATH: process.env['PATH'], PORT: '0', REDIS_SERVER_PATH: findProgram('redis') };
    const child = spawn(process.execPath, ['examples/scale-out/start.js'], { cwd: packageRoot(), env });
    const example = new CommandProcess(child);
    // Gently: it has servers and a Redis of its own to end.
    onTestFinished(() => void child.kill('SIGTERM'));
    const printed = (pattern: RegExp): Promise<RegExpExecArray> => vi.waitFor(() => example.printed(pattern), PATIENCE);
    const [, origin = ''] = await printed(/Open (http:\/\/[^/\s]+)\//);
    const pids = (text: string | undefined): number[] => (text ?? '').split(', ').map(Number);
    const before = pids((await printed(/are processes ([\d, ]+)\./))[1]);
    expect(before.length).toBe(3);

    const topic = /topic="([^"]+)"/.exec(await (await fetch(`${origin}/`)).text())?.[1] ?? '';
    expect(readTopic(topic)).toMatchObject({ channel: 'example:scale-out', write: false });
    const lineCount = async (): Promise<number> => {
      const headers = { authorization: `Bearer ${await (await fetch(`${origin}/topic`)).text()}`, accept: 'text/plain' };
      const lines = (await (await fetch(`${origin}/log-stream/topics/example:scale-out`, { headers })).text()).trimEnd().split('\n');
      expect(lines).toEqual(lines.map((_, index) => `\u001b[32mline\u001b[0m ${index + 1}`));
      return lines.length;
    };
    const grows = async (): Promise<void> => {
      const count = await vi.waitFor(lineCount, PATIENCE);
      await vi.waitFor(async () => expect(await lineCount()).toBeGreaterThan(count), PATIENCE);
    };
    await grows();
    child.stdin.write('kill 2\n');
    const after = pids((await printed(/are processes ([\d, ]+) now\./))[1]);
    expect(after.map((pid, index) => pid === before[index])).toEqual([true, false, true]);
    child.stdin.write('redis\n');
    await printed(/Redis is up again/);
    await grows();
    child.stdin.write('what?\nkill 9\n');
    child.kill('SIGINT');
    expect(await example.code()).toBe(0);
    await printed(/The log ended with line \d+/);
    for (const pid of after) expect(await isAlive(pid)).toBe(false);
  }, 120_000);
});
