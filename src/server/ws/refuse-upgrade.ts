import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Problem } from '../problem.ts';

/** Refuses an upgrade request with a problem, and closes the connection. */
export function refuseUpgrade(socket: Duplex, problem: Problem): void {
  const { status, body } = problem;
  const fields = {
    Connection: 'close',
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...problem.headers,
  };
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${String(value)}\r\n`);
  socket.on('error', () => undefined);
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${head.join('')}\r\n${body}`);
}
