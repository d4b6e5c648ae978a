import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startServer } from '../support/server.ts';

test('Answers that wait for another one on a connection are over when it breaks off', async () => {
  const server = await startServer();
  const socket = connect(server.port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  const path = `/log-stream/topics/run:1?follow=1&topic=${encodeURIComponent(server.sign('run:1'))}`;
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(20));
  await expect.poll(() => server.logs.stats().requests).toBe(20);
  socket.destroy();
  await expect.poll(() => server.logs.stats().requests).toBe(0);
});
