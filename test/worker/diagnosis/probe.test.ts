import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { diagnose } from '../../../src/worker/diagnosis/probe.ts';
import { startServer } from '../../support/server.ts';

const never = new AbortController().signal;

/** The address of a server that answers so. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/log-stream`;
}

describe('diagnose', () => {
  it('finds a log server that HTTP reaches', async () => {
    const server = await startServer();
    expect((await diagnose(server.url, fetch, never))?.cause).toBe('websocket');
  });

  it('finds out which origin a log server refuses', async () => {
    const server = await startServer();
    const from: typeof fetch = (input, init) => fetch(input, { ...init, headers: { Origin: 'https://app.example' } });
    expect(await diagnose(server.url, from, never)).toMatchObject({
      cause: 'origin',
      problem: expect.stringContaining('https://app.example'),
    });
  });

  it('says where the logs are when the address is wrong', async () => {
    const server = await startServer();
    expect(await diagnose(`${server.url}/sockets`, fetch, never)).toMatchObject({
      cause: 'no-server',
      advice: expect.stringContaining('the WebSocket is at /log-stream.'),
    });
  });

  it('follows a redirect, which no WebSocket does', async () => {
    const server = await startServer();
    const url = await serve((_request, response) => response.writeHead(307, { location: server.url }).end());
    expect(await diagnose(url, fetch, never)).toMatchObject({ cause: 'redirect', advice: expect.stringContaining(server.url) });
  });

  it('does not read an endless answer', async () => {
    const url = await serve((_request, response) => void response.writeHead(200, { 'content-type': 'text/html' }).write('<p>'));
    expect((await diagnose(url, fetch, never))?.cause).toBe('no-server');
  });

  it.each([
    ['that is no JSON', '<html>'],
    ['of other types', JSON.stringify({ code: 1, host: [], origin: null })],
    ['that is null', 'null'],
  ])('ignores a problem %s', async (_, body) => {
    const url = await serve((_request, response) => response.writeHead(404, { 'content-type': 'application/problem+json' }).end(body));
    const diagnosis = await diagnose(url, fetch, never);
    expect(diagnosis === undefined || diagnosis.cause === 'no-server').toBe(true);
  });

  it('truncates long text', async () => {
    const long = 'x'.repeat(100_000);
    const url = await serve((_request, response) => {
      response.writeHead(403, { 'content-type': 'application/problem+json' });
      response.end(JSON.stringify({ code: 'origin', origin: long, host: long, detail: long }));
    });
    const diagnosis = await diagnose(url, fetch, never);
    expect(diagnosis?.cause).toBe('origin');
    expect(JSON.stringify(diagnosis).length).toBeLessThan(5_000);
  });

  it('says nothing where nothing answers, and when it was aborted', async () => {
    const url = await serve((_request, response) => response.destroy());
    expect(await diagnose(url, fetch, never)).toBeUndefined();
    expect(await diagnose(url, fetch, AbortSignal.abort())).toBeUndefined();
    expect(
      await diagnose(
        url,
        () => {
          throw new Error('no fetch here');
        },
        never,
      ),
    ).toBeUndefined();
  });
});
