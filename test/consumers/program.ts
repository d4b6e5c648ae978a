import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, vi } from 'vitest';
import { patience } from '../tabs/stage.ts';
import type { Consumer } from './consumer.ts';

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/**
 * Starts a program in the consumer's folder, which runs until the test is over.
 *
 * @returns The first match of what it prints.
 */
export async function start(consumer: Consumer, command: string, ready: RegExp): Promise<string> {
  // A group of its own, so that what it starts ends with it.
  const child = spawn('sh', ['-c', command], { cwd: consumer.folder, env: consumer.environment, detached: true });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  onTestFinished(async () => {
    if (child.pid === undefined || child.exitCode !== null) return;
    const ended = once(child, 'close');
    process.kill(-child.pid, 'SIGTERM');
    await ended;
  });
  return vi.waitFor(
    () => ready.exec(printed)?.[0] ?? expect.fail(`${command} has not printed ${String(ready)} yet:\n${printed}`),
    patience,
  );
}
