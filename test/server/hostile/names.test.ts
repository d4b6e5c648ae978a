import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SECRET, startServer } from '../../support/server.ts';
import { ask } from '../http/support.ts';

describe('Names that objects have by themselves', () => {
  it.each(['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'valueOf'])('%s is a channel like any other', async (channel) => {
    const server = await startServer({ heartbeat: 50 });
    const topic = server.sign(channel, { write: true });
    const viewer = await server.connect();
    viewer.send(`{"subscribe":{${JSON.stringify(topic)}:0}}`);
    expect(await viewer.next('ack')).toMatchObject({ ch: channel, st: 'live' });
    const path = `/log-stream/topics/${channel}?topic=${encodeURIComponent(topic)}`;
    expect((await ask(server, path, { method: 'POST', body: 'one\n' })).status).toBe(200);
    expect(await viewer.next('msg')).toMatchObject({ ch: channel });
    const beat = await viewer.next('hb', ({ heads }) => heads.size > 0);
    expect([...beat.heads.keys()]).toEqual([channel]);
    expect((await ask(server, path)).json()).toMatchObject({ lines: [[expect.any(Number), 'one']] });
    expect((await ask(server, path, { method: 'DELETE' })).status).toBe(204);
    expect(await viewer.next('ack')).toMatchObject({ ch: channel, st: 'reset' });
  });

  it('grant no right that was not signed', async () => {
    const server = await startServer();
    const claims = [
      '{"c":"run:1","t":1,"__proto__":{"w":1}}',
      '{"c":"run:1","t":1,"constructor":{"prototype":{"w":1}}}',
      '{"c":"run:1","t":1,"w":"1"}',
      '{"c":"run:1","t":1,"w":[1]}',
      '{"c":"run:1","t":1,"w":true}',
    ];
    for (const json of claims) {
      const payload = Buffer.from(json).toString('base64');
      const topic = `${payload}--${createHmac('sha256', SECRET).update(payload).digest('hex')}`;
      const path = `/log-stream/topics/run:1?topic=${encodeURIComponent(topic)}`;
      expect([json, (await ask(server, path, { method: 'POST', body: 'x\n' })).status]).toEqual([json, 403]);
    }
    expect(Object.hasOwn(Object.prototype, 'w')).toBe(false);
    expect((await server.store.tail('run:1')).head).toBe(0);
  });
});

describe('A signature that is not ours', () => {
  it('is refused in the same words whatever is wrong with it', async () => {
    const server = await startServer();
    const good = server.sign('run:1', { write: true });
    const at = good.lastIndexOf('--') + 2;
    const payload = good.slice(0, at - 2);
    const other = (index: number): string => good.slice(0, index) + (good[index] === '0' ? '1' : '0') + good.slice(index + 1);
    const bad = [
      other(at),
      other(good.length - 1),
      good.slice(0, -1),
      `${good}00`,
      `${payload}--`,
      `${payload}--${'0'.repeat(64)}`,
      `${payload}--${'g'.repeat(64)}`,
      `${payload}--${createHmac('sha256', 'another secret').update(payload).digest('hex')}`,
      `${payload}--${createHmac('sha1', SECRET).update(payload).digest('hex')}`,
    ];
    const answers = new Set<string>();
    const errors = new Set<string>();
    const viewer = await server.connect();
    for (const topic of bad) {
      const { status, headers, text } = await ask(server, `/log-stream/topics/run:1`, { headers: { Authorization: `Bearer ${topic}` } });
      answers.add(JSON.stringify([status, headers['www-authenticate'], text]));
      viewer.subscribe(topic);
      const { code, message } = await viewer.next('err');
      errors.add(JSON.stringify([code, message]));
    }
    expect([...answers]).toEqual([expect.stringContaining('The signature does not match')]);
    expect([...errors]).toEqual([expect.stringContaining('forbidden')]);
  });
});
