import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startServer, type TestServer } from '../../../support/server.ts';

/** Asks to follow a log 20 times on one connection, and resolves once all of that has come. */
async function follow20(server: TestServer): Promise<Socket> {
  const socket = connect(server.port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  const path = `/log-stream/topics/run:1?follow=1&topic=${encodeURIComponent(server.sign('run:1'))}`;
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(20));
  await expect.poll(() => server.logs.stats()).toMatchObject({ requests: 20, topics: 1 });
  return socket;
}

test('Answers that wait for another one on a connection are over when it breaks off', async () => {
  const server = await startServer();
  const socket = await follow20(server);
  socket.destroy();
  await expect.poll(() => server.logs.stats().requests).toBe(0);
});

test('Many answers that are followed on one connection are no reason for a warning', async () => {
  const warnings: Error[] = [];
  const keep = (warning: Error): void => void warnings.push(warning);
  process.on('warning', keep);
  onTestFinished(() => void process.off('warning', keep));
  await follow20(await startServer());
  // A warning of one's own comes behind those that were there before.
  process.emitWarning('the last one');
  await expect.poll(() => warnings.map(({ message }) => message)).toContain('the last one');
  expect(warnings.map(({ name }) => name)).not.toContain('MaxListenersExceededWarning');
});
