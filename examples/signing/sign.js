// node sign.js CHANNEL RIGHTS ISSUED EXPIRES
import { createHmac } from 'node:crypto';

/** Signs a topic; the first of several secrets does. Rights are any of w (append) and d (remove), times are Unix seconds. */
export function sign(secrets, channel, rights, issued, expires) {
  if (!/^[\w:./@-]{1,256}$/.test(channel) || channel.startsWith('log-stream/')) throw new Error('This is not the name of a log.');
  const claims = { c: channel, t: issued, x: expires };
  for (const right of rights) claims[right] = 1;
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64');
  const secret = secrets.split(',')[0].trim();
  return `${payload}--${createHmac('sha256', secret).update(payload).digest('hex')}`;
}

const [channel, rights, issued, expires] = process.argv.slice(2);
console.log(sign(process.env.LOG_STREAM_SECRET, channel, rights, Number(issued), Number(expires)));
