import { expect } from 'chai';
import { append, sign } from './log-server.ts';

describe('the log server of the browser tests', () => {
  it('keeps what a page appends and gives it back', async () => {
    const channel = `runner:${crypto.randomUUID()}`;
    await append(channel, 'one\ntwo\n', { end: 0 });
    const headers = { authorization: `Bearer ${await sign(channel)}`, accept: 'text/plain' };
    const response = await fetch(`/log-stream/topics/${channel}`, { headers });
    expect(await response.text()).to.equal('one\ntwo\n');
    expect(response.headers.get('Log-End')).to.equal('0');
  });

  it('answers a WebSocket with hello', async () => {
    const socket = new WebSocket(new URL('/log-stream', location.href), 'log-stream.v1');
    const frame = await new Promise((resolve, reject) => {
      socket.onmessage = (event) => resolve(JSON.parse(String(event.data)));
      socket.onerror = () => reject(new Error('The socket failed.'));
    });
    socket.close();
    expect(frame).to.include({ e: 'hello', v: 1 });
  });

  it('is not in the way of what the runner itself serves', async () => {
    const response = await fetch(import.meta.url);
    expect(response.headers.get('content-type')).to.match(/javascript/);
  });
});
