import { createHmac } from 'node:crypto';
import { Log } from './log.jsx';

// The topic is signed for each visit.
export const dynamic = 'force-dynamic';

export default function Page() {
  return <Log topic={sign('build:42')} />;
}

function sign(channel) {
  const payload = Buffer.from(JSON.stringify({ c: channel, t: Math.floor(Date.now() / 1000) })).toString('base64');
  return `${payload}--${createHmac('sha256', process.env.LOG_STREAM_SECRET).update(payload).digest('hex')}`;
}
