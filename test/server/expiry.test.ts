import { expect, it, onTestFinished, vi } from 'vitest';
import { ask, open, startServer } from './http/support.ts';

it('a subscription and a stream outlive their topic, but a new request with it is refused', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const server = await startServer();
  const signed = server.sign('run:1', { ttl: 60 });
  const path = `/log-stream/topics/run:1?topic=${encodeURIComponent(signed)}`;
  const events = { Accept: 'text/event-stream' };
  const viewer = await server.connect();
  viewer.subscribe(signed);
  await viewer.next('ack');
  const stream = await open(server, path, events);
  await server.append('run:1', ['before']);
  vi.setSystemTime(Date.now() + 61_000);
  await server.append('run:1', ['behind']);
  await viewer.next('msg', ({ lines }) => lines.some(([, text]) => text === 'behind'));
  await expect.poll(() => stream.text).toContain('behind');
  const again = [await ask(server, path), await ask(server, path, { headers: events })];
  expect(again.map(({ status }) => status)).toEqual([401, 401]);
  viewer.subscribe(signed);
  expect(await viewer.next('err')).toMatchObject({ topic: signed, code: 'expired' });
});
